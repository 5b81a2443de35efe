"""A machine file as text: reads it, parses the TOML, and remembers on which line each key stands."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dlpsim.machine_file.problems import Key, printable
from isa.errors import Diagnostic, DlpsimError

Document = Mapping[str, object]

LARGEST_FILE = 64 * 1024
"""Bytes. A machine file is a page; the bound keeps a wrong file (or device) from filling memory."""

LONGEST_LINE = 4000
"""Characters. The time that TOML takes grows with the square of a dotted key's length."""


DEEPEST_KEY = 3
"""Parts of the longest key that a machine file has: port.dram.latency."""


@dataclass(frozen=True)
class MachineText:
    """A parsed machine file. `places` maps keys to line and column (from 1), as far as a plain scan finds them."""

    file: str
    lines: tuple[str, ...]
    document: Document
    places: Mapping[Key, tuple[int, int]]

    def place(self, key: Key) -> tuple[int, int]:
        """Return line and column of the key, in any case of letters; (0, 0) where it does not stand in the text."""
        return self.places.get(key) or self.places.get(folded(key), (0, 0))

    def line(self, number: int) -> str:
        """Return the line with this number, counted from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def folded(key: Key) -> Key:
    """Return the key in lower case."""
    return tuple(part.lower() for part in key)


def read_text(path: Path) -> str:
    """Return the text of a machine file. Raises DlpsimError if there is none to read."""
    file = printable_path(path)
    try:
        if path.is_dir():
            raise DlpsimError(f"{file}: is a directory, not a machine file")
        if path.exists() and not path.is_file():
            raise DlpsimError(f"{file}: is not a regular file")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DlpsimError(f"{file}: cannot read this machine file: {reason}") from None
    if len(data) > LARGEST_FILE:
        raise DlpsimError(f"{file}: is larger than {LARGEST_FILE // 1024} KiB: this is no machine file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DlpsimError(f"{file}:{line}: is not UTF-8 text (byte {data[error.start]:#04x})") from None


def printable_path(path: Path) -> str:
    """Return a path for a message: whole, but without controls and undecodable bytes."""
    return "".join(char if char.isprintable() else printable(char) for char in str(path))


def parse_text(text: str, file: str) -> MachineText:
    """Parse the text of a machine file; `file` is for messages. Raises DlpsimError if it is not TOML."""
    lines = tuple(line.rstrip("\r") for line in text.split("\n"))
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise DlpsimError(f"{file}:{number}: is longer than {LONGEST_LINE} characters")
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise DlpsimError(str(_syntax_error(str(error), file, lines))) from None
    except RecursionError:
        raise DlpsimError(f"{file}: is nested too deeply") from None
    if not document:
        raise DlpsimError(f"{file}: is empty; `dlpsim machines show dlp-s` prints a machine file to start from")
    return MachineText(file, lines, document, _places(lines))


def _syntax_error(message: str, file: str, lines: tuple[str, ...]) -> Diagnostic:
    """Turn what the TOML reader says, which ends in `(at line 3, column 5)`, into a diagnostic."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    said = message[: found.start()] if found else message
    said = re.sub(r"\('(.*?)',?\)", lambda key: f"[{key[1].replace(chr(39) + ', ' + chr(39), '.')}]", said)
    hint = "a key or table may stand only once" if re.search("overwrite|twice|mutate", said) else ""
    line = int(found[1] or len(lines)) if found else 0
    column = int(found[2] or len(lines[-1]) + 1) if found and line else 0
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return Diagnostic(file, f"not TOML: {said}", line if shown else 0, column if shown else 0, shown, hint)


def _places(lines: tuple[str, ...]) -> dict[Key, tuple[int, int]]:
    """Find the keys of a TOML text that is known to be right. A key within an inline table is not found."""
    places: dict[Key, tuple[int, int]] = {}
    table: Key = ()
    for number, line in enumerate(lines, 1):
        code = line.strip()
        column = len(line) - len(line.lstrip()) + 1
        if code.startswith("[") and "]" in code:
            table = key = _parts(code.strip("[").partition("]")[0])
        elif "=" in code and not code.startswith("#"):
            key = table + _parts(code.partition("=")[0])
        else:
            continue
        for end in range(1, DEEPEST_KEY + 1):
            places.setdefault(key[:end], (number, column))
    for key, place in tuple(places.items()):
        places.setdefault(folded(key), place)
    return places


def _parts(text: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in text.split("."))
