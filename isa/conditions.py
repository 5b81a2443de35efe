"""The open `.if`s of one core: which lines it takes."""

from dataclasses import dataclass
from enum import Enum


class Branch(Enum):
    """What becomes of the lines that follow."""

    TAKEN = "taken"
    PENDING = "not taken, but an .else would be"
    SKIPPED = "not taken, nor would an .else be"
    UNKNOWN = "not taken because the condition is wrong"


@dataclass(slots=True)
class _Open:
    line: int
    outer: Branch
    has_else: bool = False


class Conditions:
    """The open `.if`s, innermost last. `branch` is what becomes of the lines that follow."""

    def __init__(self) -> None:
        self.branch = Branch.TAKEN
        self._open: list[_Open] = []

    @property
    def in_taken_lines(self) -> bool:
        """Whether the innermost open `.if` itself stands in lines that are taken."""
        return not self._open or self._open[-1].outer is Branch.TAKEN

    @property
    def unclosed(self) -> tuple[int, ...]:
        """The lines of the open `.if`s."""
        return tuple(entry.line for entry in self._open)

    def open(self, line: int, value: int | None) -> None:
        """Enter an `.if`; a `value` of None means that its condition is wrong."""
        outer = self.branch
        self._open.append(_Open(line, outer))
        if outer is Branch.TAKEN:
            self.branch = Branch.UNKNOWN if value is None else Branch.TAKEN if value else Branch.PENDING
        elif outer is Branch.PENDING:
            self.branch = Branch.SKIPPED

    def turn(self) -> str:
        """Pass the `.else` of the innermost `.if`; return what is wrong with that, if anything."""
        if not self._open:
            return ".else without .if"
        innermost = self._open[-1]
        if innermost.has_else:
            return f"second .else of the .if in line {innermost.line}"
        innermost.has_else = True
        if self.branch is Branch.PENDING:
            self.branch = Branch.TAKEN
        elif self.branch is Branch.TAKEN:
            self.branch = Branch.SKIPPED
        return ""

    def close(self) -> str:
        """Leave the innermost `.if`; return what is wrong with that, if anything."""
        if not self._open:
            return ".endif without .if"
        self.branch = self._open.pop().outer
        return ""
