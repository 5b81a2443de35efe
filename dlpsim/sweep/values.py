"""The values of a parameter as text: a list `a,b,c` of values and ranges, `8:64:8` or `8:64:x2`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from dlpsim.machine_file.problems import BadValueError, show
from dlpsim.machine_file.values import UNITS, format_size

FORM = "write first:last:step, such as 8:64:8, or first:last:xfactor, such as 8:64:x2"

LONGEST_NUMBER = 40
"""Characters of a number in a range."""

SMALLEST_FACTOR = Fraction(11, 10)
"""Keeps ranges that multiply short."""

_NUMBER = re.compile(r"([+-]?(?:0x[\da-f_]+|\d[\d_]*(?:\.\d+)?))\s*([a-z]*)", re.IGNORECASE | re.ASCII)
_OPENING, _CLOSING, _QUOTES = "[{(", "]})", "\"'"


@dataclass(frozen=True)
class Range:
    """Numbers from `first` to at most `last`, each the one before plus or, if it multiplies, times `step`.

    Valid ranges are not empty. With `is_size` they are bytes, and written with a unit.
    """

    first: Fraction
    last: Fraction
    step: Fraction
    multiplies: bool
    is_size: bool

    def __len__(self) -> int:
        """Return how many numbers there are, without writing out those of a long range."""
        return sum(1 for _ in self._numbers()) if self.multiplies else (self.last - self.first) // self.step + 1

    def __iter__(self) -> Iterator[str]:
        """Yield each number as text."""
        return map(self._text, self._numbers())

    def _numbers(self) -> Iterator[Fraction]:
        number = self.first
        while number <= self.last if self.multiplies or self.step > 0 else number >= self.last:
            yield number
            number = number * self.step if self.multiplies else number + self.step

    def _text(self, number: Fraction) -> str:
        if number.denominator != 1:
            return repr(float(number))
        return format_size(number.numerator) if self.is_size else str(number.numerator)


def count_values(text: str) -> int:
    """Return how many values a text has. Raises BadValueError, as `parse_values`."""
    return sum(1 if isinstance(piece, str) else len(piece) for piece in map(_piece, _pieces(text)))


def parse_values(text: str) -> tuple[str, ...]:
    """Return the values of a text, each once, in its order.

    A comma inside brackets or quotes belongs to a value. Raises BadValueError for an empty value or a bad range.
    """
    values: dict[str, None] = {}
    for piece in map(_piece, _pieces(text)):
        values |= dict.fromkeys([piece] if isinstance(piece, str) else piece)
    return tuple(values)


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between the commas."""
    start = depth = 0
    quote = ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in _OPENING + _CLOSING:
            depth += 1 if char in _OPENING else -1
        elif char == "," and depth <= 0:
            yield text[start:index].strip()
            start = index + 1
    yield text[start:].strip()


def _piece(text: str) -> str | Range:
    if not text:
        raise BadValueError("a value is missing", "values stand between commas: 64,128,256")
    if ":" not in text or text[0] in _OPENING + _QUOTES:
        return text
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > 3:
        raise BadValueError(f"{show(text)} is no range: it has {len(parts)} parts", FORM)
    step = parts[2] if len(parts) == 3 else "1"
    multiplies = step[:1] in {"x", "X", "*", "×"}
    first, last, by = (_number(part, text) for part in (parts[0], parts[1], step[multiplies:]))
    return _checked(Range(first[0], last[0], by[0], multiplies, first[1] or last[1]), text)


def _number(part: str, text: str) -> tuple[Fraction, bool]:
    """Return a number, and whether it is a size."""
    found = _NUMBER.fullmatch(part) if len(part) <= LONGEST_NUMBER else None
    if not found or found[2] not in {"", *UNITS}:
        raise BadValueError(f"{show(text)} is no range: {show(part)} is no number", FORM)
    digits = found[1].replace("_", "")
    try:
        number = Fraction(int(digits, 16)) if "x" in digits.lower() else Fraction(digits)
    except ValueError:
        raise BadValueError(f"{show(text)} is no range: {show(part)} is no number", FORM) from None
    return number * UNITS.get(found[2], 1), bool(found[2])


def _checked(numbers: Range, text: str) -> Range:
    """Return the range. Raises BadValueError where it would be empty or have no end."""
    if numbers.multiplies and (numbers.step < SMALLEST_FACTOR or numbers.first <= 0):
        least = float(SMALLEST_FACTOR)
        raise BadValueError(f"{show(text)}: the factor must be at least {least}, the first value over 0", FORM)
    if not numbers.multiplies and not numbers.step:
        raise BadValueError(f"{show(text)} has no end: the step is 0", FORM)
    if (numbers.first > numbers.last) == (numbers.multiplies or numbers.step > 0) and numbers.first != numbers.last:
        hint = "a range goes upwards" if numbers.multiplies else "a range downwards has a negative step: 64:8:-8"
        raise BadValueError(f"{show(text)} is empty: no value from the first to the last", hint)
    return numbers
