"""Writes a pooling whose windows have gaps as slices of the image, combined along one dimension after the other."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.operator import Call
from dlpsim.networks.operators.table import apply
from dlpsim.networks.operators.windows import Axis, axes

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOWEST = -3.4028235e38
"""What never is the largest."""


def pool_by_taps(draft: Draft, node: Node) -> None:
    """Add the largest, or the mean, of slices of the image, one for each place of a window along each dimension."""
    x = draft.operand(node.inputs[0])
    windows = axes(Call(node.op, (x,), node.attributes), x.shape[2:])
    shape = apply(node.op, [x], node.attributes).results[0][0]
    counts, is_average = shape[2:], node.op == "AveragePool"
    result = _padded(draft, node, windows, counts, 0.0 if is_average else LOWEST)
    for index, (window, count) in enumerate(zip(windows, counts, strict=True)):
        parts = _parts(draft, result, index + 2, window, count)
        result = next(parts)
        for part in parts:
            result = draft.step("Add" if is_average else "Max", [result, part], f"{node.name}/sofar")
    if not is_average:
        draft.add("Identity", [result], node.outputs, node.name)
        return
    seen = [_seen(node, window, count) for window, count in zip(windows, counts, strict=True)]
    factors = draft.compute(f"{node.name}/factors", (1, 1, *counts), partial(_factors, seen))
    draft.add("Mul", [result, factors], node.outputs, node.name)


def _padded(draft: Draft, node: Node, windows: Sequence[Axis], counts: Sequence[int], value: float) -> str:
    """Return the image with all around it that windows reach."""
    ends = [
        max(0, (count - 1) * window.stride + window.extent - window.size - window.begin)
        for window, count in zip(windows, counts, strict=True)
    ]
    begins = [window.begin for window in windows]
    if not any((*begins, *ends)):
        return node.inputs[0]
    around: dict[str, Attribute] = {"pads": (0, 0, *begins, 0, 0, *ends), "value": value}
    return draft.step("Pad", node.inputs, f"{node.name}/padded", around)


def _parts(draft: Draft, image: str, axis: int, window: Axis, count: int) -> Iterator[str]:
    """Yield, for each place of a window along an axis, the elements there in all windows."""
    for tap in range(window.kernel):
        begin = tap * window.dilation
        at: dict[str, Attribute] = {
            "starts": (begin,),
            "ends": (begin + (count - 1) * window.stride + 1,),
            "axes": (axis,),
            "steps": (window.stride,),
        }
        yield draft.step("Slice", [image], f"{image}/axis{axis}/tap{tap}", at)


def _seen(node: Node, window: Axis, count: int) -> list[int]:
    """Return how many elements each window sees along a dimension: of the image, or also of the pads around it."""
    before, after = (window.begin, window.end) if node.attributes.get("count_include_pad") else (0, 0)
    inside = range(-before, window.size + after)
    return [
        max(1, sum(begin + tap * window.dilation in inside for tap in range(window.kernel)))
        for begin in range(-window.begin, count * window.stride - window.begin, window.stride)
    ]


def _factors(seen: Sequence[Sequence[int]]) -> "NDArray[Any]":
    """Return 1 ÷ the elements that each window sees."""
    import numpy as np  # noqa: PLC0415

    inverse: NDArray[Any] = np.ones((1, 1), np.float32)
    for along in seen:
        inverse = inverse[..., None] / np.array(along, np.float32)
    return inverse
