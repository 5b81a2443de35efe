"""Layers of pooling: windows over an image, channel by channel."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dlpsim.compiler.activation import ELEMENT, Activation
from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.streaming import Area, Stream
from dlpsim.compiler.transfers import Tile
from dlpsim.compiler.windows import counts, factors, is_average, is_even, shape_of
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.compiler.shape import Shape


def plan_pooling(desk: Desk, layer: Layer, x: Activation, y: Activation) -> LayerPlan:
    """Cut a pooling of `x` to `y` into tiles. Raises DlpsimError where not even the smallest fit."""
    node, room = layer.node, desk.room("NRAM")
    shape = shape_of(desk.network, node)
    seen = counts(node, shape) if is_average(node) else None
    tensor = desk.name(f"{layer.name}_c")

    def sources(area: Area) -> Sequence[Tile]:
        row, rows, _ = shape.rows(area.row, area.rows)
        column, columns, _ = shape.columns(area.column, area.columns)
        return [Tile(x, shape.height, shape.width, area.image, row, rows, column, columns, area.channel, area.channels)]

    def computes(area: Area, out: Spot, tiles: Sequence[Spot], numbers: Spot) -> list[Compute]:
        kind, name = ("ADD", "sum_pool") if seen else ("MAX", "max_pool")
        num = area.pixels * area.channels * shape.taps
        found = [Compute(f"{kind}_32", num, name, (out, tiles[0]), _sizes(shape, area))]
        if seen:
            found += _divisions(area, shape.out_width, out, numbers, is_even=is_even(seen))
        return found

    constants = 0 if not seen else 1 if is_even(seen) else shape.out_height * shape.out_width
    stream = Stream(y, shape.out_height, shape.out_width, sources, computes, tensor, constants)
    steps = stream.steps(desk.cores, room)
    if not steps:
        raise DlpsimError(
            f"layer '{layer.name}' ({node.op}) does not fit: two windows of one channel, of {shape.taps:,} elements "
            f"each, and their results do not find room in NRAM ({room:,} bytes)"
        )
    held = {tensor: Constant(constants, partial(factors, seen))} if seen else {}
    return LayerPlan(layer.name, steps, held)


def _sizes(shape: "Shape", area: Area) -> tuple[int, ...]:
    """Return the sizes of the operation that makes an area."""
    _, rows, top = shape.rows(area.row, area.rows)
    _, columns, left = shape.columns(area.column, area.columns)
    return rows, columns, area.channels, area.rows, area.columns, *shape.kernel, *shape.stride, top, left


def _divisions(area: Area, width: int, out: Spot, numbers: Spot, *, is_even: bool) -> list[Compute]:
    """Return what divides the sums of windows: by the same everywhere, or row by row by what each window has seen."""
    if is_even:
        sizes = (area.pixels, area.channels, area.channels, 0)
        return [Compute("MUL_32", area.pixels * area.channels, "mul", (out, out, numbers), sizes, ("column",))]
    found = []
    for row in range(area.rows):
        line = out.further(ELEMENT * row * area.columns * area.channels)
        own = numbers.further(ELEMENT * ((area.row + row) * width + area.column))
        num = area.columns * area.channels
        found.append(Compute("MUL_32", num, "mul", (line, line, own), (area.columns, area.channels), ("column",)))
    return found
