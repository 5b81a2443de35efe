"""Instructions that are built once for all lines and cores that read the same.

What an annotated line becomes follows from its statement and from what it reads: names, tensors, the loops around it,
and the core, if it says so.
"""

from collections.abc import Hashable

from isa.program import Compute, Move
from isa.statement import AnnotatedStatement

MOST_STATEMENTS = 1 << 16
"""So many are remembered at most; then all of them are forgotten."""


class Reuse:
    """The annotated instructions of one assembly that do not depend on the core.

    A context is a number that stands for all that a line may read, but for the core. Where there are several cores, as
    `has_cores` says, they take the instructions of each other's lines.
    """

    def __init__(self, *, has_cores: bool) -> None:
        self._has_cores = has_cores
        self._contexts: dict[tuple[int, tuple[Hashable, ...]], int] = {}
        self._of_lines: dict[int, tuple[int, Move | Compute]] = {}
        self._of_statements: dict[tuple[int, int], tuple[AnnotatedStatement, Move | Compute]] = {}
        """By the identity of a statement, which is kept lest another has it, and the context."""

    def context(self, before: int, changes: tuple[Hashable, ...]) -> int:
        """Return what context `before`, 0 where nothing is there yet, becomes by `changes`."""
        return self._contexts.setdefault((before, changes), len(self._contexts) + 1)

    def find(self, line: int, statement: AnnotatedStatement, context: int) -> Move | Compute | None:
        """Return what `line` becomes; None where that is not known."""
        known = self._of_lines.get(line)
        if known is not None and known[0] == context:
            return known[1]
        found = self._of_statements.get((id(statement), context))
        if found is None:
            return None
        instruction = _in_line(found[1], line)
        if self._has_cores:
            self._of_lines[line] = context, instruction
        return instruction

    def keep(self, statement: AnnotatedStatement, context: int, instruction: Move | Compute) -> None:
        """Remember what a line became without reading the core."""
        if len(self._of_statements) >= MOST_STATEMENTS:
            self._of_statements.clear()
        self._of_statements[id(statement), context] = statement, instruction
        if self._has_cores:
            self._of_lines[instruction.line] = context, instruction


class Context:
    """What the lines of one core may read so far, as a context of `reuse`."""

    def __init__(self, reuse: Reuse) -> None:
        self._reuse = reuse
        self._number = 0
        self._changes: list[Hashable] = []
        """What is not in the number yet."""
        self._definitions = 0
        self._around: list[tuple[int, int]] = []
        """The context around each open loop, and how many definitions there were."""

    @property
    def number(self) -> int:
        """The number of the context."""
        if self._changes:
            self._number = self._reuse.context(self._number, tuple(self._changes))
            self._changes.clear()
        return self._number

    def define(self, *definition: Hashable) -> None:
        """Take note of a definition: its name, and what it stands for."""
        self._definitions += 1
        self._changes.append(definition)

    def enter(self, count: int, counter: str) -> None:
        """Take note of a loop that begins."""
        self._around.append((self.number, self._definitions))
        self._changes.append(("loop", count, counter))

    def leave(self) -> None:
        """Take note of the end of the innermost loop."""
        around, definitions = self._around.pop()
        if definitions == self._definitions:
            self._number = around
            self._changes.clear()
        else:
            self._changes.append("endloop")


def _in_line(instruction: Move | Compute, line: int) -> Move | Compute:
    if isinstance(instruction, Move):
        return Move(instruction.src, instruction.dst, instruction.size, line, instruction.column, instruction.transfer)
    return Compute(instruction.type, instruction.num, line, instruction.column, instruction.operation)
