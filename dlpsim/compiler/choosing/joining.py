"""Nodes that put values side by side, or a number around them: parts of their results may lie there already."""

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout
from dlpsim.compiler.layouts.relayout import copied
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.recipes.computing import Place, spread, steps_of
from dlpsim.compiler.recipes.space import Box, lane, loops_of
from dlpsim.compiler.recipes.sweep import MOST_STEPS, USUAL_BYTES, Sweep, grained, tile_of
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.compiler.step import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plan_concat(desk: Desk, layer: Layer) -> LayerPlan:
    """Copy the operands that were not written to their places in the result. Raises LackError where none fits."""
    node = layer.node
    axis = node.attributes["axis"]
    assert isinstance(axis, int)
    views = [desk.view(name) for name in node.inputs]
    if not desk.is_expected(layer.y) and (seen := _side_by_side(views, axis)):
        desk.views[layer.y] = seen
        return LayerPlan(layer.name, [])
    sizes = [view.shape[axis] for view in views]
    y = desk.ahead(layer.y)
    parts = _parts(y.layout, axis, sizes)
    if parts is None:
        y = desk.new(layer.y, desk.usual_of(layer.y))
        parts = _parts(y.layout, axis, sizes)
    assert parts is not None
    desk.views[layer.y] = y
    steps: list[Step] = []
    for view, part in zip(views, parts, strict=True):
        target = y.with_layout(part)
        if view != target:
            steps += copied(desk, view, target)
    return LayerPlan(layer.name, steps)


def plan_pad(desk: Desk, layer: Layer) -> LayerPlan:
    """Copy the operand into the middle of the result, and fill what is around it. Raises LackError."""
    node = layer.node
    pads, value = node.attributes["pads"], node.attributes.get("value", 0.0)
    assert isinstance(pads, tuple)
    assert isinstance(value, int | float)
    view = desk.view(node.inputs[0])
    rank = len(view.shape)
    begins = [int(pad) for pad in pads[:rank]]

    def fits(place: View) -> bool:
        return all(len(axis) < 2 for axis in place.layout.axes)

    y = desk.place(layer.y, desk.usual_of(layer.y), fits)
    shape = desk.network.values[layer.y].shape
    inside = [(begin, size) for begin, size in zip(begins, view.shape, strict=True)]
    steps = copied(desk, view, y.with_layout(_cut(y.layout, inside)))
    tensor = desk.name(f"{layer.name}_c")
    desk.constants[tensor] = Constant(1, partial(_number, float(value)))
    for axis in range(rank):
        begin, size = inside[axis]
        for start, count in ((0, begin), (begin + size, shape[axis] - begin - size)):
            slab = [*inside[:axis], (start, count), *((0, whole) for whole in shape[axis + 1 :])]
            if prod(number for _, number in slab):
                steps += _filled(desk, y.with_layout(_cut(y.layout, slab)), tensor)
    return LayerPlan(layer.name, steps)


def _side_by_side(views: Sequence[View], axis: int) -> View | None:
    """Return several views as one, if they lie in one tensor so that they follow each other along an axis."""
    first = views[0]
    *others, axis_of_first = (*first.layout.axes[:axis], *first.layout.axes[axis + 1 :]), first.layout.axes[axis]
    place, stride = first.layout.first, axis_of_first[-1][1] if axis_of_first else 0
    stride = stride or next((view.layout.axes[axis][-1][1] for view in views if view.layout.axes[axis]), 0)
    if not stride:
        stride = views[1].layout.first - first.layout.first if len(views) > 1 else 1
    for view in views:
        axes = view.layout.axes
        own = axes[axis]
        is_even = not own or (len(own) == 1 and own[0][1] == stride)
        if view.tensor != first.tensor or [(*axes[:axis], *axes[axis + 1 :])] != others or not is_even:
            return None
        if view.layout.first != place:
            return None
        place += view.shape[axis] * stride
    size = sum(view.shape[axis] for view in views)
    axes = (*first.layout.axes[:axis], ((size, stride),), *first.layout.axes[axis + 1 :])
    return first.with_layout(Layout(axes, first.layout.first)) if stride > 0 else None


def _parts(layout: Layout, axis: int, sizes: Sequence[int]) -> list[Layout] | None:
    """Return the layouts of parts along an axis; None if one cannot be told."""
    begins = [sum(sizes[:index]) for index in range(len(sizes))]
    parts = [layout.sliced(axis, begin, size) for begin, size in zip(begins, sizes, strict=True)]
    return [part for part in parts if part] if all(parts) else None


def _cut(layout: Layout, spans: Sequence[tuple[int, int]]) -> Layout:
    """Return part of an array: of each axis from where on, and how much."""
    for axis, (begin, size) in enumerate(spans):
        cut = layout.sliced(axis, begin, size) if layout.axes[axis] else layout
        assert cut is not None
        layout = cut
    return layout


def _filled(desk: Desk, target: View, tensor: str) -> list[Step]:
    """Return the steps that write the number in `tensor` everywhere."""
    loops = loops_of([target.layout])
    assert loops is not None
    sizes = [loop.size for loop in loops]
    result = lane(target, loops, 0)

    def computes(box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        everywhere = Place(out, steps_of(box.counts, (True,) * len(loops)))
        return list(spread(box.counts, everywhere, Place(numbers, (0,) * len(loops))))

    def needed(tile: Sequence[int]) -> int:
        return 2 * grained(result.bytes(tile))

    wanted = 2 * max(USUAL_BYTES, prod(sizes) * ELEMENT // (MOST_STEPS * desk.cores))
    tile = tile_of(sizes, [False] * len(sizes), needed, desk.room("NRAM"), wanted)
    if tile is None:
        raise LackError(shortage([("NRAM", needed([1] * len(sizes)), desk.room("NRAM"))]))
    return Sweep(sizes, tile, [], result, grained(result.bytes(tile)), computes, (), tensor, 1).steps(desk.cores)


def _number(number: float) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.array([number], np.float32)
