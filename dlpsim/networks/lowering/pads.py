"""Puts a padding with zeros into the convolution that alone takes it."""

from dataclasses import replace

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers, keep
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node


def with_own_pads(network: Network) -> Network:
    """Return the network with such paddings as pads of the convolutions."""
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=dict(network.weights))
    for node in network.nodes:
        pad = network.producers.get(node.inputs[0]) if node.op == "Conv" else None
        keep(draft, _joined(pad, node) if pad is not None and _can_join(network, pad) else node)
    return draft.network(network.name, network.inputs, network.outputs)


def _can_join(network: Network, pad: Node) -> bool:
    """Whether a node only puts zeros around the spatial dimensions, for one taker."""
    if pad.op != "Pad" or pad.attributes["mode"] != "constant" or pad.attributes["value"] != 0:
        return False
    pads = integers(pad, "pads")
    rank = len(pads) // 2
    is_spatial = not any((*pads[:2], *pads[rank : rank + 2])) and min(pads) >= 0
    result = pad.outputs[0]
    return is_spatial and len(network.consumers[result]) == 1 and result not in network.outputs


def _joined(pad: Node, conv: Node) -> Node:
    """Return the convolution on what is not padded yet."""
    around, own = integers(pad, "pads"), integers(conv, "pads")
    rank = len(own) // 2
    more = (*around[2 : 2 + rank], *around[4 + rank :])
    pads = tuple(a + b for a, b in zip(more, own, strict=True))
    return replace(conv, inputs=(pad.inputs[0], *conv.inputs[1:]), attributes={**conv.attributes, "pads": pads})
