"""Which values are images: arrays of which the second axis are channels, best laid out pixel by pixel."""

from dlpsim.compiler.recipes.elementwise import RULES
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

SEERS = ("Conv", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "LRN", "ScaleShift")
"""Operators that work on images."""

KEEPERS = (*RULES, "Concat", "Split", "Slice", "Pad", "Expand", "Identity")
"""Operators that make images of images, and nothing else of anything else."""


def images(network: Network) -> set[str]:
    """Return the values that are images, because of what makes them, or what is made of them."""
    found = {name for node in network.nodes if node.op in SEERS for name in _arrays(network, node)}
    keepers = [node for node in network.nodes if node.op in KEEPERS and node.op not in SEERS]
    while True:
        before = len(found)
        for node in (*keepers, *reversed(keepers)):
            arrays = _arrays(network, node)
            ranks = {len(network.values[name].shape) for name in arrays if name in found}
            found.update(name for name in arrays if len(network.values[name].shape) in ranks)
        if len(found) == before:
            return found


def _arrays(network: Network, node: Node) -> list[str]:
    """Return the values that a node takes and makes that may be images."""
    names = (*node.inputs, *node.outputs)
    return [name for name in names if name in network.values and len(network.values[name].shape) > 2]


class Images:
    """The values of a network that are images, and those that are images with groups of their channels apart."""

    def __init__(self, network: Network) -> None:
        self.whole = images(network)
        self.grouped: set[str] = set()
        for node in network.nodes:
            if self._is_grouped(network, node):
                self.grouped.update(node.outputs)

    def _is_grouped(self, network: Network, node: Node) -> bool:
        """Whether a node takes the channels of an image apart, or works on each element of what is apart."""
        made = network.values[node.outputs[0]].shape
        if node.op in RULES:
            return any(name in self.grouped and network.values[name].shape == made for name in node.inputs)
        if node.op != "Reshape" or node.inputs[0] not in self.whole:
            return False
        batch, channels, *pixels = network.operand(node.inputs[0]).shape
        return len(made) > 3 and made == (batch, made[1], channels // made[1], *pixels)
