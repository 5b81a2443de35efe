"""What follows from the order of elements along an axis: the largest, their places, and sums up to each element."""

from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.chosen import part
from dlpsim.networks.lowering.nodes import integer, integers
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROUNDS = 16
"""So many of the largest are found one after the other; more of them by comparing each element with each."""

PART = 512
"""Of more than twice as many elements, or than eight times the wanted, the largest of parts are found first."""

BLOCK = 128
"""Sums up to each element of longer rows are those within blocks of so many, and of the blocks before."""

Attributes = dict[str, Attribute]


def top_k(draft: Draft, node: Node) -> None:
    """Find the largest, then the largest of the rest; or of each element how many are larger."""
    x, axis, (k,) = draft.operand(node.inputs[0]), integer(node, "axis"), integers(node, "k")
    if k <= MOST_ROUNDS:
        values, places = _by_rounds(draft, node, axis, k)
    else:
        values, places = _by_ranks(draft, node, (x.name, _numbers(draft, x.name, axis, node.name)), axis, k)
    for name, found in zip(node.outputs, (values, places), strict=False):
        if name:
            draft.aliases[name] = found


def _by_rounds(draft: Draft, node: Node, axis: int, k: int) -> tuple[str, str]:
    """Return the k largest and their places, one after the other; what is found is out of the next rounds."""
    x, base = draft.resolve(node.inputs[0]), node.name
    size, kinds = draft.operand(x).shape[axis], _kinds(node)
    numbers = _numbers(draft, x, axis, base)
    beyond = draft.fill(draft.fresh(f"{base}/beyond"), (), size, "i64")
    worst = draft.hold(draft.fresh(f"{base}/worst"), _worst(draft.operand(x).dtype, kinds[0]))
    along: Attributes = {"axes": (axis,), "keepdims": 1}
    found: list[tuple[str, str]] = []
    taken = ""
    for number in range(k):
        name = f"{base}/{number}"
        rest = draft.step("Where", [taken, worst, x], f"{name}/rest") if taken else x
        best = draft.step(kinds[0], [rest], f"{name}/best", along)
        is_out = draft.step(kinds[1], [x, best], f"{name}/worse")
        is_out = draft.step("Or", [is_out, taken], f"{name}/out") if taken else is_out
        kept = draft.step("Where", [is_out, beyond, numbers], f"{name}/kept")
        place = draft.step("ReduceMin", [kept], f"{name}/place", along)
        found.append((best, place))
        here = draft.step("Equal", [numbers, place], f"{name}/here")
        taken = draft.step("Or", [taken, here], f"{name}/taken") if taken else here
    values, places = ([pair[index] for pair in found] for index in range(2))
    return _joined(draft, values, axis, f"{base}/values"), _joined(draft, places, axis, f"{base}/places")


