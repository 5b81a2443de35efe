"""The loops and syncs of a code: how many syncs come before each place, as a function of the loop counters."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from operator import add, sub

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
        if not self.weights:
            return self.base
        return self.base + sum(weight * value for weight, value in zip(self.weights, counters, strict=True))

    def less(self, other: "Count") -> "Count":
        """Return the difference to `other`, at the same counters."""
        return Count(self.base - other.base, tuple(map(sub, self.weights, other.weights)))


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
        self._ends = _ends(items)
        self._counts: dict[Scope, list[Count]] = {}

    def count(self, slot: int, scope: Scope) -> Count:
        """Return how many syncs of `scope` or wider come before `slot`."""
        if scope not in self._counts:
            self._counts[scope] = self.counts(scope)
        return self._counts[scope][slot]

    def counts(self, scope: Scope, without: frozenset[SyncPoint] = frozenset()) -> list[Count]:
        """Return how many syncs of `scope` or wider come before each slot, those `without` left out."""
        least = RANKS[scope]
        counted = {point for point in self.syncs if RANKS[point.scope] >= least} - without
        return counts_before(self.items, [int(isinstance(item, SyncPoint) and item in counted) for item in self.items])

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

    def loops(self, slot: int) -> tuple[int, ...]:
        """Return the loops around `slot`, outermost first, by their indices among the items."""
        return self._loops[slot]

    def end(self, index: int) -> int:
        """Return the index of the end of the loop with this index."""
        return self._ends[index]

    def rounds(self, index: int) -> int:
        """Return how often the loop with this index runs."""
        repeat = self.items[index]
        assert isinstance(repeat, Repeat)
        return repeat.count


class Executions:
    """How often any of `points`, some syncs of a skeleton, is executed before a slot."""

    def __init__(self, skeleton: Skeleton, points: Iterable[SyncPoint]) -> None:
        self._skeleton = skeleton
        self._indices = sorted(index for point in points for index in skeleton.syncs.get(point, ()))
        each = (prod(map(skeleton.rounds, skeleton.loops(index))) for index in self._indices)
        self._totals = [0, *accumulate(each)]
        """The executions, in all, of the first indices."""

    def before(self, slot: int) -> Count:
        """Return the count as a function of the counters of the loops around `slot`."""
        loops = self._skeleton.loops(slot)
        first = behind = bisect_left(self._indices, loops[0] if loops else slot)
        if loops:  # in the outermost loop around the slot one may come before the other in some iterations
            behind = bisect_left(self._indices, self._skeleton.end(loops[0]), first)
        base, weights = self._totals[first], [0] * len(loops)
        for index in self._indices[first:behind]:
            count = self._skeleton.executions(index, slot)
            base += count.base
            weights = list(map(add, weights, count.weights))
        return Count(base, tuple(weights))


def _ends(items: Sequence[Item]) -> dict[int, int]:
    """Return where each loop ends, by the index of its beginning."""
    open_: list[int] = []
    found = {}
    for index, item in enumerate(items):
        if isinstance(item, Repeat):
            open_.append(index)
        elif item is None:
            found[open_.pop()] = index
    return found


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
