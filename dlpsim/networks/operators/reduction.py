"""Operators that combine all elements along some axes."""

from collections.abc import Mapping, Sequence

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Count, Family, Kind, Operator, Result, Work
from dlpsim.networks.operators.shapes import axes_of, elements, settle_axis
from dlpsim.networks.value import Shape


def _settle(call: Call) -> Mapping[str, Attribute]:
    """Without axes, all are reduced, or none if noop_with_empty_axes says so."""
    rank = len(call.first.shape)
    axes = call.integers("axes") if call.has("axes") else ()
    if not axes and not call.integer("noop_with_empty_axes"):
        axes = tuple(range(rank))
    return {**call.attributes, "axes": axes_of(axes, rank), "noop_with_empty_axes": 1}


def _reduced(shape: Shape, axes: tuple[int, ...], *, keeps: bool) -> Shape:
    return tuple(1 if i in axes else size for i, size in enumerate(shape) if keeps or i not in axes)


def _infer(call: Call) -> list[Result]:
    shape = _reduced(call.first.shape, call.integers("axes"), keeps=call.integer("keepdims") == 1)
    return [(shape, call.first.dtype)]


def _infer_index(call: Call) -> list[Result]:
    shape = _reduced(call.first.shape, (call.integer("axis"),), keeps=call.integer("keepdims") == 1)
    return [(shape, "i64")]


def _work_sum(call: Call, results: Sequence[Result]) -> Work:
    return Work(additions=max(0, call.first.size - elements(results)))


def _work_mean(call: Call, results: Sequence[Result]) -> Work:
    return _work_sum(call, results) + Work(others=elements(results))


def _work_compare(call: Call, results: Sequence[Result]) -> Work:
    return Work(others=max(0, call.first.size - elements(results)))


def _reduction(name: str, summary: str, work: Count) -> Operator:
    attributes = {
        "axes": AttributeSpec(Kind.INTS, operand=1),
        "keepdims": AttributeSpec(Kind.INT, 1),
        "noop_with_empty_axes": AttributeSpec(Kind.INT, 0),
    }
    return Operator(name, Family.REDUCTION, summary, _infer, work, attributes=attributes, settle=_settle)


def _index(name: str, summary: str) -> Operator:
    attributes = {
        "axis": AttributeSpec(Kind.INT, 0),
        "keepdims": AttributeSpec(Kind.INT, 1),
        "select_last_index": AttributeSpec(Kind.INT, 0),
    }
    return Operator(
        name, Family.REDUCTION, summary, _infer_index, _work_compare, attributes=attributes, settle=settle_axis
    )


OPERATORS = (
    _reduction("ReduceMean", "the mean along the axes", _work_mean),
    _reduction("ReduceSum", "the sum along the axes", _work_sum),
    _reduction("ReduceMax", "the largest along the axes", _work_compare),
    _reduction("ReduceMin", "the smallest along the axes", _work_compare),
    _reduction("ReduceProd", "the product along the axes", _work_compare),
    _index("ArgMax", "the place of the largest along the axis"),
    _index("ArgMin", "the place of the smallest along the axis"),
)
