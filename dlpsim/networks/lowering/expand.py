"""Replaces operators by several simpler ones."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering import chosen, dynamic, ordered, scattered, trivial
from dlpsim.networks.lowering.groups import Groups, grouped_image, is_all
from dlpsim.networks.lowering.nodes import keep
from dlpsim.networks.lowering.recurrent import expand_recurrent
from dlpsim.networks.lowering.transposed import expand_transposed
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node

Rule = Callable[[Draft, Node], None]


def expanded(network: Network) -> Network:
    """Return the network with the operators of `RULES` replaced."""
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=dict(network.weights))
    for node in network.nodes:
        rule = RULES.get(node.op)
        if rule:
            rule(draft, node)
        else:
            keep(draft, node)
    return draft.network(network.name, network.inputs, network.outputs)


def _matmul(draft: Draft, node: Node) -> None:
    """Write the product of a matrix and constant weights as a Gemm, which may have a bias and has no integers."""
    x, w = node.inputs
    is_layer = len(draft.operand(x).shape) == 2 and len(draft.operand(w).shape) == 2 and draft.is_constant(w)
    is_layer = is_layer and draft.operand(x).is_float
    draft.add("Gemm" if is_layer else "MatMul", [x, w], node.outputs, node.name)


def _instance_norm(draft: Draft, node: Node) -> None:
    """Normalize each channel by its own mean and deviation; of groups of channels, as the image that they are of."""
    x, scale, bias = node.inputs
    value = draft.operand(x)
    image = grouped_image(draft, value)
    if image is None or not (draft.is_constant(scale) and draft.is_constant(bias)):
        normalized = _normalized(draft, node, value.name, Groups(value.name, value.shape, value.shape[:2]))
        _scaled(draft, node, normalized, (scale, bias))
        return
    normalized = _normalized(draft, node, image.name, image)
    if not (is_all(draft, scale, 1.0) and is_all(draft, bias, 0.0)):
        inner = draft.fresh(f"{node.name}/scaled")
        operands = (image.of_channels(draft, scale), image.of_channels(draft, bias))
        _scaled(draft, replace(node, outputs=(inner,), name=f"{node.name}/scaled"), normalized, operands)
        normalized = inner
    draft.add("Reshape", [normalized], node.outputs, node.name, {"shape": value.shape})


def _normalized(draft: Draft, node: Node, x: str, groups: Groups) -> str:
    """Add what takes the mean of its group from each element, and divides it by the deviation; return the result."""
    axes: dict[str, Attribute] = {"axes": tuple(range(2, len(groups.shape)))}
    apart = groups.apart(draft, x)
    mean = draft.step("ReduceMean", [apart], f"{node.name}/mean", axes)
    less = draft.step("Sub", [apart, mean], f"{node.name}/less_mean")
    squares = draft.step("Mul", [less, less], f"{node.name}/squares")
    variance = draft.step("ReduceMean", [squares], f"{node.name}/variance", axes)
    epsilon = draft.fill(draft.fresh(f"{node.name}/epsilon"), (), _number(node, "epsilon"), draft.operand(x).dtype)
    shifted = draft.step("Add", [groups.together(draft, variance), epsilon], f"{node.name}/shifted")
    deviation = draft.step("Sqrt", [shifted], f"{node.name}/deviation")
    less = draft.step("Sub", [x, groups.together(draft, mean)], f"{node.name}/less")
    return draft.step("Div", [less, deviation], f"{node.name}/normalized")


def _batch_norm(draft: Draft, node: Node) -> None:
    """Compute scale and shift of each channel where one of the operands that they follow from is computed."""
    x, scale, bias, mean, variance = node.inputs
    if all(draft.is_constant(name) for name in node.inputs[1:]):
        keep(draft, node)
        return
    dtype = draft.operand(variance).dtype
    epsilon = draft.fill(draft.fresh(f"{node.name}/epsilon"), (), _number(node, "epsilon"), dtype)
    shifted = draft.step("Add", [variance, epsilon], f"{node.name}/shifted")
    deviation = draft.step("Sqrt", [shifted], f"{node.name}/deviation")
    factor = draft.step("Div", [scale, deviation], f"{node.name}/scale")
    less = draft.step("Mul", [mean, factor], f"{node.name}/less")
    _scaled(draft, node, x, (factor, draft.step("Sub", [bias, less], f"{node.name}/shift")))


def _scaled(draft: Draft, node: Node, x: str, operands: tuple[str, str]) -> None:
    """Let the result be `x` times a number for each channel, plus another."""
    if all(draft.is_constant(name) for name in operands):
        draft.add("ScaleShift", [x, *operands], node.outputs, node.name)
        return
    shape = (-1, *(1 for _ in draft.operand(x).shape[2:]))
    scale, shift = (draft.step("Reshape", [name], f"{node.name}/aligned", {"shape": shape}) for name in operands)
    draft.add("Add", [draft.step("Mul", [x, scale], f"{node.name}/scaled"), shift], node.outputs, node.name)


def _number(node: Node, name: str) -> float:
    found = node.attributes[name]
    assert isinstance(found, int | float)
    return float(found)


RULES: Mapping[str, Rule] = {
    "AveragePool": trivial.pool,
    "BatchNormalization": _batch_norm,
    "Concat": trivial.concat,
    "Conv": dynamic.conv,
    "ConvTranspose": expand_transposed,
    "CumSum": ordered.cumulative,
    "Expand": trivial.same_if_same_shape,
    "Flatten": trivial.reshape,
    "GRU": expand_recurrent,
    "Gather": trivial.gather,
    "GatherElements": chosen.gather_elements,
    "GatherND": chosen.gather_nd,
    "Hardmax": ordered.hardmax,
    "Identity": trivial.reshape,
    "InstanceNormalization": _instance_norm,
    "LSTM": expand_recurrent,
    "MatMul": _matmul,
    "Max": trivial.of_several,
    "MaxPool": trivial.pool,
    "Min": trivial.of_several,
    "Pad": trivial.same_if_same_shape,
    "Pow": trivial.power,
    "RNN": expand_recurrent,
    "ReduceMean": trivial.mean,
    "Reshape": trivial.reshape,
    "ScatterElements": scattered.scatter_elements,
    "ScatterND": scattered.scatter_nd,
    "Slice": trivial.same_if_same_shape,
    "Split": trivial.split,
    "Squeeze": trivial.reshape,
    "Sum": trivial.of_several,
    "TopK": ordered.top_k,
    "Transpose": trivial.transpose,
    "Unsqueeze": trivial.reshape,
}
"""What becomes of each operator."""
