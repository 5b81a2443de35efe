"""Operators that combine the elements of a window, or of all spatial dimensions."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import elements
from dlpsim.networks.operators.windows import WINDOW_ATTRIBUTES, output_sizes, settled
from dlpsim.networks.value import Shape, shape_text


def _spatial(call: Call) -> Shape:
    if len(call.first.shape) < 3:
        raise Unfit(f"input '{call.first.name}' is {shape_text(call.first.shape)}, expected 3 dimensions or more")
    return call.first.shape[2:]


def _settle(call: Call) -> Mapping[str, Attribute]:
    spatial = _spatial(call)
    if not call.has("kernel_shape"):
        raise Unfit("kernel_shape is missing")
    kernel = call.integers("kernel_shape")
    if len(kernel) != len(spatial):
        raise Unfit(f"kernel_shape is {kernel}, expected {len(spatial)} numbers")
    if call.results > 1:
        raise Unfit("the indices of the largest elements are asked for, which is not supported")
    # Automatic padding leaves nothing over at the end that ceil_mode could count.
    ceil = 0 if call.word("auto_pad").startswith("SAME") else call.integer("ceil_mode")
    return {**settled(call, spatial, kernel), "ceil_mode": ceil}


def _infer(call: Call) -> list[Result]:
    sizes = output_sizes(call, _spatial(call), ceil=call.integer("ceil_mode") == 1)
    return [((*call.first.shape[:2], *sizes), call.first.dtype)]


def _infer_global(call: Call) -> list[Result]:
    return [((*call.first.shape[:2], *(1 for _ in _spatial(call))), call.first.dtype)]


def _work_max(call: Call, results: Sequence[Result]) -> Work:
    return Work(others=elements(results) * (prod(call.integers("kernel_shape")) - 1))


def _work_average(call: Call, results: Sequence[Result]) -> Work:
    outputs = elements(results)
    return Work(additions=outputs * (prod(call.integers("kernel_shape")) - 1), others=outputs)


def _work_global_max(call: Call, results: Sequence[Result]) -> Work:
    return Work(others=call.first.size - elements(results))


def _work_global_average(call: Call, results: Sequence[Result]) -> Work:
    return Work(additions=call.first.size - elements(results), others=elements(results))


_ATTRIBUTES = {**WINDOW_ATTRIBUTES, "ceil_mode": AttributeSpec(Kind.INT, 0)}

OPERATORS = (
    Operator(
        name="MaxPool",
        family=Family.POOLING,
        summary="the largest element of each window; padding never counts",
        infer=_infer,
        work=_work_max,
        attributes={**_ATTRIBUTES, "storage_order": AttributeSpec(Kind.INT, 0)},
        settle=_settle,
    ),
    Operator(
        name="AveragePool",
        family=Family.POOLING,
        summary="the mean of each window; padding counts if count_include_pad is 1",
        infer=_infer,
        work=_work_average,
        attributes={**_ATTRIBUTES, "count_include_pad": AttributeSpec(Kind.INT, 0)},
        settle=_settle,
    ),
    Operator("GlobalMaxPool", Family.POOLING, "the largest element of each channel", _infer_global, _work_global_max),
    Operator("GlobalAveragePool", Family.POOLING, "the mean of each channel", _infer_global, _work_global_average),
)
