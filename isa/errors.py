"""What went wrong in what the user gave: diagnostics that point at a place, and the error that carries them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")

SHOWN_COLUMNS = 100
"""Longest excerpt of a source line that a diagnostic shows."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem at one place of a text.

    `line` and `column` count from 1; 0 means that the problem has no line (a missing file, an override).
    `text` is the line itself, shown with a caret below `column`. `hint` says what to do, in a line of its own.
    """

    file: str
    message: str
    line: int = 0
    column: int = 0
    text: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """`FILE:LINE:COLUMN: MESSAGE`, then the line, its caret and the hint where there are any."""
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        lines = [f"{place}: {self.message}" if place else self.message]
        if self.line:
            lines += _excerpt(self.text, self.column)
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)


class DlpsimError(Exception):
    """What the user gave is wrong. Carries every message of one pass over it."""

    def __init__(self, messages: str | Iterable[str]) -> None:
        self.messages: tuple[str, ...] = (messages,) if isinstance(messages, str) else tuple(messages)
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[type["DlpsimError"], tuple[tuple[str, ...]]]:
        """Carry the messages across processes."""
        return type(self), (self.messages,)

    @classmethod
    def from_diagnostics(cls, diagnostics: Sequence[Diagnostic]) -> "DlpsimError":
        """Carry `diagnostics` as messages."""
        return cls(str(diagnostic) for diagnostic in diagnostics)


class Problems:
    """Collects what is wrong, so that all of it is said at once."""

    def __init__(self, messages: Iterable[str] = ()) -> None:
        self._messages = dict.fromkeys(messages)

    def add(self, *messages: str) -> None:
        """Note messages; what is noted already is not noted again."""
        self._messages |= dict.fromkeys(messages)

    def attempt(self, step: Callable[[], T]) -> T | None:
        """Return what a step gives; None if it raises a DlpsimError, whose messages are noted."""
        try:
            return step()
        except DlpsimError as error:
            self.add(*error.messages)
            return None

    def check(self) -> None:
        """Raise DlpsimError with all messages, if there are any."""
        if self._messages:
            raise DlpsimError(self._messages)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word most like `word`, or an empty string."""
    found = nearest_word(word, known)
    return f"did you mean '{found}'?" if found else ""


def nearest_word(word: str, known: Iterable[str]) -> str:
    """Return the known word most like `word` (case does not count), or an empty string."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def _excerpt(text: str, column: int) -> list[str]:
    """Return the line clipped around the caret, and the caret under it; tabs and controls become blanks."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    start = max(0, min(column - SHOWN_COLUMNS // 2, len(shown) - SHOWN_COLUMNS))
    clipped = shown[start : start + SHOWN_COLUMNS].rstrip()
    before, after = ("…" if start else ""), ("…" if start + SHOWN_COLUMNS < len(shown) else "")
    return [f"    {before}{clipped}{after}", "    " + " " * (len(before) + column - 1 - start) + "^"]
