"""The loops and syncs of a code: how many syncs come before each place, as a function of the loop counters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from isa.program import Code, EndLoop, Loop, Sync
from isa.vocabulary import Scope

Key = tuple[int, int]
"""Line and column of an instruction."""

RANKS = {Scope.CORE: 0, Scope.CLUSTER: 1, Scope.CHIP: 2}
"""A sync orders also what those of lower rank order."""


@dataclass(frozen=True, slots=True)
class Count:
    """`base` plus the sum of `weights[d]` times counter d, outermost loop first."""

    base: int
    weights: tuple[int, ...]

    def at(self, counters: Sequence[int]) -> int:
        """Return the count where the loops around are at `counters`."""
        return self.base + sum(weight * value for weight, value in zip(self.weights, counters, strict=True))


@dataclass(frozen=True, slots=True)
class SyncPoint:
    """A sync of a skeleton."""

    key: Key
    scope: Scope


@dataclass(frozen=True, slots=True)
class Repeat:
    """The beginning of a loop."""

    count: int


Item = SyncPoint | Repeat | None
"""None ends a loop."""


class Skeleton:
    """A code without all that is no loop and no sync. Loops that never run are left out.

    A slot is the place of an instruction: the number of items before it.
    """

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items
        self.syncs = frozenset(item for item in items if isinstance(item, SyncPoint))
        self._counts: dict[tuple[Scope, Collection[Key]], list[Count]] = {}
        self._loops = _loops_around(items)

    def count(self, slot: int, scope: Scope, without: frozenset[Key] = frozenset()) -> Count:
        """Return how many syncs of `scope` or wider come before `slot`, those at `without` left out."""
        key = (scope, without)
        if key not in self._counts:
            least = RANKS[scope]
            weights = [
                int(isinstance(item, SyncPoint) and RANKS[item.scope] >= least and item.key not in without)
                for item in self.items
            ]
            self._counts[key] = counts_before(self.items, weights)
        return self._counts[key][slot]

    def loops(self, slot: int) -> tuple[int, ...]:
        """Return the loops around `slot`, outermost first, by their indices among the items."""
        return self._loops[slot]


def _loops_around(items: Sequence[Item]) -> list[tuple[int, ...]]:
    around: list[tuple[int, ...]] = [()]
    for index, item in enumerate(items):
        before = around[-1]
        around.append((*before, index) if isinstance(item, Repeat) else before[:-1] if item is None else before)
    return around


def counts_before(items: Sequence[object], weights: Sequence[int]) -> list[Count]:
    """Return the sum of the weights that are executed before each place, the one behind the last item included.

    Items other than the beginnings and ends of loops are executed once each time; those two weigh nothing.
    """
    bodies = _bodies(items, weights)
    counts: list[Count] = []
    base = 0
    around: list[tuple[int, int, int]] = []  # count, body and the base at the beginning of each loop
    for index, item in enumerate(items):
        counts.append(Count(base, tuple(body for _, body, _ in around)))
        if isinstance(item, Repeat):
            around.append((item.count, bodies[index], base))
        elif item is None:
            count, body, start = around.pop()
            base = start + count * body
        base += weights[index]
    counts.append(Count(base, ()))
    return counts


def _bodies(items: Sequence[object], weights: Sequence[int]) -> dict[int, int]:
    """Return the sum of the weights of one iteration, by the index of the loop."""
    found: dict[int, int] = {}
    open_: list[tuple[int, int]] = []
    total = 0
    for index, item in enumerate(items):
        if isinstance(item, Repeat):
            open_.append((index, total))
            total = 0
        elif item is None:
            start, before = open_.pop()
            repeat = items[start]
            assert isinstance(repeat, Repeat)
            found[start] = total
            total = before + repeat.count * total
        else:
            total += weights[index]
    return found


def skeleton_of(code: Code) -> tuple[tuple[Item, ...], dict[int, int]]:
    """Return the items of a code, and the slot of each instruction that is executed, by its index."""
    items: list[Item] = []
    slots: dict[int, int] = {}
    index = 0
    while index < len(code):
        instruction = code[index]
        slots[index] = len(items)
        if isinstance(instruction, Loop):
            if not instruction.count:
                del slots[index]
                index = instruction.end
            else:
                items.append(Repeat(instruction.count))
        elif isinstance(instruction, EndLoop):
            items.append(None)
        elif isinstance(instruction, Sync):
            items.append(SyncPoint((instruction.line, instruction.column), instruction.scope))
        index += 1
    return tuple(items), slots
