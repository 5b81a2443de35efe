"""Pairs of accesses that touch the same bytes: whether there are any, which comes first, how many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from isa.check.skeleton import Count
from isa.check.stream import Stream
from isa.check.system import Bounds, Condition, is_solvable

Box = tuple[Bounds, ...]
"""The bounds of each q of a stream."""


@dataclass(frozen=True, slots=True)
class Link:
    """What must hold for the q of two accesses: `low` ≤ Σ second·q of the second − Σ first·q of the first ≤ `high`."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    low: int
    high: int


Links = tuple[Link, ...]


def whole(stream: Stream) -> Box:
    """Return the box of all accesses of a stream."""
    return tuple((0, rounds - 1) for rounds in stream.piece.rounds)


def overlaps(a: Stream, b: Stream, links: Links, box_a: Box, box_b: Box) -> bool:
    """Whether an access of `a` and one of `b` within the boxes touch a byte in common and meet `links`. Exact."""
    if a.low >= b.high or b.low >= a.high:
        return False
    return _System(a, b, links, box_a, box_b).is_solvable()


class _System:
    """The unknowns of two accesses, and what they must meet.

    Counters of the same weight enter with their difference, so that what only depends on how far two iterations are
    apart is not asked for every iteration anew.
    """

    def __init__(self, a: Stream, b: Stream, links: Links, box_a: Box, box_b: Box) -> None:
        self.bounds: list[Bounds] = []
        self.columns: list[tuple[int, ...]] = []  # the factors of each unknown in each link, then in the window
        self.ties: list[tuple[int, int, Bounds]] = []  # two unknowns whose sum is bounded
        shared = min(len(box_a), len(box_b))
        for depth in range(shared):
            strides = a.piece.coefficients[depth], b.piece.coefficients[depth]
            first, second = [link.first[depth] for link in links], [link.second[depth] for link in links]
            self._enter(first, second, strides, box_a[depth], box_b[depth])
        for depth in range(shared, len(box_a)):
            self._add(box_a[depth], [-link.first[depth] for link in links], -a.piece.coefficients[depth])
        for depth in range(shared, len(box_b)):
            self._add(box_b[depth], [link.second[depth] for link in links], b.piece.coefficients[depth])
        none = [0] * len(links)
        for count, stride in a.axes:
            self._add((0, count - 1), none, -stride)
        for count, stride in b.axes:
            self._add((0, count - 1), none, stride)
        self.limits = [(link.low, link.high) for link in links]
        apart = b.piece.base - a.piece.base
        self.window = (1 - b.size - apart, a.size - 1 - apart)

    def is_solvable(self) -> bool:
        conditions = [
            Condition(tuple(column[k] for column in self.columns), *limits) for k, limits in enumerate(self.limits)
        ]
        for one, other, limits in self.ties:
            factors = tuple(int(k in (one, other)) for k in range(len(self.columns)))
            conditions.append(Condition(factors, *limits))
        window = Condition(tuple(column[-1] for column in self.columns), *self.window)
        return is_solvable(self.bounds, conditions, window)

    def _enter(
        self, first: list[int], second: list[int], strides: tuple[int, int], box_a: Bounds, box_b: Bounds
    ) -> None:
        """Add the counters of one depth: as a difference where both weigh the same."""
        if first != second or not (any(first) or strides[0] == strides[1]):
            self._add(box_a, [-weight for weight in first], -strides[0])
            self._add(box_b, second, strides[1])
            return
        apart = (box_b[0] - box_a[1], box_b[1] - box_a[0])
        self._add(apart, second, strides[1])
        if strides[0] != strides[1]:
            index = len(self.columns)
            self._add(box_a, [0] * len(first), strides[1] - strides[0])
            self.ties.append((index - 1, index, box_b))

    def _add(self, bounds: Bounds, weights: Sequence[int], stride: int) -> None:
        self.bounds.append(bounds)
        self.columns.append((*weights, stride))


def count_link(first: tuple[Stream, Count], second: tuple[Stream, Count], low: int, high: int) -> Link:
    """Return the link `low` ≤ count of the second stream − count of the first ≤ `high`."""
    (a, before), (b, behind) = first, second
    start = behind.at(b.piece.residues) - before.at(a.piece.residues)
    return Link(_weights(a, before), _weights(b, behind), low - start, high - start)


def _weights(stream: Stream, count: Count) -> tuple[int, ...]:
    """Return the weights of `count` for each q of the stream."""
    return tuple(weight * period for weight, period in zip(count.weights, stream.piece.periods, strict=True))


def solutions(box: Box, holds: Callable[[Box], bool]) -> Iterator[tuple[int, ...]]:
    """Yield the points of `box` that hold, smallest first; `holds` says whether any point of a box does."""
    if holds(box):
        yield from _solutions(box, 0, holds)


def _solutions(box: Box, depth: int, holds: Callable[[Box], bool]) -> Iterator[tuple[int, ...]]:
    """As `solutions`, for a box that holds and whose bounds before `depth` are points."""
    if depth == len(box):
        yield tuple(low for low, _ in box)
        return
    low, high = box[depth]
    before, behind = box[:depth], box[depth + 1 :]
    is_known = True
    while low <= high and (is_known or holds((*before, (low, high), *behind))):
        low = _least(low, high, lambda a, b: holds((*before, (a, b), *behind)))
        yield from _solutions((*before, (low, low), *behind), depth + 1, holds)
        low += 1
        is_known = False


def _least(low: int, high: int, holds: Callable[[int, int], bool]) -> int:
    """Return the least value of a range that holds, where one does: doubled steps, then halves."""
    step = 1
    while low + step - 1 < high and not holds(low, low + step - 1):
        low += step
        step *= 2
    high = min(high, low + step - 1)
    while low < high:
        middle = (low + high) // 2
        if holds(low, middle):
            high = middle
        else:
            low = middle + 1
    return low
