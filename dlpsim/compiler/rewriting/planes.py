"""Windows of one and of three dimensions, written as windows of two."""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import Any

from dlpsim.compiler.rewriting.taps import pool_by_taps
from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers
from dlpsim.networks.node import Attribute, Node

Attributes = dict[str, Attribute]


def conv(draft: Draft, node: Node) -> bool:
    """Write a convolution of one dimension, or of three with constant weights, as such of two."""
    rank = len(draft.operand(node.inputs[0]).shape) - 2
    if rank == 1:
        return _as_rows(draft, node)
    return rank == 3 and draft.is_constant(node.inputs[1]) and _by_planes(draft, node)


def _as_rows(draft: Draft, node: Node) -> bool:
    """Write windows of one dimension as rows of one column: they can be dealt out, and follow each other."""
    x, *weights = node.inputs
    batch, channels, size = draft.operand(x).shape
    attributes = _two_dimensional(node)
    image = draft.step("Reshape", [x], f"{node.name}/image", {"shape": (batch, channels, size, 1)})
    if weights:
        w = draft.operand(weights[0])
        shape = (*w.shape, 1)
        weight = draft.weights.get(w.name)
        if weight is None:
            return False
        weights[0] = draft.compute(f"{w.name}/plane", shape, partial(_reshaped, weight.array, shape), w.dtype)
    y = draft.step(node.op, [image, *weights], f"{node.name}/column", attributes)
    made = draft.operand(y).shape
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": made[:3]})
    return True


def _two_dimensional(node: Node) -> Attributes:
    """Return the attributes of windows of one dimension as those of two."""
    attributes = dict(node.attributes)
    for name in ("kernel_shape", "strides", "dilations"):
        if name in attributes:
            attributes[name] = (*integers(node, name), 1)
    if "pads" in attributes:
        begin, end = integers(node, "pads")
        attributes["pads"] = (begin, 0, end, 0)
    return attributes


def _by_planes(draft: Draft, node: Node) -> bool:
    """Write a convolution of three dimensions as sums of those of planes, one for each plane of the result."""
    x, w, *bias = node.inputs
    shape, weight = draft.operand(x).shape, draft.weights[draft.resolve(w)]
    kernel, strides, dilations, pads = (
        integers(node, name) for name in ("kernel_shape", "strides", "dilations", "pads")
    )
    attributes: Attributes = {
        "kernel_shape": kernel[1:],
        "strides": strides[1:],
        "dilations": dilations[1:],
        "pads": (*pads[1:3], *pads[4:6]),
        "group": node.attributes["group"],
    }
    flat = (*weight.shape[:2], *weight.shape[3:])
    kernels = [
        draft.compute(f"{w}/plane{tap}", flat, partial(_tap, weight.array, tap), weight.dtype)
        for tap in range(kernel[0])
    ]
    result = _result_shape(draft, node)
    planes = [_plane(draft, x, depth, node.name) for depth in range(shape[2])]
    made = []
    for depth in range(result[2]):
        seen = [
            (tap, place)
            for tap in range(kernel[0])
            if 0 <= (place := depth * strides[0] - pads[0] + tap * dilations[0]) < shape[2]
        ]
        if not seen:
            return False
        total = ""
        for tap, place in seen:
            terms = [planes[place], kernels[tap], *(bias if not total else [])]
            y = draft.step("Conv", terms, f"{node.name}/depth{depth}/tap{tap}", attributes)
            total = draft.step("Add", [y, total], f"{node.name}/depth{depth}/sum{tap}") if total else y
        lifted = (*result[:2], 1, *result[3:])
        made.append(draft.step("Reshape", [total], f"{node.name}/depth{depth}", {"shape": lifted}))
    if len(made) == 1:
        draft.add("Reshape", made, node.outputs, node.name, {"shape": result})
    else:
        draft.add("Concat", made, node.outputs, node.name, {"axis": 2})
    return True


def _plane(draft: Draft, x: str, depth: int, name: str) -> str:
    shape = draft.operand(x).shape
    at: Attributes = {"starts": (depth,), "ends": (depth + 1,), "axes": (2,), "steps": (1,)}
    part = draft.step("Slice", [x], f"{name}/plane{depth}/part", at)
    return draft.step("Reshape", [part], f"{name}/plane{depth}", {"shape": (*shape[:2], *shape[3:])})


def pool(draft: Draft, node: Node) -> bool:
    """Write a pooling of one dimension, of three, or whose windows have gaps, as others."""
    rank = len(draft.operand(node.inputs[0]).shape) - 2
    if max(integers(node, "dilations"), default=1) > 1:
        pool_by_taps(draft, node)
        return True
    if rank == 1:
        return _as_rows(draft, node)
    return rank == 3 and _in_two_passes(draft, node)


def _in_two_passes(draft: Draft, node: Node) -> bool:
    """Pool planes, and then what lies behind each other in them."""
    (x,) = node.inputs
    batch, channels, depth, height, width = draft.operand(x).shape
    result = _result_shape(draft, node)
    kernel, strides, pads = (integers(node, name) for name in ("kernel_shape", "strides", "pads"))
    common = {key: node.attributes[key] for key in ("ceil_mode", "count_include_pad") if key in node.attributes}
    turned = draft.step("Transpose", [x], f"{node.name}/turned", {"perm": (0, 2, 1, 3, 4)})
    planes = draft.step("Reshape", [turned], f"{node.name}/planes", {"shape": (batch * depth, channels, height, width)})
    attributes: Attributes = {"kernel_shape": kernel[1:], "strides": strides[1:], "pads": (*pads[1:3], *pads[4:6])}
    pooled = draft.step(node.op, [planes], f"{node.name}/pooled", {**common, **attributes})
    rows, columns = draft.operand(pooled).shape[2:]
    apart = (batch, depth, channels, rows * columns)
    stacked = draft.step("Reshape", [pooled], f"{node.name}/stacked", {"shape": apart})
    back = draft.step("Transpose", [stacked], f"{node.name}/back", {"perm": (0, 2, 1, 3)})
    behind: Attributes = {"kernel_shape": (kernel[0], 1), "strides": (strides[0], 1), "pads": (pads[0], 0, pads[3], 0)}
    y = draft.step(node.op, [back], f"{node.name}/behind", {**common, **behind})
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": result})
    return True


def global_pool(draft: Draft, node: Node) -> bool:
    """Write pooling of all other than two dimensions as that of two."""
    (x,) = node.inputs
    batch, channels, *sizes = draft.operand(x).shape
    if len(sizes) == 2:
        return False
    image = draft.step("Reshape", [x], f"{node.name}/image", {"shape": (batch, channels, 1, prod(sizes))})
    y = draft.step(node.op, [image], f"{node.name}/pooled")
    shape = (batch, channels, *(1 for _ in sizes))
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": shape})
    return True


def _result_shape(draft: Draft, node: Node) -> tuple[int, ...]:
    from dlpsim.networks.operators.table import apply  # noqa: PLC0415

    operands = [draft.operand(name) if name else None for name in node.inputs]
    return apply(node.op, operands, node.attributes).results[0][0]


def _reshaped(array: Callable[[], Any], shape: Sequence[int]) -> Any:
    return array().reshape(shape)


def _tap(array: Callable[[], Any], tap: int) -> Any:
    return array()[:, :, tap]
