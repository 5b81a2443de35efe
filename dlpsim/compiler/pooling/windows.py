"""The windows of a pooling: where they lie, and what the sums of an average are divided by."""

from typing import TYPE_CHECKING, Any

from dlpsim.compiler.tiling.shape import Pooling, Shape
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

POOLINGS = ("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
"""Operators that combine windows over an image, channel by channel."""

Counts = tuple[list[int], list[int]]
"""For the windows of each row, and of each column, how many rows or columns they see."""


def shape_of(network: Network, node: Node) -> Shape:
    """Return the windows of a node over the image that it takes."""
    images, channels, height, width = network.operand(node.inputs[0]).shape
    *_, rows, columns = network.values[node.outputs[0]].shape
    if node.op.startswith("Global"):
        return Shape(images, height, width, channels, 1, 1, channels, (height, width))
    kernel, strides, pads = (_pair(node.attributes[name]) for name in ("kernel_shape", "strides", "pads"))
    return Shape(images, height, width, channels, rows, columns, channels, kernel, strides, (1, 1), *pads)


def pooling_of(node: Node, shape: Shape) -> Pooling:
    """Return the same windows over the result of a product."""
    passes = shape.taps + is_average(node)
    return Pooling(shape.out_height, shape.out_width, shape.kernel, shape.stride, shape.top, shape.left, passes)


def is_average(node: Node) -> bool:
    """Whether the mean of a window is kept, else the largest of it."""
    return "Average" in node.op


def counts(node: Node, shape: Shape) -> Counts:
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


def is_even(seen: Counts) -> bool:
    """Whether all windows see as many elements."""
    return all(len(set(along)) == 1 for along in seen)


def mean_of(network: Network, node: Node) -> float | None:
    """Return what the sum of each window is multiplied by, None if that is not the same for all."""
    seen = counts(node, shape_of(network, node))
    return 1 / (seen[0][0] * seen[1][0]) if is_even(seen) else None


def factors(seen: Counts) -> "NDArray[Any]":
    """Return 1 ÷ the elements that each window sees; one number if that is the same for all."""
    import numpy as np  # noqa: PLC0415

    found = (1 / np.outer(*seen)).astype(np.float32).ravel()
    return found[:1] if is_even(seen) else found


def _seen(begin: int, kernel: int, first: int, behind: int) -> int:
    """Return how many of the elements from `first` up to but not including `behind` a window sees."""
    return max(1, min(begin + kernel, behind) - max(begin, first))


def _pair(attribute: object) -> tuple[int, int]:
    assert isinstance(attribute, tuple)
    return int(attribute[0]), int(attribute[1])
