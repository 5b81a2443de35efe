"""Replaces operators by several simpler ones."""

from collections.abc import Callable, Mapping
from functools import reduce

from dlpsim.networks.draft import Draft
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
            draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)
    return draft.network(network.name, network.inputs, network.outputs)


def _reshape(draft: Draft, node: Node) -> None:
    """Write a change of dimensions as a reshape; one that changes nothing goes away."""
    from dlpsim.networks.operators.table import apply  # noqa: PLC0415

    x = draft.operand(node.inputs[0])
    shape = apply(node.op, [x], node.attributes).results[0][0]
    if shape == x.shape:
        draft.aliases[node.outputs[0]] = x.name
    else:
        attributes: dict[str, Attribute] = {"shape": shape}
        draft.add("Reshape", [x.name], node.outputs, node.name, attributes)


def _matmul(draft: Draft, node: Node) -> None:
    """Write the product of a matrix and constant weights as a Gemm, which may have a bias."""
    x, w = node.inputs
    is_layer = len(draft.operand(x).shape) == 2 and len(draft.operand(w).shape) == 2 and draft.is_constant(w)
    draft.add("Gemm" if is_layer else "MatMul", [x, w], node.outputs, node.name)


def _sum(draft: Draft, node: Node) -> None:
    """Add operands one after the other."""
    first, *rest = node.inputs
    if not rest:
        draft.aliases[node.outputs[0]] = draft.resolve(first)
        return
    *before, last = rest
    so_far = reduce(lambda x, y: draft.step("Add", [x, y], f"{node.name}/sum"), before, first)
    draft.add("Add", [so_far, last], node.outputs, node.name)


def _instance_norm(draft: Draft, node: Node) -> None:
    """Normalize each channel by its own mean and deviation."""
    x, scale, bias = node.inputs
    value = draft.operand(x)
    axes: dict[str, Attribute] = {"axes": tuple(range(2, len(value.shape)))}
    less = draft.step("Sub", [x, draft.step("ReduceMean", [x], f"{node.name}/mean", axes)], f"{node.name}/less")
    squares = draft.step("Mul", [less, less], f"{node.name}/squares")
    variance = draft.step("ReduceMean", [squares], f"{node.name}/variance", axes)
    epsilon = draft.fill(draft.fresh(f"{node.name}/epsilon"), (), _number(node, "epsilon"), value.dtype)
    shifted = draft.step("Add", [variance, epsilon], f"{node.name}/shifted")
    deviation = draft.step("Sqrt", [shifted], f"{node.name}/deviation")
    normalized = draft.step("Div", [less, deviation], f"{node.name}/normalized")
    draft.add("ScaleShift", [normalized, scale, bias], node.outputs, node.name)


def _number(node: Node, name: str) -> float:
    found = node.attributes[name]
    assert isinstance(found, int | float)
    return float(found)


RULES: Mapping[str, Rule] = {
    "ConvTranspose": expand_transposed,
    "Flatten": _reshape,
    "GRU": expand_recurrent,
    "Identity": _reshape,
    "InstanceNormalization": _instance_norm,
    "LSTM": expand_recurrent,
    "MatMul": _matmul,
    "Reshape": _reshape,
    "RNN": expand_recurrent,
    "Squeeze": _reshape,
    "Sum": _sum,
    "Unsqueeze": _reshape,
}
"""What becomes of each operator."""
