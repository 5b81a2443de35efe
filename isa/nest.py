"""The loops around an instruction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from isa.access import Access, accesses
from isa.fault import number
from isa.program import Code, EndLoop, Loop


@dataclass(frozen=True, slots=True)
class LoopNest:
    """The loops around an instruction, outermost first: how often each runs, and the name of its counter."""

    counts: tuple[int, ...]
    counters: tuple[str, ...]

    @classmethod
    def of(cls, loops: Iterable[Loop]) -> "LoopNest":
        """Return the nest that `loops` form, outermost first."""
        around = tuple(loops)
        return cls(tuple(loop.count for loop in around), tuple(loop.counter for loop in around))

    def at(self, iterations: Sequence[int], depths: Iterable[int]) -> str:
        """Return ` where i is 3 and j is 0`, for the loops at `depths`, which have counters; empty for no depths."""
        named = [f"{self.counters[depth]} is {number(iterations[depth])}" for depth in sorted(depths)]
        return f" where {' and '.join(named)}" if named else ""


def executed_accesses(code: Code) -> Iterator[tuple[Access, LoopNest]]:
    """Yield every access that `code` makes at least once, with the loops around it."""
    loops: list[Loop] = []
    empty = 0  # open loops that never run
    for instruction in code:
        if isinstance(instruction, Loop):
            loops.append(instruction)
            empty += not instruction.count
        elif isinstance(instruction, EndLoop):
            empty -= not loops.pop().count
        elif not empty and (found := accesses(instruction)):
            nest = LoopNest.of(loops)
            yield from ((access, nest) for access in found)


def innermost_loops(code: Code) -> list[int]:
    """Return the index of the innermost loop around each instruction of `code`; -1 where there is none."""
    found: list[int] = []
    open_ = [-1]
    for index, instruction in enumerate(code):
        if isinstance(instruction, EndLoop):
            open_.pop()
        found.append(open_[-1])
        if isinstance(instruction, Loop):
            open_.append(index)
    return found


def counts_around(code: Code, innermost: Sequence[int], index: int) -> tuple[int, ...]:
    """Return how often each loop around the instruction at `index` runs, outermost first.

    `innermost` are the `innermost_loops` of `code`.
    """
    counts: list[int] = []
    while (index := innermost[index]) >= 0:
        loop = code[index]
        assert isinstance(loop, Loop)
        counts.append(loop.count)
    return tuple(reversed(counts))
