"""The loops and syncs of a code: how many syncs come before each place, as a function of the loop counters."""

from collections.abc import Sequence
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

    def less(self, other: "Count") -> "Count":
        """Return the difference to `other`, at the same counters."""
        weights = (one - two for one, two in zip(self.weights, other.weights, strict=True))
        return Count(self.base - other.base, tuple(weights))


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
        self.syncs: dict[SyncPoint, list[int]] = {}
        """Every sync, with its indices among the items."""
        for index, item in enumerate(items):
            if isinstance(item, SyncPoint):
                self.syncs.setdefault(item, []).append(index)
        self._loops = _loops_around(items)
        self._counts: dict[Scope, list[Count]] = {}
        self._latest: dict[Scope, tuple[frozenset[SyncPoint], list[Count]]] = {}

    def count(self, slot: int, scope: Scope, without: frozenset[SyncPoint] = frozenset()) -> Count:
        """Return how many syncs of `scope` or wider come before `slot`, those `without` left out.

        It is quick when it is asked again for the same ones.
        """
        if not without:
            if scope not in self._counts:
                self._counts[scope] = self._count_all(scope, without)
            return self._counts[scope][slot]
        if scope not in self._latest or self._latest[scope][0] != without:
            self._latest[scope] = without, self._count_all(scope, without)
        return self._latest[scope][1][slot]

    def executions(self, index: int, slot: int) -> Count:
        """Return how often the sync with this index is executed before `slot`."""
        own, around = self._loops[index], self._loops[slot]
        common = 0
        while common < min(len(own), len(around)) and own[common] == around[common]:
            common += 1
        each = [1] * (len(own) + 1)  # executions within one iteration of each loop around it
        for depth in reversed(range(len(own))):
            each[depth] = each[depth + 1] * self.rounds(own[depth])
        weights = tuple(each[depth + 1] if depth < common else 0 for depth in range(len(around)))
        return Count(each[common] if index < slot else 0, weights)

    def _count_all(self, scope: Scope, without: frozenset[SyncPoint]) -> list[Count]:
        least = RANKS[scope]
        weights = [
            int(isinstance(item, SyncPoint) and RANKS[item.scope] >= least and item not in without)
            for item in self.items
        ]
        return counts_before(self.items, weights)

    def loops(self, slot: int) -> tuple[int, ...]:
        """Return the loops around `slot`, outermost first, by their indices among the items."""
        return self._loops[slot]

    def rounds(self, index: int) -> int:
        """Return how often the loop with this index runs."""
        repeat = self.items[index]
        assert isinstance(repeat, Repeat)
        return repeat.count


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
