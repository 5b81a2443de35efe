"""Blocks of bytes that repeat at even distances, and which bytes several of them hold together."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import prod

from isa.check.intervals import Interval, Intervals
from isa.check.reach import TooInvolvedError

MAX_INTERVALS = 1 << 18
"""Most intervals that a set of bytes is taken apart into."""

SMALL = 1 << 8
"""A lattice of so many blocks is small."""

Axes = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Lattice:
    """`size` bytes from `base` on; each of `axes`, a count and a stride in bytes, repeats what it stands for."""

    base: int
    size: int
    axes: Axes = ()


def covered(lattices: Iterable[Lattice]) -> Intervals:
    """Return the bytes in any of the lattices. Raises TooInvolvedError where they are too scattered."""
    groups = _joined(lattices)
    if sum(len(parts) * prod(count for count, _ in axes) for axes, parts in groups.items()) > MAX_INTERVALS:
        raise TooInvolvedError
    return Intervals.union(part for axes, parts in groups.items() for part in _expanded(axes, parts))


def touched(lattice: Lattice) -> Intervals:
    """Return the bytes of one lattice, as `covered`; of small ones they are remembered."""
    if prod(count for count, _ in lattice.axes) <= SMALL:
        return _remembered(lattice)
    return covered([lattice])


@lru_cache(1 << 12)
def _remembered(lattice: Lattice) -> Intervals:
    return covered([lattice])


def _joined(lattices: Iterable[Lattice]) -> dict[Axes, list[Interval]]:
    """Return the blocks by how they repeat: those side by side are joined, and then repeat in fewer axes."""
    groups: dict[Axes, list[Interval]] = {}
    for lattice in lattices:
        _put(groups, lattice)
    _join(groups)
    for kind in {_kind(axes) for axes in groups if axes}:
        _cut(groups, kind)
    _join(groups)
    return groups


def _join(groups: dict[Axes, list[Interval]]) -> None:
    """Join the blocks of each group that overlap or touch."""
    open_ = set(groups)
    while open_:
        axes = open_.pop()
        for low, high in Intervals.union(groups.pop(axes)).parts:
            after = _put(groups, Lattice(low, high - low, axes))
            if after != axes:
                open_.add(after)


def _kind(axes: Axes) -> tuple[Axes, int]:
    """Return what groups have in common that differ only in how often they repeat at the longest distance."""
    return axes[:-1], axes[-1][1]


def _cut(groups: dict[Axes, list[Interval]], kind: tuple[Axes, int]) -> None:
    """Cut repetitions at one distance where others at that distance begin or end, so that they can be joined."""
    inner, stride = kind
    here = [axes for axes in groups if axes and _kind(axes) == kind]
    blocks = [(low, high, axes[-1][0]) for axes in here for low, high in groups[axes]]
    first = min(low for low, _, _ in blocks)
    turns = [(low - first) // stride for low, _, _ in blocks]
    ends = sorted({end for turn, (_, _, count) in zip(turns, blocks, strict=True) for end in (turn, turn + count)})
    if len(ends) == 2 or len(ends) * len(blocks) > MAX_INTERVALS:
        return
    for axes in here:
        del groups[axes]
    for turn, (low, high, count) in zip(turns, blocks, strict=True):
        cuts = ends[bisect_left(ends, turn) : bisect_right(ends, turn + count)]
        for begin, end in pairwise(cuts):
            base = low + (begin - turn) * stride
            _put(groups, Lattice(base, high - low, (*inner, (end - begin, stride))))


def _put(groups: dict[Axes, list[Interval]], lattice: Lattice) -> Axes:
    """Put a lattice where it belongs once the axes are absorbed that leave no gaps; return its axes then."""
    base, size = lattice.base, lattice.size
    axes = []
    for count, stride in lattice.axes:
        if stride < 0:
            base += (count - 1) * stride
        if count > 1 and stride:
            axes.append((abs(stride), count))
    axes.sort()
    while axes and axes[0][0] <= size:
        stride, count = axes.pop(0)
        size += (count - 1) * stride
    key = tuple((count, stride) for stride, count in axes)
    groups.setdefault(key, []).append((base, base + size))
    return key


def _expanded(axes: Axes, parts: list[Interval]) -> Iterator[Interval]:
    offsets = [0]
    for count, stride in axes:
        offsets = [offset + step for offset in offsets for step in range(0, count * stride, stride)]
    for offset in offsets:
        for low, high in parts:
            yield low + offset, high + offset