def _by_ranks(draft: Draft, node: Node, pair: tuple[str, str], axis: int, k: int) -> tuple[str, str]:
    """Return the k largest and their places; of many elements those among the largest of parts of equal size."""
    x, places = (draft.operand(name) for name in pair)
    size, base, each = x.shape[axis], node.name, max(PART, 4 * k)
    if size <= 2 * each:
        return _ranked(draft, node, pair, axis, k)
    parts = -(-size // each)
    found = []
    for value, number in ((x, _worst(x.dtype, _kinds(node)[0])), (places, -1)):
        filled = _filled(draft, value.name, axis, (parts * each, number), base)
        apart = (*value.shape[:axis], parts, each, *value.shape[axis + 1 :])
        found.append(draft.step("Reshape", [filled], f"{base}/parts", {"shape": apart}))
    found = list(_ranked(draft, node, (found[0], found[1]), axis + 1, k))
    both = (*x.shape[:axis], parts * k, *x.shape[axis + 1 :])
    best, where = (draft.step("Reshape", [name], f"{base}/best", {"shape": both}) for name in found)
    return _by_ranks(draft, node, (best, where), axis, k)


def _filled(draft: Draft, x: str, axis: int, up_to: "tuple[int, NDArray[Any] | int]", base: str) -> str:
    """Return a value with as many more elements along an axis as make up a size, and what all of them are."""
    import numpy as np  # noqa: PLC0415

    (size, number), value = up_to, draft.operand(x)
    more = size - value.shape[axis]
    if not more:
        return x
    shape = (*value.shape[:axis], more, *value.shape[axis + 1 :])
    rest = draft.hold(draft.fresh(f"{base}/rest"), np.full(shape, number, NUMPY[value.dtype]))
    return draft.step("Concat", [x, rest], f"{base}/filled", {"axis": axis})


def _ranked(draft: Draft, node: Node, pair: tuple[str, str], axis: int, k: int) -> tuple[str, str]:
    """Return the k largest and their places by how many are larger than each, or as large and before it."""
    import numpy as np  # noqa: PLC0415

    (x, places), base, kinds = (draft.operand(name) for name in pair), node.name, _kinds(node)
    size, behind = x.shape[axis], [1] * (len(x.shape) - axis - 1)
    own, other = ((*x.shape[:axis], *two, *x.shape[axis + 1 :]) for two in ((size, 1), (1, size)))
    each = draft.step("Reshape", [x.name], f"{base}/each", {"shape": own})
    others = draft.step("Reshape", [x.name], f"{base}/others", {"shape": other})
    row, column = (
        draft.hold(draft.fresh(f"{base}/order"), np.arange(size, dtype=np.float32).reshape(*two, *behind))
        for two in ((1, size), (size, 1))
    )
    before = draft.step("Less", [row, column], f"{base}/before")
    is_better = draft.step(kinds[1], [each, others], f"{base}/better")
    is_equal = draft.step("And", [draft.step("Equal", [each, others], f"{base}/equal"), before], f"{base}/earlier")
    either = draft.step("Or", [is_better, is_equal], f"{base}/either")
    counted = draft.step("Cast", [either], f"{base}/counted", {"to": "f32"})
    rank = draft.step("ReduceSum", [counted], f"{base}/rank", {"axes": (axis + 1,), "keepdims": 0})
    aligned = draft.step("Reshape", [rank], f"{base}/aligned", {"shape": other})
    ranks = np.arange(k, dtype=np.float32).reshape(k, 1, *behind)
    here = draft.step("Equal", [aligned, draft.hold(draft.fresh(f"{base}/ranks"), ranks)], f"{base}/here")
    worst = draft.hold(draft.fresh(f"{base}/worst"), _worst(x.dtype, kinds[0]))
    none = draft.fill(draft.fresh(f"{base}/none"), (), -1, "i64")
    aside = (*places.shape[:axis], 1, *places.shape[axis:])
    numbers = draft.step("Reshape", [places.name], f"{base}/numbers", {"shape": aside})
    along: Attributes = {"axes": (axis + 1,), "keepdims": 0}
    chosen = draft.step("Where", [here, others, worst], f"{base}/chosen")
    number = draft.step("Where", [here, numbers, none], f"{base}/number")
    values = draft.step(kinds[0], [chosen], f"{base}/values", along)
    return values, draft.step("ReduceMax", [number], f"{base}/places", along)


def _kinds(node: Node) -> tuple[str, str]:
    """Return what finds the best, and what tells that the first operand is worse than the second."""
    return ("ReduceMax", "Less") if integer(node, "largest") else ("ReduceMin", "Greater")


def _worst(dtype: str, kind: str) -> "NDArray[Any]":
    """Return a number that is not better than any other."""
    import numpy as np  # noqa: PLC0415

    numpy = np.dtype(NUMPY[dtype])
    limits = (-np.inf, np.inf) if numpy.kind == "f" else (np.iinfo(numpy).min, np.iinfo(numpy).max)
    return np.array(limits[kind == "ReduceMin"], numpy)


def _numbers(draft: Draft, x: str, axis: int, base: str) -> str:
    """Return the places along an axis."""
    import numpy as np  # noqa: PLC0415

    shape = draft.operand(x).shape
    aligned = tuple(size if index == axis else 1 for index, size in enumerate(shape))
    return draft.hold(draft.fresh(f"{base}/numbers"), np.arange(shape[axis]).reshape(aligned))


def _joined(draft: Draft, parts: list[str], axis: int, base: str) -> str:
    return draft.step("Concat", parts, base, {"axis": axis}) if len(parts) > 1 else parts[0]


def hardmax(draft: Draft, node: Node) -> None:
    """Write 1 at the place of the largest along the axis, the first of several, and 0 elsewhere."""
    x, axis = draft.operand(node.inputs[0]), integer(node, "axis")
    best = draft.step("ArgMax", [x.name], f"{node.name}/best", {"axis": axis, "keepdims": 1})
    here = draft.step("Equal", [_numbers(draft, x.name, axis, node.name), best], f"{node.name}/here")
    draft.add("Cast", [here], node.outputs, node.name, {"to": x.dtype})


def cumulative(draft: Draft, node: Node) -> None:
    """Write sums up to each element as products with a triangle of ones."""
    x, axis = draft.operand(node.inputs[0]), integer(node, "axis")
    order = (*(one for one in range(len(x.shape)) if one != axis), axis)
    is_last = axis == len(x.shape) - 1
    turned = x.name if is_last else draft.step("Transpose", [x.name], f"{node.name}/turned", {"perm": order})
    flags = bool(integer(node, "exclusive")), bool(integer(node, "reverse"))
    sums = _sums(draft, turned, flags, node.name)
    back = tuple(order.index(one) for one in range(len(order)))
    if is_last:
        draft.aliases[node.outputs[0]] = sums
    else:
        draft.add("Transpose", [sums], node.outputs, node.name, {"perm": back})


def _sums(draft: Draft, x: str, flags: tuple[bool, bool], base: str) -> str:
    """Return the sums along the last axis: all up to each element, or without itself, or from the end."""
    import numpy as np  # noqa: PLC0415

    *rows, size = draft.operand(x).shape
    is_exclusive, is_reverse = flags
    dtype = NUMPY[draft.operand(x).dtype]
    length = min(size, BLOCK)
    triangle = np.tri(length, k=-1 if is_exclusive else 0, dtype=dtype)
    ones = draft.hold(draft.fresh(f"{base}/ones"), triangle if is_reverse else np.ascontiguousarray(triangle.T))
    if size <= BLOCK:
        return draft.step("MatMul", [x, ones], f"{base}/sums")
    blocks = -(-size // BLOCK)
    more = blocks * BLOCK - size
    pads = (*(0 for _ in range(len(rows) + 1)), *(0 for _ in rows), more)
    x = draft.step("Pad", [x], f"{base}/padded", {"pads": pads}) if more else x
    apart = draft.step("Reshape", [x], f"{base}/blocks", {"shape": (prod(rows), blocks, BLOCK)})
    within = draft.step("MatMul", [apart, ones], f"{base}/within")
    totals = draft.step("ReduceSum", [apart], f"{base}/totals", {"axes": (2,), "keepdims": 0})
    before = _sums(draft, totals, (True, is_reverse), f"{base}/before")
    aligned = draft.step("Reshape", [before], f"{base}/aligned", {"shape": (prod(rows), blocks, 1)})
    sums = draft.step("Add", [within, aligned], f"{base}/together")
    whole = draft.step("Reshape", [sums], f"{base}/whole", {"shape": (*rows, blocks * BLOCK)})
    return part(draft, whole, len(rows), (0, size), base)
