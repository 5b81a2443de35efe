"""Layers of pooling: windows over an image, channel by channel."""

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.activation import Activation
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.streaming import Area, Stream
from dlpsim.compiler.tiling import Shape
from dlpsim.compiler.transfers import Tile
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

POOLINGS = ("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")


def pooling(node: Node, x: Activation, y: Activation, tensor: str, cores: int, room: int) -> LayerPlan:
    """Cut a pooling into tiles on `cores` cores that have `room` bytes of NRAM each."""
    shape = _shape(node, x, y)
    is_average = "Average" in node.op
    is_even = is_average and (
        shape.top + shape.left == 0 and _is_inside(shape) or bool(node.attributes.get("count_include_pad"))
    )

    def sources(area: Area) -> Sequence[Tile]:
        row, rows, _ = shape.rows(area.row, area.rows)
        column, columns, _ = shape.columns(area.column, area.columns)
        return [Tile(x, shape.height, shape.width, area.image, row, rows, column, columns, area.channel, area.channels)]

    def computes(area: Area, out: Spot, tiles: Sequence[Spot], numbers: Spot) -> list[Compute]:
        _, rows, top = shape.rows(area.row, area.rows)
        _, columns, left = shape.columns(area.column, area.columns)
        dims = (rows, columns, area.channels, area.rows, area.columns, *shape.kernel)
        num = area.pixels * area.channels * shape.taps
        kind, name = ("ADD", "sum_pool") if is_average else ("MAX", "max_pool")
        found = [Compute(f"{kind}_32", num, name, (out, tiles[0]), (*dims, *shape.stride, top, left))]
        if is_average:
            found += _divisions(area, shape.out_width, out, numbers, is_even=is_even)
        return found

    stream = Stream(
        y,
        shape.out_height,
        shape.out_width,
        sources,
        computes,
        tensor,
        0 if not is_average else 1 if is_even else shape.out_height * shape.out_width,
    )
    constants = {tensor: Constant(stream.constants, lambda: _factors(shape, is_even=is_even))} if is_average else {}
    steps = stream.steps(cores, room)
    return LayerPlan(node.name, steps, constants)


def _divisions(area: Area, width: int, out: Spot, numbers: Spot, *, is_even: bool) -> list[Compute]:
    """Return what divides the sums of windows: by the same everywhere, or row by row by what each window has seen."""
    if is_even:
        num = area.pixels * area.channels
        return [
            Compute(
                "MUL_32", num, "mul", (out, out, numbers), (area.pixels, area.channels, area.channels, 0), ("column",)
            )
        ]
    found = []
    for row in range(area.rows):
        line = Spot(out.memory, out.offset + 4 * row * area.columns * area.channels)
        factors = Spot(numbers.memory, numbers.offset + 4 * ((area.row + row) * width + area.column))
        num = area.columns * area.channels
        found.append(Compute("MUL_32", num, "mul", (line, line, factors), (area.columns, area.channels), ("column",)))
    return found


def _factors(shape: Shape, *, is_even: bool) -> "NDArray[Any]":
    """Return 1 ÷ the elements that each window sees."""
    import numpy as np  # noqa: PLC0415

    if is_even:
        return np.array([1 / prod(shape.kernel)], np.float32)
    rows = [_seen(y * shape.stride[0] - shape.top, shape.kernel[0], shape.height) for y in range(shape.out_height)]
    columns = [_seen(x * shape.stride[1] - shape.left, shape.kernel[1], shape.width) for x in range(shape.out_width)]
    return (1 / np.outer(rows, columns)).astype(np.float32).ravel()


def _seen(begin: int, kernel: int, size: int) -> int:
    return max(1, min(begin + kernel, size) - max(begin, 0))


def _is_inside(shape: Shape) -> bool:
    """Whether no window reaches beyond the last row or column."""
    ends = zip(
        (shape.out_height, shape.out_width), shape.stride, shape.kernel, (shape.height, shape.width), strict=True
    )
    return all((count - 1) * stride + kernel <= size for count, stride, kernel, size in ends)


def _shape(node: Node, x: Activation, y: Activation) -> Shape:
    images, channels, height, width = x.shape
    if node.op.startswith("Global"):
        return Shape(images, height, width, channels, 1, 1, channels, (height, width))
    kernel, strides, pads = (_pair(node.attributes[name]) for name in ("kernel_shape", "strides", "pads"))
    return Shape(images, height, width, channels, y.shape[2], y.shape[3], channels, kernel, strides, (1, 1), *pads)


def _pair(attribute: object) -> tuple[int, int]:
    assert isinstance(attribute, tuple)
    return int(attribute[0]), int(attribute[1])
