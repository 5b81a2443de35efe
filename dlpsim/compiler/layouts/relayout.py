"""Moves values into other layouts: rows of it at a time, which are transposed on chip where they change direction."""

from collections.abc import Sequence
from math import prod

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout, dense
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.recipes.computing import Place, spread, steps_of, unary
from dlpsim.compiler.recipes.space import Box, Lane, Loop, lane, loops_of
from dlpsim.compiler.recipes.sweep import MOST_STEPS, USUAL_BYTES, Source, Sweep, grained, tile_of
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.compiler.step import Step


def moved(desk: Desk, view: View, layout: Layout, name: str) -> View:
    """Return a copy of a value in another layout; the layer that is being planned makes it first. Raises LackError."""
    target = desk.new(f"{name}_moved", layout)
    desk.moved.append(target)
    desk.pending += copied(desk, view, target)
    return target


def copied(desk: Desk, view: View, target: View) -> list[Step]:
    """Return the steps that copy a value to where it has another layout. Raises LackError."""
    if prod(view.shape) == 0:
        return []
    loops = loops_of([target.layout, view.layout])
    if loops is None:  # by way of a layout that both can be told in
        between = desk.new(f"{view.tensor.name}_moved", dense(view.shape))
        desk.moved.append(between)
        return [*copied(desk, view, between), *copied(desk, between, target)]
    inner = next((index for index, loop in enumerate(loops) if loop.strides[1] == 1), len(loops) - 1)
    if inner >= len(loops) - 1:
        return _sweep(desk, loops, view, target, None)
    return _sweep(desk, [*loops[:inner], *loops[inner + 1 :], loops[inner]], view, target, len(loops) - 1)


def _sweep(desk: Desk, loops: Sequence[Loop], view: View, target: View, inner: int | None) -> list[Step]:
    """Return the steps; if the last loop is not the last one of the target, the one before it is."""
    sizes = [loop.size for loop in loops]
    order = tuple(range(len(loops)))
    source, result = lane(view, loops, 1), lane(target, loops, 0)
    if inner is not None:
        result = Lane(result.tensor, result.first, result.strides, (*order[:-2], order[-1], order[-2]))

    def computes(box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        everything = (True,) * len(loops)
        of_source = tuple(
            step if loop.strides[1] else 0
            for step, loop in zip(steps_of(source.counts(box), everything), loops, strict=True)
        )
        if inner is None:
            return _copies(box, Place(out, steps_of(box.counts, everything)), Place(sources[0], of_source))
        return _transposed(box, out, Place(sources[0], of_source))

    def needed(tile: Sequence[int]) -> int:
        return 2 * (grained(source.bytes(tile)) + grained(result.bytes(tile)))

    total = prod(sizes) * ELEMENT
    wanted = 4 * max(USUAL_BYTES, total // (MOST_STEPS * desk.cores))
    tile = tile_of(sizes, [False] * len(sizes), needed, desk.room("NRAM"), wanted, is_plane=inner is not None)
    if tile is None:
        raise LackError(shortage([("NRAM", needed([1] * len(sizes)), desk.room("NRAM"))]))
    return Sweep(sizes, tile, [Source(source)], result, grained(result.bytes(tile)), computes).steps(desk.cores)


def _copies(box: Box, made: Place, taken: Place) -> list[Compute]:
    if made.steps == taken.steps:
        return list(unary("copy", box.counts, made, taken))
    return list(spread(box.counts, made, taken))


def _transposed(box: Box, out: Spot, taken: Place) -> list[Compute]:
    """Return transpositions of the last two loops, for each place of the others."""
    rows, columns = box.counts[-2:]
    matrix = rows * columns
    found = []
    for number in range(prod(box.counts[:-2])):
        source = 0
        rest = number
        for count, step in zip(box.counts[-3::-1], taken.steps[-3::-1], strict=True):
            rest, index = divmod(rest, count)
            source += index * step
        spots = (Spot("NRAM", out.offset + number * matrix * ELEMENT), taken.at(source))
        leading = (taken.steps[-2],) if taken.steps[-2] != columns else ()
        found.append(Compute("ADD_32", matrix, "transpose", spots, (rows, columns, *leading)))
    return found
