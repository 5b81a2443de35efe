"""The elements that a layer goes over, as nested loops in which every operand advances evenly."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, prod

from dlpsim.compiler.instructions import Move, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout, refined
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.step import Extent


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop over `size` elements: how far each of several layouts advances, and whether it is along reduced axes."""

    size: int
    strides: tuple[int, ...]
    is_reduced: bool = False


def loops_of(layouts: Sequence[Layout], reduced: Collection[int] = ()) -> list[Loop] | None:
    """Return the loops over arrays of the same shape, outer first as the first layout has them; None if there are none.

    Loops of the axes `reduced` follow each other; those that layouts do not tell apart are one.
    """
    loops = []
    for axis in range(len(layouts[0].axes)):
        found = refined([layout.axes[axis] for layout in layouts])
        if found is None:
            return None
        loops += [Loop(size, strides, axis in reduced) for size, strides in found]
    loops.sort(key=lambda loop: -abs(loop.strides[0]) if loop.strides[0] else -inf)
    changes = sum(one.is_reduced != other.is_reduced for one, other in pairwise(loops))
    if loops and changes + loops[0].is_reduced > 2:
        loops.sort(key=lambda loop: loop.is_reduced)
    return _joined(loops)


def is_smooth(loops: Sequence[Loop], index: int) -> bool:
    """Whether elements of a layout that lie side by side are met one after the other, if there are any."""
    strides = [loop.strides[index] for loop in loops if loop.strides[index]]
    return not strides or strides[-1] == 1 or 1 not in strides


def _joined(loops: Sequence[Loop]) -> list[Loop]:
    """Make one of two loops that all layouts go through evenly."""
    joined: list[Loop] = []
    for loop in loops:
        if joined and joined[-1].is_reduced == loop.is_reduced:
            last = joined[-1]
            if all(a == loop.size * b for a, b in zip(last.strides, loop.strides, strict=True)):
                joined[-1] = Loop(last.size * loop.size, loop.strides, loop.is_reduced)
                continue
        joined.append(loop)
    return joined


@dataclass(frozen=True, slots=True)
class Box:
    """Part of the elements: where each loop begins, and how many steps it takes."""

    begins: tuple[int, ...]
    counts: tuple[int, ...]


def boxes(sizes: Sequence[int], tile: Sequence[int]) -> Iterator[Box]:
    """Cut loops into boxes of a size, or smaller at their ends."""
    ranges = (range(0, size, step) for size, step in zip(sizes, tile, strict=True))
    for begins in product(*ranges):
        counts = (min(step, size - begin) for begin, size, step in zip(begins, sizes, tile, strict=True))
        yield Box(begins, tuple(counts))


@dataclass(frozen=True, slots=True)
class Lane:
    """An operand on its way through a space: its tensor, its first element, and how far each loop advances it.

    On chip a box of it lies without gaps and repetition, as the loops are nested, or in another `order`.
    """

    tensor: str
    first: int
    strides: tuple[int, ...]
    order: tuple[int, ...] = ()

    def key(self, box: Box) -> tuple[object, ...]:
        """Return what tells boxes apart that it has different elements in."""
        return self._first(box), self.counts(box)

    def counts(self, box: Box) -> tuple[int, ...]:
        """Return how many different elements each loop of a box meets."""
        return tuple(count if stride else 1 for count, stride in zip(box.counts, self.strides, strict=True))

    def bytes(self, counts: Sequence[int]) -> int:
        """Return what a box of that size takes on chip."""
        return prod(count for count, stride in zip(counts, self.strides, strict=True) if stride) * ELEMENT

    def extent(self, box: Box) -> Extent:
        """Return bytes of the tensor that hold a box."""
        first = self._first(box)
        reach = [(count - 1) * stride for count, stride in zip(box.counts, self.strides, strict=True)]
        low, high = (first + sum(one for one in reach if one * sign > 0) for sign in (-1, 1))
        return Extent(self.tensor, low * ELEMENT, (high + 1) * ELEMENT)

    def load(self, box: Box, offset: int, memory: str = "NRAM") -> list[Move]:
        """Return the moves that bring a box to `offset` in a memory on chip."""
        return [
            Move(Spot("DRAM", dram, self.tensor), Spot(memory, offset + chip), size, *_strides(rows, there, here))
            for dram, chip, size, rows, there, here in self._pieces(box)
        ]

    def store(self, box: Box, offset: int) -> list[Move]:
        """Return the moves that take a box from `offset` in NRAM."""
        return [
            Move(Spot("NRAM", offset + chip), Spot("DRAM", dram, self.tensor), size, *_strides(rows, here, there))
            for dram, chip, size, rows, there, here in self._pieces(box)
        ]

    def _first(self, box: Box) -> int:
        return self.first + sum(begin * stride for begin, stride in zip(box.begins, self.strides, strict=True))

    def _pieces(self, box: Box) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Yield what one move can take, in bytes: places in DRAM and on chip, a row, rows, what lies between them."""
        run, loops = self._run(box)
        rows = max(loops, key=lambda loop: loop[0] if loop[1] >= run else 0, default=(1, 0, 0))
        if rows[1] < run:
            rows = (1, 0, 0)
        others = [loop for loop in loops if loop is not rows]
        first = self._first(box)
        for places in product(*(range(count) for count, _, _ in others)):
            there = first + sum(place * stride for place, (_, stride, _) in zip(places, others, strict=True))
            here = sum(place * stride for place, (_, _, stride) in zip(places, others, strict=True))
            count, *steps = rows
            yield (there * ELEMENT, here * ELEMENT, run * ELEMENT, count, steps[0] * ELEMENT, steps[1] * ELEMENT)

    def _run(self, box: Box) -> tuple[int, list[tuple[int, int, int]]]:
        """Return how many elements follow each other, and the loops around them: size, strides in DRAM and on chip."""
        loops: list[tuple[int, int, int]] = []
        chip, run = 1, 1
        counts = self.counts(box)
        for index in reversed(self.order or range(len(counts))):
            count, stride = counts[index], self.strides[index]
            if count == 1:
                continue
            if not loops and stride == run:
                run *= count
            elif loops and stride == loops[-1][0] * loops[-1][1] and chip == loops[-1][0] * loops[-1][2]:
                loops[-1] = loops[-1][0] * count, loops[-1][1], loops[-1][2]
            else:
                loops.append((count, stride, chip))
            chip *= count
        return run, loops


def _strides(rows: int, src: int, dst: int) -> tuple[int, int, int]:
    return (rows, src, dst) if rows > 1 else (1, 0, 0)


def lane(view: View, loops: Sequence[Loop], index: int) -> Lane:
    """Return the lane of a view whose layout is number `index` of those that the loops were made for."""
    return Lane(view.tensor.name, view.layout.first, tuple(loop.strides[index] for loop in loops))
