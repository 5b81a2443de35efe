"""Writes an operation on tiles of several axes as computes, each on a matrix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.recipes.space import Loop
from isa.operation_spec import COLUMN
from isa.operations import OPERATIONS

Steps = tuple[int, ...]
"""How many elements each loop advances an operand on chip; 0 where it meets the same element again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operand of a compute lies: its first element, and how far each loop advances it."""

    spot: Spot
    steps: Steps

    def at(self, elements: int) -> Spot:
        """Return the place of an element."""
        return Spot(self.spot.memory, self.spot.offset + elements * ELEMENT, self.spot.base)


@dataclass(frozen=True, slots=True)
class _Plane:
    """A matrix: rows and columns, and for each operand its place and how far both advance it."""

    rows: int
    columns: int
    spots: tuple[Spot, ...]
    steps: tuple[tuple[int, int], ...] = ()


def steps_of(counts: Sequence[int], varies: Sequence[bool]) -> Steps:
    """Return the steps of a tile that lies without gaps: along the loops that it varies with, outer first."""
    steps, step = [0] * len(counts), 1
    for index in reversed(range(len(counts))):
        if varies[index]:
            steps[index] = step
            step *= counts[index]
    return tuple(steps)


def unary(name: str, counts: Sequence[int], made: Place, taken: Place) -> Iterator[Compute]:
    """Yield an operation on each element; both operands vary with the same loops."""
    for plane in _planes(counts, (made, taken)):
        yield _compute(name, plane, _given(plane))


def binary(name: str, counts: Sequence[int], made: Place, left: Place, right: Place) -> Iterator[Compute]:
    """Yield an operation of two operands; the left one varies with the same loops as the result."""
    for plane in _planes(counts, (made, left, right)):
        rows, columns = plane.steps[2]
        is_column = plane.columns > 1 and columns == 0
        leading = (*_given(plane)[:1], rows if plane.rows > 1 else 1 if is_column else plane.columns)
        options = (COLUMN,) if is_column else ()
        yield _compute(name, plane, (*leading, *_given(plane)[1:]), options)


def spread(counts: Sequence[int], made: Place, taken: Place) -> Iterator[Compute]:
    """Yield copies of an operand that does not vary with all loops of the result: as few as can be."""
    for plane in _planes(counts, (made, taken)):
        (row, _), (source_row, source_column) = plane.steps
        if source_column:
            yield _compute("copy", plane, (source_row, row))
        elif not source_row and (plane.rows == 1 or row == plane.columns):
            yield _compute("copy", _Plane(plane.rows * plane.columns, 1, plane.spots), (0, 1))
        elif plane.columns < plane.rows:
            for index in range(plane.columns):
                spots = (_moved(plane.spots[0], index), plane.spots[1])
                yield _compute("copy", _Plane(plane.rows, 1, spots), (source_row, row))
        else:
            for index in range(plane.rows):
                spots = (_moved(plane.spots[0], index * row), _moved(plane.spots[1], index * source_row))
                yield _compute("copy", _Plane(plane.columns, 1, spots), (0, 1))


def reduction(name: str, loops: Sequence[Loop], counts: Sequence[int], made: Place, taken: Place) -> Iterator[Compute]:
    """Yield what combines all elements along the reduced loops, which follow each other, of a tile without gaps."""
    before, along, behind = _around(loops, counts, taken.steps)
    if name == "prod":
        yield from _product(before, along, behind, made, taken)
        return
    if behind == 1:
        yield _compute(f"row_{name}", _Plane(before, along, (made.spot, taken.spot)), ())
        return
    for index in range(before):
        spots = (made.at(index * behind), taken.at(index * along * behind))
        yield _compute(f"column_{name}", _Plane(along, behind, spots), ())


def _product(before: int, along: int, behind: int, made: Place, taken: Place) -> Iterator[Compute]:
    """Yield what multiplies all elements along an axis, one after the other: the table has no operation for it."""
    counts, result = (before, behind), Place(made.spot, (behind, 1))
    for index in range(along):
        part = Place(taken.at(index * behind), (along * behind, 1))
        if index:
            yield from binary("mul", counts, result, result, part)
        else:
            yield from unary("copy", counts, result, part)


def window(loops: Sequence[Loop], counts: Sequence[int], size: int, made: Place, taken: Place) -> Iterator[Compute]:
    """Yield the sums of neighbours along the reduced loops, which are the innermost."""
    before, along, _ = _around(loops, counts, taken.steps)
    yield Compute("ADD_32", before * along * size, "window_sum", (made.spot, taken.spot), (before, along, size))


def _around(loops: Sequence[Loop], counts: Sequence[int], steps: Steps) -> tuple[int, int, int]:
    """Return how many elements there are around, along and within the reduced loops."""
    reduced = [index for index, loop in enumerate(loops) if loop.is_reduced]
    first, last = (reduced[0], reduced[-1]) if reduced else (len(loops), len(loops))
    sizes = [count if step else 1 for count, step in zip(counts, steps, strict=True)]
    return prod(sizes[:first]), prod(sizes[first : last + 1]), prod(sizes[last + 1 :])


def _planes(counts: Sequence[int], places: Sequence[Place]) -> Iterator[_Plane]:
    """Yield the matrices that make up a tile, as large as can be."""
    loops: list[tuple[int, Steps]] = []
    for index, count in enumerate(counts):
        steps = tuple(place.steps[index] for place in places)
        if count == 1:
            continue
        if loops and all(outer == count * inner for outer, inner in zip(loops[-1][1], steps, strict=True)):
            loops[-1] = loops[-1][0] * count, steps
        else:
            loops.append((count, steps))
    none = (0,) * len(places)
    is_even = loops and max(loops[-1][1]) < 2
    columns = loops.pop() if is_even else (1, none)
    rows = max(loops, key=lambda loop: loop[0], default=(1, none))
    others = [loop for loop in loops if loop is not rows]
    steps_of_operands = tuple(zip(rows[1], columns[1], strict=True))
    for indices in product(*(range(count) for count, _ in others)):
        moved = [
            sum(index * steps[operand] for index, (_, steps) in zip(indices, others, strict=True))
            for operand in range(len(places))
        ]
        spots = tuple(place.at(elements) for place, elements in zip(places, moved, strict=True))
        yield _Plane(rows[0], columns[0], spots, steps_of_operands)


def _given(plane: _Plane) -> tuple[int, int]:
    """Return how far apart the rows of the second and of the first operand begin."""
    return tuple(plane.steps[operand][0] if plane.rows > 1 else plane.columns for operand in (1, 0))  # type: ignore[return-value]


def _moved(spot: Spot, elements: int) -> Spot:
    return Spot(spot.memory, spot.offset + elements * ELEMENT, spot.base)


def _compute(name: str, plane: _Plane, leading: tuple[int, ...], options: tuple[str, ...] = ()) -> Compute:
    """Return an operation on a matrix; sizes are left out at the end that are what they would be."""
    rows, columns = plane.rows, plane.columns
    usual = (columns, 1 if COLUMN in options else columns, columns) if len(leading) == 3 else (columns, columns)
    while leading and leading[-1] == usual[len(leading) - 1]:
        leading = leading[:-1]
    sizes = (rows, columns, *leading)
    return Compute(f"{OPERATIONS[name].kind}_32", rows * columns, name, plane.spots, sizes, options)
