"""Slices of a table that indices name: those of computed ones are chosen on chip."""

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.choosing.indices import index_view
from dlpsim.compiler.choosing.picking import plan_picking
from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout, dense
from dlpsim.compiler.layouts.relayout import moved
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.recipes.space import Box, Lane
from dlpsim.compiler.recipes.sweep import Source, Sweep, grained, tile_of
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plan_gather(desk: Desk, layer: Layer) -> LayerPlan:
    """Return the steps. Raises LackError where the table has no room."""
    node = layer.node
    axis = node.attributes["axis"]
    assert isinstance(axis, int)
    if desk.is_constant(node.inputs[1]):
        return LayerPlan(layer.name, plan_picking(desk, layer, axis))
    return _chosen(desk, layer, axis)


def _chosen(desk: Desk, layer: Layer, axis: int) -> LayerPlan:
    """Choose on chip: of some columns of the table at a time, as many as have room."""
    node = layer.node
    shape = desk.network.operand(node.inputs[0]).shape
    indices = index_view(desk, node.inputs[1])
    rows, width, count = shape[axis], prod(shape) // shape[axis], prod(indices.shape)
    columns = _columns(desk, layer, rows, width)
    sizes = (width // columns, columns, count, rows)
    room = desk.room("NRAM")
    tile = tile_of(sizes, (False, True, False, True), _needed, room, room)
    if tile is None:
        raise LackError(shortage([("NRAM", _needed((1, columns, 1, rows)), room)]))
    tile = (1, *tile[1:])
    y = _place(desk, layer, axis, indices.shape)
    result = Lane(y.tensor.name, y.layout.first, (columns, 1, width, 0), (0, 3, 2, 1))
    ways = (
        Lane(indices.tensor.name, 0, (0, 0, 1, 0)),
        _table(desk, node, axis, columns),
    )

    def computes(box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        taken = box.counts[2]
        spots = (out, sources[1], sources[0])
        return [Compute("ADD_32", taken * columns, "gather", spots, (rows, taken, columns))]

    operands = [Source(ways[0]), Source(ways[1], "WRAM")]
    sweep = Sweep(sizes, tile, operands, result, grained(result.bytes(tile)), computes)
    return LayerPlan(layer.name, sweep.steps(desk.cores), {}, f"{columns} of {width} columns of the table at a time")


def _needed(tile: Sequence[int]) -> int:
    return 2 * (grained(tile[1] * tile[2] * ELEMENT) + grained(tile[2] * ELEMENT))


def _columns(desk: Desk, layer: Layer, rows: int, width: int) -> int:
    """Return how many columns of a table have room, twice if that is possible; they divide all."""
    room, most = desk.room("WRAM"), max(1, desk.room("NRAM") // 4 // ELEMENT)
    for times in (2, 1):
        for columns in range(min(width, most, room // (rows * ELEMENT)), 0, -1):
            taken = grained(rows * columns * ELEMENT)
            if width % columns == 0 and (taken if columns == width else times * taken) <= room:
                return columns
    least = shortage([("WRAM", grained(rows * ELEMENT), room)])
    raise LackError(f"for a column of its table of {rows:,} rows {least}")


def _place(desk: Desk, layer: Layer, axis: int, indices: tuple[int, ...]) -> View:
    """Place the result so that what an index chooses lies together, wherever its axes are counted."""
    shape = desk.network.values[layer.y].shape
    rank = len(indices)
    named = range(axis, axis + rank)
    others = [one for one in range(len(shape)) if one not in named]
    layout = dense(shape, [*named, *others])
    return desk.place(layer.y, layout, lambda view: view.layout.axes == layout.axes)


def _table(desk: Desk, node: Node, axis: int, columns: int) -> Lane:
    """Return the lane of the table: a constant lies block by block of its columns, a value row by row."""
    name = node.inputs[0]
    shape = desk.network.operand(name).shape
    others = [one for one in range(len(shape)) if one != axis]
    rows, width = shape[axis], prod(shape) // shape[axis]
    order = (0, 2, 3, 1)
    if desk.is_constant(name):
        weight = desk.network.weights[name]
        layout = Layout((((width // columns, rows * columns),), ((rows, columns),), ((columns, 1),)))

        def numbers() -> "NDArray[Any]":
            turned = weight.array().astype("float32", copy=False).transpose(axis, *others)
            blocks: NDArray[Any] = turned.reshape(rows, width // columns, columns).swapaxes(0, 1)
            return blocks

        table = desk.hold(f"{name}_columns", layout, numbers)
        return Lane(table.tensor.name, 0, (rows * columns, 1, 0, columns), order)
    view = desk.view(name)
    layout = dense(shape, [axis, *others])
    if view.layout.axes != layout.axes:
        view = moved(desk, view, layout, node.name)
    return Lane(view.tensor.name, view.layout.first, (columns, 1, 0, width), order)
