"""Puts a network into the operators that layers are made of: what has other dimensions or operands is rewritten."""

from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import Any

from dlpsim.compiler.choosing.indices import counted
from dlpsim.compiler.rewriting import planes
from dlpsim.compiler.rewriting.whole import without_small
from dlpsim.networks.double import within_f32
from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers
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
    pads = list(integers(node, "pads"))
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


def _places(count: int) -> Any:
    import numpy as np  # noqa: PLC0415

    return np.arange(count, dtype=np.float32)


RULES: Mapping[str, Rule] = {
    "ArgMax": _place_of_best,
    "ArgMin": _place_of_best,
    "Concat": _concat,
    "Conv": planes.conv,
    "Div": _div,
    "Gather": counted,
    "MaxPool": planes.pool,
    "AveragePool": planes.pool,
    "GlobalMaxPool": planes.global_pool,
    "GlobalAveragePool": planes.global_pool,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Pad": _pad,
}
"""How nodes are rewritten."""
