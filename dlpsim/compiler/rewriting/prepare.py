"""Puts a network into the operators that layers are made of: what has other dimensions or operands is rewritten."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

from dlpsim.compiler.choosing.indices import counted
from dlpsim.compiler.rewriting.taps import pool_by_taps
from dlpsim.compiler.rewriting.whole import without_small
from dlpsim.networks.double import within_f32
from dlpsim.networks.draft import Draft
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.value import FLOATS

Rule = Callable[[Draft, Node], bool]
"""Writes what stands for a node into a draft, or returns false: the node stays as it is."""

Attributes = dict[str, Attribute]


def prepared(network: Network) -> Network:
    """Return what computes the same outputs: windows have two dimensions, and products plain operands.

    Results keep their names.
    """
    weights = {name: within_f32(weight) for name, weight in network.weights.items()}
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=weights)
    for node in network.nodes:
        rule = RULES.get(node.op)
        if rule is None or not rule(draft, node):
            draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)
    return without_small(draft.network(network.name, network.inputs, network.outputs))


def _conv(draft: Draft, node: Node) -> bool:
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
            attributes[name] = (*_integers(node, name), 1)
    if "pads" in attributes:
        begin, end = _integers(node, "pads")
        attributes["pads"] = (begin, 0, end, 0)
    return attributes


def _by_planes(draft: Draft, node: Node) -> bool:
    """Write a convolution of three dimensions as sums of those of planes, one for each plane of the result."""
    x, w, *bias = node.inputs
    shape, weight = draft.operand(x).shape, draft.weights[draft.resolve(w)]
    kernel, strides, dilations, pads = (
        _integers(node, name) for name in ("kernel_shape", "strides", "dilations", "pads")
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


def _pool(draft: Draft, node: Node) -> bool:
    rank = len(draft.operand(node.inputs[0]).shape) - 2
    if max(_integers(node, "dilations"), default=1) > 1:
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
    kernel, strides, pads = (_integers(node, name) for name in ("kernel_shape", "strides", "pads"))
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


def _global_pool(draft: Draft, node: Node) -> bool:
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


def _gemm(draft: Draft, node: Node) -> bool:
    """Write a product that is not one of plain operands and a constant bias with products, transpositions and sums."""
    a, b, *rest = node.inputs
    c = rest[0] if rest else ""
    columns = draft.operand(b).shape[0 if node.attributes["transB"] else 1]
    is_vector = not c or (draft.is_constant(c) and draft.operand(c).shape[-1:] in ((columns,), (1,), ()))
    is_vector = is_vector and (not c or prod(draft.operand(c).shape[:-1]) == 1)
    if draft.is_constant(b) and not node.attributes["transA"] and is_vector:
        return False
    turned: Attributes = {"perm": (1, 0)}
    if node.attributes["transA"]:
        a = draft.step("Transpose", [a], f"{node.name}/a", turned)
    if draft.is_constant(b):
        plain = {key: value for key, value in node.attributes.items() if key not in {"transA", "beta"}}
        total = draft.step("Gemm", [a, b], f"{node.name}/product", plain)
    else:
        if node.attributes["transB"]:
            b = draft.step("Transpose", [b], f"{node.name}/b", turned)
        total = draft.step("MatMul", [a, b], f"{node.name}/product")
        total = _scaled(draft, node, total, "alpha")
    if c:
        draft.add("Add", [total, _scaled(draft, node, c, "beta")], node.outputs, node.name)
    else:
        draft.add("Identity", [total], node.outputs, node.name)
    return True


def _scaled(draft: Draft, node: Node, x: str, name: str) -> str:
    factor = node.attributes[name]
    assert isinstance(factor, int | float)
    if factor == 1:
        return x
    number = draft.fill(draft.fresh(f"{node.name}/{name}"), (), float(factor))
    return draft.step("Mul", [x, number], f"{node.name}/{name}/scaled")


def _concat(draft: Draft, node: Node) -> bool:
    """Leave out what has no elements."""
    some = [name for name in node.inputs if prod(draft.operand(name).shape)]
    if not some or len(some) == len(node.inputs):
        return False
    draft.add("Concat", some, node.outputs, node.name, node.attributes)
    return True


def _div(draft: Draft, node: Node) -> bool:
    """Write quotients of integers as those of what they are in f32, without what lies behind the point."""
    dtype = draft.operand(node.inputs[0]).dtype
    if dtype in FLOATS:
        return False
    floats = [draft.step("Cast", [name], f"{node.name}/operand", {"to": "f32"}) for name in node.inputs]
    quotient = draft.step("Div", floats, f"{node.name}/quotient")
    draft.add("Cast", [quotient], node.outputs, node.name, {"to": dtype})
    return True


def _matmul(draft: Draft, node: Node) -> bool:
    """Write vectors as matrices."""
    a, b = node.inputs
    left, right = draft.operand(a).shape, draft.operand(b).shape
    if len(left) > 1 and len(right) > 1:
        return False
    if len(left) == 1:
        a = draft.step("Reshape", [a], f"{node.name}/row", {"shape": (1, *left)})
    if len(right) == 1:
        b = draft.step("Reshape", [b], f"{node.name}/column", {"shape": (*right, 1)})
    y = draft.step("MatMul", [a, b], f"{node.name}/product")
    shape = draft.operand(y).shape
    kept = (*shape[:-2], *(shape[-2:-1] if len(left) > 1 else ()), *(shape[-1:] if len(right) > 1 else ()))
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": kept})
    return True


def _pad(draft: Draft, node: Node) -> bool:
    """Write what is taken away as slices, and what is repeated as slices put side by side."""
    (x,) = node.inputs[:1]
    pads = list(_integers(node, "pads"))
    rank, mode = len(pads) // 2, str(node.attributes["mode"])
    if min(pads, default=0) >= 0 and mode == "constant":
        return False
    shape = list(draft.operand(x).shape)
    for axis in range(rank):
        less = min(pads[axis], 0), min(pads[rank + axis], 0)
        if any(less):
            at = _span(axis, -less[0], shape[axis] + less[1])
            x = draft.step("Slice", [x], f"{node.name}/less{axis}", at)
            pads[axis], pads[rank + axis] = max(pads[axis], 0), max(pads[rank + axis], 0)
    if mode == "constant":
        draft.add("Pad", [x], node.outputs, node.name, {**node.attributes, "pads": tuple(pads)})
        return True
    for axis in range(rank):
        x = _extended(draft, node, x, axis, (pads[axis], pads[rank + axis]))
    draft.add("Identity", [x], node.outputs, node.name)
    return True


def _extended(draft: Draft, node: Node, x: str, axis: int, pads: tuple[int, int]) -> str:
    """Return an array with more elements along an axis that are elements of it."""
    size = draft.operand(x).shape[axis]
    parts, mode = [], str(node.attributes["mode"])
    for place in (*range(-pads[0], 0), *range(size, size + pads[1])):
        of = _element(mode, place, size)
        parts.append(draft.step("Slice", [x], f"{node.name}/axis{axis}/place{place}", _span(axis, of, of + 1)))
    if not parts:
        return x
    return draft.step("Concat", [*parts[: pads[0]], x, *parts[pads[0] :]], f"{node.name}/axis{axis}", {"axis": axis})


def _element(mode: str, place: int, size: int) -> int:
    """Return which element a place beyond an axis repeats."""
    if mode == "reflect":
        return abs(place) if place < size else 2 * (size - 1) - place
    return min(max(place, 0), size - 1) if mode == "edge" else place % size


def _place_of_best(draft: Draft, node: Node) -> bool:
    """Write the place of the largest element as the first, or last, of the places of all that are as large."""
    (x,) = node.inputs
    axis, is_last = node.attributes["axis"], node.attributes["select_last_index"]
    assert isinstance(axis, int)
    shape = draft.operand(x).shape
    kind, test = ("Max", "Less") if node.op == "ArgMax" else ("Min", "Greater")
    along: Attributes = {"axes": (axis,), "keepdims": 1}
    best = draft.step(f"Reduce{kind}", [x], f"{node.name}/best", along)
    is_worse = draft.step(test, [x, best], f"{node.name}/worse")
    aligned = tuple(size if index == axis else 1 for index, size in enumerate(shape))
    places = draft.compute(f"{node.name}/places", aligned, partial(_places, shape[axis]))
    none = draft.fill(draft.fresh(f"{node.name}/none"), (), -1.0 if is_last else float(shape[axis]))
    kept = draft.step("Where", [is_worse, none, places], f"{node.name}/kept")
    along = {"axes": (axis,), "keepdims": node.attributes["keepdims"]}
    place = draft.step("ReduceMax" if is_last else "ReduceMin", [kept], f"{node.name}/place", along)
    draft.add("Cast", [place], node.outputs, node.name, {"to": "i64"})
    return True


def _span(axis: int, start: int, end: int) -> Attributes:
    return {"starts": (start,), "ends": (end,), "axes": (axis,), "steps": (1,)}


def _result_shape(draft: Draft, node: Node) -> tuple[int, ...]:
    from dlpsim.networks.operators.table import apply  # noqa: PLC0415

    operands = [draft.operand(name) if name else None for name in node.inputs]
    return apply(node.op, operands, node.attributes).results[0][0]


def _integers(node: Node, name: str) -> tuple[int, ...]:
    found = node.attributes[name]
    assert isinstance(found, tuple)
    return tuple(int(item) for item in found)


def _reshaped(array: Callable[[], Any], shape: Sequence[int]) -> Any:
    return array().reshape(shape)


def _places(count: int) -> Any:
    import numpy as np  # noqa: PLC0415

    return np.arange(count, dtype=np.float32)


def _tap(array: Callable[[], Any], tap: int) -> Any:
    return array()[:, :, tap]


RULES: Mapping[str, Rule] = {
    "ArgMax": _place_of_best,
    "ArgMin": _place_of_best,
    "Concat": _concat,
    "Conv": _conv,
    "Div": _div,
    "Gather": counted,
    "MaxPool": _pool,
    "AveragePool": _pool,
    "GlobalMaxPool": _global_pool,
    "GlobalAveragePool": _global_pool,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Pad": _pad,
}
"""How nodes are rewritten."""
