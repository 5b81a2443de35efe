"""Finds programs: files of the user's, or those that travel with the package."""

import os
from pathlib import Path

from isa.errors import DlpsimError, nearest

_INSTALLED = Path(__file__).parent / "shipped_programs"
_CHECKOUT = Path(__file__).parent.parent / "programs"


def shipped_programs() -> dict[str, Path]:
    """Return the shipped programs by file name, sorted."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return {path.name: path for path in sorted(folder.glob("*.asm"))}


def program_path(text: str) -> Path:
    """Return the path that a user typed.

    Raises DlpsimError where it begins with a folder that a Path forgets, as `./NAME` does, and there is no such file:
    the Path would be a bare name, and stand for a shipped program.
    """
    path = Path(text)
    if path.name == str(path) != text and not os.path.exists(path):  # noqa: PTH110
        raise DlpsimError(f"{text}: no such file")
    return path


def find_program(program: str | Path) -> Path:
    """Return the file that `program` names: a path, or, if it is a bare name and no file here, a shipped program's.

    The suffix `.asm` of a shipped program may be left out. Raises DlpsimError where there is no such file.
    """
    path = Path(program)
    if path.name != str(program) or os.path.isfile(path):  # noqa: PTH113  # raises nothing, whatever the name
        return path
    shipped = shipped_programs()
    for name in (path.name, f"{path.name}.asm"):
        if name in shipped:
            return shipped[name]
    if os.path.exists(path):  # noqa: PTH110
        return path
    hint = nearest(path.name, shipped) or "shipped programs: " + ", ".join(shipped)
    raise DlpsimError(f"{program}: no such file here, and no shipped program of that name\n    hint: {hint}")
