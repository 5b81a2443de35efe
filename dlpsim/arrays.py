"""Reads and writes `.npz` files of named arrays. Importing this module imports NumPy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from dlpsim.whole_file import whole_file
from isa.errors import DlpsimError


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an `.npz` file by name. Raises DlpsimError if it cannot be read, or holds objects."""
    try:
        found = np.load(path, allow_pickle=False)
        if not isinstance(found, np.lib.npyio.NpzFile):
            raise DlpsimError(f"{path}: holds one array without a name; expected an .npz file of named arrays")
        with found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DlpsimError(f"{path}: cannot be read as an .npz file: {reason}") from None


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an `.npz` file, whole or not at all. Raises DlpsimError if that fails; what was there is there still."""
    with whole_file(path) as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # its stub takes the names for options
