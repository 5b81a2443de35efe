"""Operators that bring numbers to a common scale."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import elements, of_one_type, same_as_first, settle_axis, shape_is
from dlpsim.networks.value import shape_text


def _work_softmax(call: Call, results: Sequence[Result]) -> Work:
    """Count the largest, differences, exponentials, their sum, quotients."""
    total = elements(results)
    rows = total // max(1, call.first.shape[call.integer("axis")])
    return Work(additions=total + total - rows, others=total - rows + 2 * total)


def _work_log_softmax(call: Call, results: Sequence[Result]) -> Work:
    """Count the largest, differences, exponentials, their sum, its logarithm, differences."""
    total = elements(results)
    rows = total // max(1, call.first.shape[call.integer("axis")])
    return Work(additions=2 * total + total - rows, others=total - rows + total + rows)


def _infer_layer_norm(call: Call) -> list[Result]:
    x = call.first
    normalized = x.shape[call.integer("axis") :]
    for index, what in ((1, "scale"), (2, "bias")):
        shape_is(call.optional(index), normalized, what)
    if call.results > 1:
        raise Unfit("mean and deviation are asked for as results, which is not supported")
    return [(x.shape, of_one_type(call.inputs))]


def _work_layer_norm(call: Call, results: Sequence[Result]) -> Work:
    """Count the mean, differences, squares, their mean, deviation, quotients, scale and bias."""
    total = elements(results)
    rows = total // max(1, prod(call.first.shape[call.integer("axis") :]))
    has_bias = call.optional(2) is not None
    additions = 2 * (total - rows) + total + rows + has_bias * total
    return Work(additions=additions, others=2 * rows + total + rows + 2 * total)


def _infer_channels(call: Call) -> list[Result]:
    """Every operand after the first has a number for each channel."""
    x = call.first
    if len(x.shape) < 2:
        raise Unfit(f"input '{x.name}' is {shape_text(x.shape)}, expected 2 dimensions or more")
    for value in call.inputs[1:]:
        shape_is(value, (x.shape[1],), "operand")
    return same_as_first(call)


def _infer_batch_norm(call: Call) -> list[Result]:
    if call.results > 1 or call.integer("training_mode"):
        raise Unfit("training_mode is not supported")
    return _infer_channels(call)


def _work_scale_shift(call: Call, results: Sequence[Result]) -> Work:
    return Work(additions=elements(results), others=elements(results))


def _work_instance_norm(call: Call, results: Sequence[Result]) -> Work:
    total = elements(results)
    rows = prod(call.first.shape[:2])
    return Work(additions=2 * (total - rows) + 2 * total + rows, others=3 * rows + 3 * total)


def _settle_lrn(call: Call) -> Mapping[str, Attribute]:
    if not call.has("size") or call.integer("size") < 1:
        raise Unfit("size is missing, expected 1 or more")
    return call.attributes


def _work_lrn(call: Call, results: Sequence[Result]) -> Work:
    """Count squares, sums over the window, alpha, bias, power and quotient."""
    total = elements(results)
    return Work(additions=total * call.integer("size"), others=4 * total)


_EPSILON = {"epsilon": AttributeSpec(Kind.FLOAT, 1e-5)}

OPERATORS = (
    Operator(
        name="Softmax",
        family=Family.NORMALIZATION,
        summary="exp(x) ÷ its sum along the axis",
        infer=same_as_first,
        work=_work_softmax,
        attributes={"axis": AttributeSpec(Kind.INT, -1)},
        settle=settle_axis,
    ),
    Operator(
        name="LogSoftmax",
        family=Family.NORMALIZATION,
        summary="the logarithm of Softmax: x - its largest - the logarithm of the sum of exp of that",
        infer=same_as_first,
        work=_work_log_softmax,
        attributes={"axis": AttributeSpec(Kind.INT, -1)},
        settle=settle_axis,
    ),
    Operator(
        name="LayerNormalization",
        family=Family.NORMALIZATION,
        summary="(x - mean) ÷ sqrt(variance + epsilon) × scale + bias, over the axis and all after it",
        infer=_infer_layer_norm,
        work=_work_layer_norm,
        least=2,
        most=3,
        attributes={
            "axis": AttributeSpec(Kind.INT, -1),
            **_EPSILON,
            "stash_type": AttributeSpec(Kind.INT, 1),
        },
        settle=settle_axis,
    ),
    Operator(
        name="BatchNormalization",
        family=Family.NORMALIZATION,
        summary="(x - mean) ÷ sqrt(variance + epsilon) × scale + bias, each given for every channel (axis 1)",
        infer=_infer_batch_norm,
        work=_work_scale_shift,
        least=5,
        most=5,
        attributes={
            **_EPSILON,
            "momentum": AttributeSpec(Kind.FLOAT, 0.9),
            "training_mode": AttributeSpec(Kind.INT, 0),
        },
    ),
    Operator(
        name="ScaleShift",
        family=Family.NORMALIZATION,
        summary="x × scale + shift, each given for every channel (axis 1); not an operator of ONNX",
        infer=_infer_channels,
        work=_work_scale_shift,
        least=3,
        most=3,
    ),
    Operator(
        name="InstanceNormalization",
        family=Family.NORMALIZATION,
        summary="(x - mean) ÷ sqrt(variance + epsilon) × scale + bias, over the spatial dimensions of each channel",
        infer=_infer_channels,
        work=_work_instance_norm,
        least=3,
        most=3,
        attributes=_EPSILON,
    ),
    Operator(
        name="LRN",
        family=Family.NORMALIZATION,
        summary="x ÷ (bias + alpha ÷ size × sum of squares over `size` neighbouring channels) to the beta",
        infer=same_as_first,
        work=_work_lrn,
        attributes={
            "alpha": AttributeSpec(Kind.FLOAT, 0.0001),
            "beta": AttributeSpec(Kind.FLOAT, 0.75),
            "bias": AttributeSpec(Kind.FLOAT, 1.0),
            "size": AttributeSpec(Kind.INT),
        },
        settle=_settle_lrn,
    ),
)
