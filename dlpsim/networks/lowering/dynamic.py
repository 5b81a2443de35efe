"""Convolutions whose weight or bias is computed: what a window sees is put side by side, and multiplied."""

from itertools import product
from math import prod

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers, keep
from dlpsim.networks.node import Attribute, Node

Attributes = dict[str, Attribute]


def conv(draft: Draft, node: Node) -> None:
    """Keep a convolution with constant operands; add a bias that is computed, multiply by a weight that is."""
    x, w, *bias = node.inputs
    if draft.is_constant(w):
        if bias and not draft.is_constant(bias[0]):
            y = draft.step("Conv", [x, w], f"{node.name}/product", node.attributes)
            _biased(draft, node, y, bias)
        else:
            keep(draft, node)
        return
    y = _product(draft, node, w)
    _biased(draft, node, y, bias)


def _biased(draft: Draft, node: Node, y: str, bias: list[str]) -> None:
    """Let the result be `y` and the bias of each channel."""
    if not bias:
        draft.aliases[node.outputs[0]] = y
        return
    shape = (-1, *(1 for _ in draft.operand(y).shape[2:]))
    aligned = draft.step("Reshape", bias, f"{node.name}/bias", {"shape": shape})
    draft.add("Add", [y, aligned], node.outputs, node.name)


def _product(draft: Draft, node: Node, w: str) -> str:
    """Return the product of the weight and the windows, for each group: M÷g × C÷g·taps by C÷g·taps × places."""
    group = node.attributes["group"]
    assert isinstance(group, int)
    made, inner, *kernel = draft.operand(w).shape
    length = inner * prod(kernel)
    windows, sizes = _windows(draft, node, group)
    matrix = draft.step("Reshape", [w], f"{node.name}/matrix", {"shape": (group, made // group, length)})
    product_ = draft.step("MatMul", [matrix, windows], f"{node.name}/products")
    images = draft.operand(node.inputs[0]).shape[0]
    return draft.step("Reshape", [product_], f"{node.name}/image", {"shape": (images, made, *sizes)})


def _windows(draft: Draft, node: Node, group: int) -> tuple[str, tuple[int, ...]]:
    """Return images × groups × what a window sees × places, and how many places there are along each axis."""
    images, channels, *spatial = draft.operand(node.inputs[0]).shape
    rank = len(spatial)
    kernel, strides, dilations, pads = (
        integers(node, name) for name in ("kernel_shape", "strides", "dilations", "pads")
    )
    x = node.inputs[0]
    if any(pads):
        around = (0, 0, *pads[:rank], 0, 0, *pads[rank:])
        x = draft.step("Pad", [x], f"{node.name}/padded", {"pads": around})
    reach = [dilation * (size - 1) for dilation, size in zip(dilations, kernel, strict=True)]
    sizes = tuple((spatial[i] + pads[i] + pads[rank + i] - reach[i] - 1) // strides[i] + 1 for i in range(rank))
    shape = (images, group, channels // group, 1, prod(sizes))
    parts = []
    for tap in product(*map(range, kernel)):
        starts = tuple(place * dilation for place, dilation in zip(tap, dilations, strict=True))
        ends = tuple(
            start + stride * (size - 1) + 1 for start, stride, size in zip(starts, strides, sizes, strict=True)
        )
        at: Attributes = {"starts": starts, "ends": ends, "axes": tuple(range(2, 2 + rank)), "steps": strides}
        name = f"{node.name}/tap{'_'.join(map(str, tap))}"
        part = draft.step("Slice", [x], f"{name}/part", at)
        parts.append(draft.step("Reshape", [part], name, {"shape": shape}))
    joined = draft.step("Concat", parts, f"{node.name}/taps", {"axis": 3}) if len(parts) > 1 else parts[0]
    flat = (images, group, channels // group * len(parts), prod(sizes))
    return draft.step("Reshape", [joined], f"{node.name}/windows", {"shape": flat}), sizes
