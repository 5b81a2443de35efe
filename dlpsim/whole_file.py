"""Writes a file whole or not at all: what was there before stays until the new one is complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from isa.errors import DlpsimError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write that takes the name `path` when the block has ended well, and is gone if it has not.

    Raises DlpsimError where the file cannot be written.
    """
    if path.is_dir():
        raise DlpsimError(f"{path}: cannot be written: is a directory")
    partial = path.with_name(f".{path.name}.partial")
    try:
        try:
            with partial.open("wb") as file:
                yield file
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DlpsimError(f"{path}: cannot be written: {error.strerror or error}") from None
