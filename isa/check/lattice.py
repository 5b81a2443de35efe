"""Blocks of bytes that repeat at even distances, and which bytes several of them hold together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

from isa.check.intervals import Interval, Intervals
from isa.check.reach import TooInvolvedError

MAX_INTERVALS = 1 << 20
"""Most intervals that a set of bytes is taken apart into."""

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


@lru_cache(1 << 12)
def touched(lattice: Lattice) -> Intervals:
    """Return the bytes of one lattice, as `covered`; they are remembered."""
    return covered([lattice])


def _joined(lattices: Iterable[Lattice]) -> dict[Axes, list[Interval]]:
    """Return the blocks by how they repeat: those side by side are joined, and then repeat in fewer axes."""
    groups: dict[Axes, list[Interval]] = {}
    for lattice in lattices:
        _put(groups, lattice)
    open_ = set(groups)
    while open_:
        axes = open_.pop()
        parts = list(Intervals.union(groups.pop(axes)).parts)
        for low, high in parts:
            after = _put(groups, Lattice(low, high - low, axes))
            if after != axes:
                open_.add(after)
    return groups


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
    steps = [range(0, count * stride, stride) for count, stride in axes]
    for offsets in product(*steps):
        offset = sum(offsets)
        for low, high in parts:
            yield low + offset, high + offset
