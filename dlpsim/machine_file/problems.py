"""What may be wrong in a machine's description: a problem names its key, and `show` words the value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

Key = tuple[str, ...]
"""A dotted key, part by part: ("port", "dram", "latency")."""

KINDS: Mapping[type, str] = {list: "a list", dict: "a table", date: "a date", time: "a time"}
"""Words for values that a message does not repeat."""

LONGEST_SHOWN = 40
"""Longest text, in characters, that a message repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with `keys` (more than one where two values contradict each other)."""

    keys: tuple[Key, ...]
    message: str
    hint: str = ""


class BadValueError(ValueError):
    """A value is wrong; the message goes after its key, the hint in a line of its own."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def dotted(key: Key) -> str:
    """Return a key as a person writes it, on one line."""
    return ".".join(printable(part) for part in key)


def printable(text: str) -> str:
    """Return the text with controls escaped, cut where it is too long for a message."""
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:200])
    return safe if len(safe) <= LONGEST_SHOWN else safe[: LONGEST_SHOWN - 1] + "…"


def show(value: object) -> str:
    """Word a TOML value for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{printable(value)}'"
    if isinstance(value, int) and value.bit_length() > 128:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, int | float):
        return repr(value)
    return next((words for kind, words in KINDS.items() if isinstance(value, kind)), f"a {type(value).__name__}")
