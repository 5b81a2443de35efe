"""Puts operators where a network spells them out; what nothing else takes goes away."""

from dlpsim.networks.draft import Draft
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.recognition.activations import activation
from dlpsim.networks.recognition.layer_norm import layer_norm

_ENDS = ("Mul", "Div", "Add")
"""The operators that such spellings end with."""


def recognized(network: Network) -> Network:
    """Return the network with layer normalizations and activations as single nodes, their results named as before."""
    if not any(node.op in {"Erf", "Tanh", "ReduceMean", "Clip", "HardSigmoid"} for node in network.nodes):
        return network
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=dict(network.weights))
    for node in network.nodes:
        if node.op not in _ENDS or not _replaced(network, node, draft):
            draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)
    return draft.network(network.name, network.inputs, network.outputs)


def _replaced(network: Network, node: Node, draft: Draft) -> bool:
    """Whether the node is the end of something known, which is added in its place."""
    value = node.outputs[0]
    norm = layer_norm(network, value)
    if norm:
        shape = network.operand(norm.x).shape[norm.axis :]
        scale = norm.scale or draft.fill(draft.fresh(f"{value}/scale"), shape, 1.0, network.operand(norm.x).dtype)
        settings: dict[str, Attribute] = {"axis": norm.axis, "epsilon": norm.epsilon}
        draft.add("LayerNormalization", [norm.x, scale, norm.bias], [value], node.name, settings)
        return True
    found = activation(network, value)
    if found:
        op, x, attributes = found
        draft.add(op, [x], [value], node.name, attributes)
    return found is not None
