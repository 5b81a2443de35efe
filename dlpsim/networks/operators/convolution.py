"""Convolution, of any number of spatial dimensions."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import dot_products, elements, of_one_type, shape_is
from dlpsim.networks.operators.windows import WINDOW_ATTRIBUTES, output_sizes, settled
from dlpsim.networks.value import shape_text


def _settle(call: Call) -> Mapping[str, Attribute]:
    x, w = call.first, call.operand(1)
    if len(x.shape) < 3 or len(w.shape) != len(x.shape):
        raise Unfit(
            f"input '{x.name}' is {shape_text(x.shape)} and weight '{w.name}' {shape_text(w.shape)}, "
            "expected as many dimensions in both, 3 or more"
        )
    kernel = w.shape[2:]
    if call.has("kernel_shape") and call.integers("kernel_shape") != kernel:
        raise Unfit(f"kernel_shape is {call.integers('kernel_shape')}, but the weight has {kernel}")
    return settled(call, x.shape[2:], kernel)


def _infer(call: Call) -> list[Result]:
    x, w, group = call.first, call.operand(1), call.integer("group")
    channels = w.shape[1] * group
    if group < 1 or x.shape[1] != channels or w.shape[0] % group:
        raise Unfit(
            f"input '{x.name}' has {x.shape[1]} channels, weight '{w.name}' is {shape_text(w.shape)}, "
            f"which does not go with group {group}"
        )
    shape_is(call.optional(2), (w.shape[0],), "bias")
    return [((x.shape[0], w.shape[0], *output_sizes(call, x.shape[2:])), of_one_type(call.inputs))]


def _work(call: Call, results: Sequence[Result]) -> Work:
    return dot_products(elements(results), prod(call.operand(1).shape[1:]), has_bias=call.optional(2) is not None)


OPERATORS = (
    Operator(
        name="Conv",
        family=Family.CONVOLUTION,
        summary="y[n,m] = b[m] + sum over c, i, j of w[m,c,i,j] × x[n,c] at stride and dilation; channels in groups",
        infer=_infer,
        work=_work,
        least=2,
        most=3,
        attributes={**WINDOW_ATTRIBUTES, "group": AttributeSpec(Kind.INT, 1)},
        settle=_settle,
    ),
)
