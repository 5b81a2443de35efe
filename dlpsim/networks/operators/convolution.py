"""Convolution and transposed convolution, of any number of spatial dimensions."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import dot_products, elements, of_one_type, shape_is
from dlpsim.networks.operators.windows import WINDOW_ATTRIBUTES, axes, output_sizes, settled
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


def _settle_transposed(call: Call) -> Mapping[str, Attribute]:
    """Give pads that lead to the shape of the result, where that is given or follows from automatic padding."""
    x, w = call.first, call.operand(1)
    if len(x.shape) < 3 or len(w.shape) != len(x.shape):
        raise Unfit(f"input '{x.name}' and weight '{w.name}' are expected to have as many dimensions, 3 or more")
    spatial, kernel = x.shape[2:], w.shape[2:]
    auto = call.word("auto_pad")
    plain = settled(Call(call.op, call.inputs, {**call.attributes, "auto_pad": "NOTSET"}), spatial, kernel)
    placed = Call(call.op, call.inputs, plain)
    extra = call.integers("output_padding") if call.has("output_padding") else (0,) * len(spatial)
    wanted = call.integers("output_shape")[-len(spatial) :] if call.has("output_shape") else None
    if len(extra) != len(spatial) or min(extra) < 0 or len(wanted or spatial) != len(spatial):
        raise Unfit(f"output_padding and output_shape are expected to have {len(spatial)} numbers, 0 or more")
    full = [
        axis.stride * (axis.size - 1) + axis.extent + more
        for axis, more in zip(axes(placed, spatial), extra, strict=True)
    ]
    if auto.startswith("SAME") and wanted is None:
        wanted = tuple(size * stride for size, stride in zip(spatial, placed.integers("strides"), strict=True))
    kept = {name: value for name, value in plain.items() if name != "output_shape"}
    if wanted is None:
        return {**kept, "output_padding": extra}
    both = [max(0, size - target) for size, target in zip(full, wanted, strict=True)]
    more = [max(0, target - size) for size, target in zip(full, wanted, strict=True)]
    less, rest = [total // 2 for total in both], [total - total // 2 for total in both]
    pads = (*less, *rest) if auto == "SAME_UPPER" else (*rest, *less)
    return {**kept, "pads": pads, "output_padding": tuple(a + b for a, b in zip(extra, more, strict=True))}


def _infer_transposed(call: Call) -> list[Result]:
    x, w, group = call.first, call.operand(1), call.integer("group")
    if group < 1 or x.shape[1] != w.shape[0] or w.shape[0] % group:
        raise Unfit(f"input '{x.name}' has {x.shape[1]} channels, which does not go with {shape_text(w.shape)}")
    channels = w.shape[1] * group
    shape_is(call.optional(2), (channels,), "bias")
    sizes = tuple(
        axis.stride * (axis.size - 1) + axis.extent + more - axis.begin - axis.end
        for axis, more in zip(axes(call, x.shape[2:]), call.integers("output_padding"), strict=True)
    )
    if min(sizes) < 1:
        raise Unfit(f"pads {call.integers('pads')} take away the whole result")
    return [((x.shape[0], channels, *sizes), of_one_type(call.inputs))]


def _work_transposed(call: Call, results: Sequence[Result]) -> Work:
    """Count a MAC for each input and weight that it meets."""
    macs = call.first.size * prod(call.operand(1).shape[1:])
    return Work(macs, macs + (elements(results) if call.optional(2) is not None else 0))


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
    Operator(
        name="ConvTranspose",
        family=Family.CONVOLUTION,
        summary="each x[n,c] times w[c,m], added up at stride and dilation; pads are taken away",
        infer=_infer_transposed,
        work=_work_transposed,
        least=2,
        most=3,
        attributes={
            **WINDOW_ATTRIBUTES,
            "group": AttributeSpec(Kind.INT, 1),
            "output_padding": AttributeSpec(Kind.INTS),
            "output_shape": AttributeSpec(Kind.INTS),
        },
        settle=_settle_transposed,
    ),
)
