"""Reads and writes `.npz` files of named arrays. Importing this module imports NumPy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import numpy as np
from numpy.typing import NDArray

from dlpsim.whole_file import whole_file
from isa.errors import DlpsimError


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an `.npz` file by name. Raises DlpsimError if it cannot be read, or holds objects."""
    try:
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            if not isinstance(found, np.lib.npyio.NpzFile):
                raise DlpsimError(f"{path}: holds one array without a name; expected an .npz file of named arrays")
            with found:
                return {name: found[name] for name in found.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise DlpsimError(f"{path}: cannot be read as an .npz file: {_reason(path, error)}") from None


def _reason(path: Path, error: Exception) -> str:
    """Return why reading failed: NumPy takes every file that it does not know for one of Python objects."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if not is_zipfile(path):
        return "it is of another kind, or cut short"
    return "it holds Python objects; arrays hold numbers" if "allow_pickle" in str(error) else str(error)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an `.npz` file, whole or not at all. Raises DlpsimError if that fails; what was there is there still."""
    with whole_file(path) as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # its stub takes the names for options
