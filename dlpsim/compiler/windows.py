"""Layers of pooling: windows over an image, channel by channel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.activation import Activation
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.shape import Shape
from dlpsim.compiler.streaming import Area, Stream
from dlpsim.compiler.transfers import Tile
from dlpsim.networks.node import Node
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray

POOLINGS = ("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")


def pooling(node: Node, x: Activation, y: Activation, tensor: str, *, cores: int, room: int) -> LayerPlan:
    """Cut a pooling into tiles on `cores` cores that have `room` bytes of NRAM each."""
    shape = _shape(node, x, y)
    is_average = "Average" in node.op
    seen = _counts(node, shape) if is_average else ([], [])
    is_even = all(len(set(counts)) == 1 for counts in seen)

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
    constants = {tensor: Constant(stream.constants, lambda: _factors(seen, is_even=is_even))} if is_average else {}
    steps = stream.steps(cores, room)
    if not steps:
        raise DlpsimError(
            f"layer '{node.name}' ({node.op}) does not fit: two windows of one channel, of {shape.taps:,} elements "
            f"each, and their results do not find room in NRAM ({room:,} bytes)"
        )
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


def _factors(seen: "_Counts", *, is_even: bool) -> "NDArray[Any]":
    """Return 1 ÷ the elements that each window sees; one number if that is the same for all."""
    import numpy as np  # noqa: PLC0415

    factors = (1 / np.outer(*seen)).astype(np.float32).ravel()
    return factors[:1] if is_even else factors


_Counts = tuple[list[int], list[int]]
"""For the windows of each row, and of each column, how many rows or columns they see."""


def _counts(node: Node, shape: Shape) -> _Counts:
    """Return what counts as seen: of the image, or also of the zeros around it."""
    if node.op.startswith("Global"):
        return [shape.height], [shape.width]
    pads = node.attributes["pads"]
    assert isinstance(pads, tuple)
    around = [int(pad) for pad in pads] if node.attributes.get("count_include_pad") else [0] * 4
    sizes = zip(
        (shape.out_height, shape.out_width), shape.stride, shape.kernel, (shape.height, shape.width), strict=True
    )
    rows, columns = (
        [_seen(index * stride - before, kernel, -around[axis], size + around[axis + 2]) for index in range(count)]
        for axis, (before, (count, stride, kernel, size)) in enumerate(zip((shape.top, shape.left), sizes, strict=True))
    )
    return rows, columns


def _seen(begin: int, kernel: int, first: int, behind: int) -> int:
    """Return how many of the elements from `first` up to but not including `behind` a window sees."""
    return max(1, min(begin + kernel, behind) - max(begin, first))


def _shape(node: Node, x: Activation, y: Activation) -> Shape:
    images, channels, height, width = x.shape
    if node.op.startswith("Global"):
        return Shape(images, height, width, channels, 1, 1, channels, (height, width))
    kernel, strides, pads = (_pair(node.attributes[name]) for name in ("kernel_shape", "strides", "pads"))
    return Shape(images, height, width, channels, y.shape[2], y.shape[3], channels, kernel, strides, (1, 1), *pads)


def _pair(attribute: object) -> tuple[int, int]:
    assert isinstance(attribute, tuple)
    return int(attribute[0]), int(attribute[1])
