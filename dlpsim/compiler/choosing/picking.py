"""Slices of a table that constant indices name: seen where they lie, or copied on chip into the order of the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, prod

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout, dense, packed
from dlpsim.compiler.layouts.relayout import copied, moved
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.recipes.computing import Place, spread, steps_of, unary
from dlpsim.compiler.recipes.space import Box, Lane, Loop, loops_of
from dlpsim.compiler.recipes.sweep import MOST_STEPS, USUAL_BYTES, Source, Sweep, grained, tile_of
from dlpsim.compiler.step import Step


@dataclass(frozen=True, slots=True)
class _Run:
    """Slices of the result from `number` on, `count` of them, that are each `step`-th one from `start` on."""

    number: int
    start: int
    count: int
    step: int


def plan_picking(desk: Desk, layer: Layer, axis: int) -> list[Step]:
    """Return the steps that copy the slices; none where they can be seen as they lie. Raises LackError."""
    node = layer.node
    view = desk.view(node.inputs[0])
    weight = desk.network.weights[node.inputs[1]]
    size = view.shape[axis]
    places = [int(place) % size for place in weight.array().reshape(-1)]
    shape = desk.network.values[layer.y].shape
    step = places[1] - places[0] if len(places) > 1 else 1
    if step and places == [places[0] + step * index for index in range(len(places))]:
        layout = view.layout.sliced(axis, places[0], len(places), step)
        seen = layout.reshaped(shape) if layout else None
        if seen:
            desk.views[layer.y] = view.with_layout(seen)
            return []
    if any(len(factors) > 1 for factors in view.layout.axes):
        view = moved(desk, view, dense(view.shape), node.name)
    flat = (*view.shape[:axis], len(places), *view.shape[axis + 1 :])
    usual = _alike(view.layout, axis, len(places)).reshaped(shape) or dense(shape)
    y = desk.place(layer.y, usual, lambda found: found.layout.reshaped(flat) is not None)
    target = y.layout.reshaped(flat)
    assert target is not None
    whole = y.with_layout(target)
    return _on_chip(desk, view, whole, axis, places) or _in_dram(desk, view, whole, axis, places)


def _alike(layout: Layout, axis: int, count: int) -> Layout:
    """Return a layout in the order of another, one of whose axes has another size."""
    (factor,) = layout.axes[axis] or ((1, 1),)
    return packed(Layout((*layout.axes[:axis], ((count, factor[1]),), *layout.axes[axis + 1 :])))


def _runs(places: Sequence[int], within: int) -> list[_Run]:
    """Return the places as runs in which each is as far behind the one before it; each in one part of `within`."""
    runs = []
    begin = 0
    while begin < len(places):
        limit = min(len(places), (begin // within + 1) * within)
        step = max(0, places[begin + 1] - places[begin]) if begin + 1 < limit else 0
        end = begin + 1
        while end < limit and places[end] - places[end - 1] == step:
            end += 1
        runs.append(_Run(begin, places[begin], end - begin, step))
        begin = end
    return runs


@dataclass(frozen=True, slots=True)
class _Nest:
    """Loops over result and table: at `made` those along the axis of the result, at `taken` that of the table."""

    loops: Sequence[Loop]
    made: Sequence[int]
    taken: int


def _on_chip(desk: Desk, view: View, target: View, axis: int, places: Sequence[int]) -> list[Step] | None:
    """Load the table box by box with the whole axis, and copy the slices there; None where that has no room."""
    nest = _nest(target.layout, view.layout, axis)
    if nest is None:
        return None
    sizes = [loop.size for loop in nest.loops]
    result, source = (
        Lane(seen.tensor.name, seen.layout.first, tuple(loop.strides[index] for loop in nest.loops))
        for index, seen in enumerate((target, view))
    )
    runs = _runs(places, sizes[nest.made[-1]])

    def needed(tile: Sequence[int]) -> int:
        return 2 * (grained(source.bytes(tile)) + grained(result.bytes(tile)))

    def computes(box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        made, taken = (
            Place(spot, steps_of(box.counts, [stride != 0 for stride in way.strides]))
            for spot, way in ((out, result), (sources[0], source))
        )
        return [one for run in runs for one in _copies(run, nest, box, made, taken)]

    total = max(prod(target.shape), prod(view.shape)) * ELEMENT
    wanted = 4 * max(USUAL_BYTES, total // (MOST_STEPS * desk.cores))
    whole = [index in (*nest.made, nest.taken) for index in range(len(sizes))]
    tile = tile_of(sizes, whole, needed, desk.room("NRAM"), wanted)
    if tile is None:
        return None
    return Sweep(sizes, tile, [Source(source)], result, grained(result.bytes(tile)), computes).steps(desk.cores)


def _nest(target: Layout, table: Layout, axis: int) -> _Nest | None:
    """Return the loops, outer first as the result has them; None where other axes are not told by the same loops."""
    if len(table.axes[axis]) != 1 or not target.axes[axis]:
        return None
    others = loops_of([Layout((*one.axes[:axis], *one.axes[axis + 1 :])) for one in (target, table)])
    if others is None:
        return None
    ((size, step),) = table.axes[axis]
    along = [Loop(count, (stride, 0)) for count, stride in target.axes[axis]]
    found = sorted((*others, *along), key=lambda loop: -abs(loop.strides[0]) if loop.strides[0] else -inf)
    made = [next(index for index, loop in enumerate(found) if loop is one) for one in along]
    taken = max(made) + 1
    return _Nest([*found[:taken], Loop(size, (0, step)), *found[taken:]], made, taken)


def _copies(run: _Run, nest: _Nest, box: Box, made: Place, taken: Place) -> list[Compute]:
    """Return the copies of a run of slices."""
    counts, steps = list(box.counts), list(taken.steps)
    offset, rest = 0, run.number
    for index in reversed(nest.made):
        rest, place = divmod(rest, counts[index])
        offset += place * made.steps[index]
        counts[index] = 1
    along, inner = steps[nest.taken], nest.made[-1]
    counts[inner], counts[nest.taken] = run.count, 1
    steps[inner], steps[nest.taken] = run.step * along, 0
    target = Place(made.at(offset), made.steps)
    source = Place(taken.at(run.start * along), tuple(steps))
    is_each = all(step for step, count in zip(steps, counts, strict=True) if count > 1)
    return list((unary("copy", counts, target, source)) if is_each else spread(counts, target, source))


def _in_dram(desk: Desk, view: View, target: View, axis: int, places: Sequence[int]) -> list[Step]:
    """Copy the slices one after the other."""
    steps = []
    for number, place in enumerate(places):
        source, part = view.layout.sliced(axis, place, 1), target.layout.sliced(axis, number, 1)
        assert source is not None
        assert part is not None
        steps += copied(desk, view.with_layout(source), target.with_layout(part))
    return steps
