"""How many instructions a code executes, in all and up to a position. Every executed endloop counts as one."""

from collections.abc import Sequence

from isa.program import Code, EndLoop, Loop

CEILING = 10**30
"""Counts stop growing here: nobody can wait for that many, and deep nests would otherwise fill the memory."""


class ExecutionCount:
    """Counts the executed instructions of one code, without executing it.

    `total` is the count of the whole code. Loops are multiplied, so a count costs nothing however large it is.
    Counts are exact up to CEILING.
    """

    def __init__(self, code: Code) -> None:
        self._code = code
        self._before = [0]
        """Executed instructions from the start of the enclosing body to each index, inner loops run through."""
        self._body: dict[int, int] = {}
        """Executed instructions of one iteration, endloop included, by the index of the loop."""
        enclosing: list[int] = []
        for index, instruction in enumerate(code):
            count = self._before[index] + 1
            if isinstance(instruction, Loop):
                enclosing.append(count)
                count = 0
            elif isinstance(instruction, EndLoop):
                self._body[instruction.start] = count
                count = min(enclosing.pop() + self._loop(instruction.start).count * count, CEILING)
            self._before.append(count)
        self.total = self._before[-1]

    def at(self, position: int, iterations: Sequence[tuple[int, int]]) -> int:
        """Return how many instructions have been executed when `position` is the next.

        `iterations` names the loops around it, outermost first: the index of each, and its iterations to come, the
        present one included.
        """
        done = self._before[position]
        for index, to_come in iterations:
            done += self._before[index] + 1 + (self._loop(index).count - to_come) * self._body[index]
        return min(done, CEILING)

    def _loop(self, index: int) -> Loop:
        loop = self._code[index]
        assert isinstance(loop, Loop)
        return loop
