"""Operators that choose elements, or places for them, by indices; and those that find the largest."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work, no_work
from dlpsim.networks.operators.shapes import axis_of, of_one_type, same_as_first, settle_axis
from dlpsim.networks.value import Shape, Value, shape_text

REDUCTIONS = ("none", "add", "mul", "max", "min")
"""What becomes of an element that is written to a place where another is."""


def _indices(call: Call) -> Value:
    """Return the indices."""
    found = call.operand(1)
    if not call.first.size:
        raise Unfit(f"'{call.first.name}' has no elements")
    if found.dtype not in {"i32", "i64"}:
        raise Unfit(f"indices '{found.name}' are {found.dtype}, expected i32 or i64")
    return found


def _along_axis(call: Call) -> Value:
    """Return indices along an axis, which lie beside the elements that they name."""
    x, indices, axis = call.first, _indices(call), call.integer("axis")
    sizes = list(zip(x.shape, indices.shape, strict=False))
    beyond = any(own > size for place, (size, own) in enumerate(sizes) if place != axis)
    if len(indices.shape) != len(x.shape) or beyond:
        raise Unfit(
            f"indices '{indices.name}' are {shape_text(indices.shape)}, which does not go with {shape_text(x.shape)}"
        )
    return indices


def _infer_gather_elements(call: Call) -> list[Result]:
    return [(_along_axis(call).shape, call.first.dtype)]


def _tuples(call: Call, batch: int) -> tuple[Shape, Shape]:
    """Return the shape in which tuples of indices lie, and that of what each of them names."""
    x, indices = call.first, _indices(call)
    length = indices.shape[-1] if indices.shape else 0
    fits = length and batch + length <= len(x.shape) and batch < len(indices.shape)
    if not fits or batch < 0 or indices.shape[:batch] != x.shape[:batch]:
        raise Unfit(
            f"indices '{indices.name}' are {shape_text(indices.shape)}, which does not go with {shape_text(x.shape)}"
        )
    return indices.shape[:-1], x.shape[batch + length :]


def _infer_gather_nd(call: Call) -> list[Result]:
    places, named = _tuples(call, call.integer("batch_dims"))
    return [((*places, *named), call.first.dtype)]


def _updated(call: Call, shape: Shape) -> list[Result]:
    """Return a result like the first operand, after a look at what is written."""
    updates = call.operand(2)
    if call.first.dtype == "bool" and call.word("reduction") != "none":
        raise Unfit(f"reduction is {call.word('reduction')}, which truth values do not have")
    if updates.shape != shape:
        raise Unfit(f"updates '{updates.name}' are {shape_text(updates.shape)}, expected {shape_text(shape)}")
    return [(call.first.shape, of_one_type((call.first, updates)))]


def _infer_scatter_elements(call: Call) -> list[Result]:
    return _updated(call, _along_axis(call).shape)


def _infer_scatter_nd(call: Call) -> list[Result]:
    places, named = _tuples(call, 0)
    return _updated(call, (*places, *named))


def _work_scatter(call: Call, results: Sequence[Result]) -> Work:
    """Count an operation for each element that is not only written."""
    count = call.operand(2).size
    each = {"none": Work(), "add": Work(additions=count)}
    return each.get(call.word("reduction"), Work(others=count))


def _numbers_only(call: Call) -> None:
    if call.first.dtype == "bool":
        raise Unfit(f"input '{call.first.name}' is bool, expected numbers")


def _infer_cumulative(call: Call) -> list[Result]:
    _numbers_only(call)
    return same_as_first(call)


def _settle_top_k(call: Call) -> Mapping[str, Attribute]:
    axis = axis_of(call.integer("axis"), len(call.first.shape))
    _numbers_only(call)
    size, k = call.first.shape[axis], call.integers("k") if call.has("k") else ()
    if len(k) != 1 or not 0 < k[0] <= size:
        raise Unfit(f"k is {k}, expected a number from 1 to the {size} that there are")
    return {**call.attributes, "axis": axis}


def _infer_top_k(call: Call) -> list[Result]:
    shape, axis = call.first.shape, call.integer("axis")
    chosen = (*shape[:axis], *call.integers("k"), *shape[axis + 1 :])
    return [(chosen, call.first.dtype), (chosen, "i64")]


def _work_top_k(call: Call, results: Sequence[Result]) -> Work:
    """Count the comparisons that find the largest, the largest of the rest, and so on."""
    size, (k,) = call.first.shape[call.integer("axis")], call.integers("k")
    rows = prod(results[0][0]) // k
    return Work(others=rows * sum(size - 1 - place for place in range(k)))


def _work_cumulative(call: Call, results: Sequence[Result]) -> Work:
    size = call.first.size
    return Work(additions=size - size // max(1, call.first.shape[call.integer("axis")]))


def _work_hardmax(call: Call, results: Sequence[Result]) -> Work:
    """Count what finds the largest, and a comparison of each place with that."""
    size = call.first.size
    return Work(others=2 * size - size // max(1, call.first.shape[call.integer("axis")]))


_AXIS = {"axis": AttributeSpec(Kind.INT, 0)}
_REDUCTION = {"reduction": AttributeSpec(Kind.STRING, "none", words=REDUCTIONS)}
_FLAG = AttributeSpec(Kind.INT, 0)

OPERATORS = (
    Operator(
        name="GatherElements",
        family=Family.LAYOUT,
        summary="for each index the element that it names along the axis, elsewhere at the place of the index",
        infer=_infer_gather_elements,
        work=no_work,
        least=2,
        most=2,
        attributes=_AXIS,
        settle=settle_axis,
    ),
    Operator(
        name="GatherND",
        family=Family.LAYOUT,
        summary="for each tuple of indices, along the last axis of the second operand, what lies there",
        infer=_infer_gather_nd,
        work=no_work,
        least=2,
        most=2,
        attributes={"batch_dims": AttributeSpec(Kind.INT, 0)},
    ),
    Operator(
        name="ScatterElements",
        family=Family.REDUCTION,
        summary="x with each update written, or added and so on, where its index names along the axis",
        infer=_infer_scatter_elements,
        work=_work_scatter,
        least=3,
        most=3,
        attributes={**_AXIS, **_REDUCTION},
        settle=settle_axis,
    ),
    Operator(
        name="ScatterND",
        family=Family.REDUCTION,
        summary="x with each update written, or added and so on, where its tuple of indices names",
        infer=_infer_scatter_nd,
        work=_work_scatter,
        least=3,
        most=3,
        attributes=_REDUCTION,
    ),
    Operator(
        name="TopK",
        family=Family.REDUCTION,
        summary="the k largest (or smallest) along the axis in order, of equal ones the first; and their places",
        infer=_infer_top_k,
        work=_work_top_k,
        attributes={
            "axis": AttributeSpec(Kind.INT, -1),
            "k": AttributeSpec(Kind.INTS, operand=1),
            "largest": AttributeSpec(Kind.INT, 1),
            "sorted": AttributeSpec(Kind.INT, 1),
        },
        settle=_settle_top_k,
    ),
    Operator(
        name="CumSum",
        family=Family.REDUCTION,
        summary="the sum of all up to each element along the axis; exclusive: without itself, reverse: from the end on",
        infer=_infer_cumulative,
        work=_work_cumulative,
        attributes={"axis": AttributeSpec(Kind.INT, 0, operand=1), "exclusive": _FLAG, "reverse": _FLAG},
        settle=settle_axis,
    ),
    Operator(
        name="Hardmax",
        family=Family.NORMALIZATION,
        summary="1 at the place of the largest along the axis, the first of several; 0 elsewhere",
        infer=same_as_first,
        work=_work_hardmax,
        attributes={"axis": AttributeSpec(Kind.INT, -1)},
        settle=settle_axis,
    ),
)
