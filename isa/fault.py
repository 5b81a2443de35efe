"""What is wrong in one line of a program, before it is known which file and which cores it concerns."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from isa.errors import nearest
from isa.operators import MAX_DIGITS, is_too_large

SHOWN_CHARACTERS = 40
"""Longest word that a message quotes."""

MAX_FAULTS = 10_000
"""Assembly gives up at this many faults: a text that has them is no program, and would only fill the memory."""


@dataclass(frozen=True, slots=True)
class Hint:
    """The known word nearest to `word`, or `otherwise` where none is near; worked out only when it is shown."""

    word: str
    known: Collection[str]
    otherwise: str = ""

    def __str__(self) -> str:
        """Return the hint as one sentence."""
        near = nearest(self.word, self.known) if len(self.word) <= SHOWN_CHARACTERS else ""
        return near or self.otherwise


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a line, at the token with index `token` (one past the last token: the end of the line).

    `hint` is shown as its text is, which may cost more than the fault itself: only what is shown is worked out.
    """

    token: int
    message: str
    hint: object = ""


class LineError(Exception):
    """Carries a fault out of the parser or the evaluator; never leaves the assembler."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def quoted(word: str) -> str:
    """Return `word` as a message shows it: in quotes, clipped, or as a code point where it cannot be printed."""
    if not word:
        return "the end of the line"
    if len(word) == 1 and not (word.isascii() and word.isprintable()):
        name = unicodedata.name(word, "")
        shown = f"'{word}' " if word.isprintable() else ""
        return f"{shown}(U+{ord(word):04X}{' ' + name if name else ''})"
    clipped = printable(word[:SHOWN_CHARACTERS])
    return f"'{clipped}'" if len(word) <= SHOWN_CHARACTERS else f"'{clipped}…'"


def printable(text: str) -> str:
    """Return `text` with a blank for each character that cannot be printed."""
    return "".join(char if char.isprintable() else " " for char in text)


def number(value: int) -> str:
    """Return `value` as a message shows it: long ones are clipped to their first digits."""
    if is_too_large(value):
        return f"a number of more than {MAX_DIGITS:,} digits"
    digits = str(value)
    if len(digits) <= SHOWN_CHARACTERS:
        return digits
    return f"{digits[:SHOWN_CHARACTERS]}… ({len(digits.lstrip('-'))} digits)"
