"""What a layer asks for, whatever it is cut into: work, and bytes that must cross the port of DRAM."""

from dlpsim.compiler.fusion import Layer
from dlpsim.networks.counting import work_of
from dlpsim.networks.network import Network


def macs(network: Network, layer: Layer) -> int:
    """Return the multiply-accumulates of a layer."""
    return sum(work_of(network, node).macs for node in layer.nodes)


def compulsory_bytes(network: Network, layer: Layer) -> int:
    """Return the bytes of what a layer takes, weights included, and of its results, each once.

    What one of its nodes makes for another of them stays on chip.
    """
    made = {name for node in layer.nodes for name in node.outputs}
    taken = {name for node in layer.nodes for name in node.inputs if name} - made
    used = {name for node in layer.nodes for name in node.inputs}
    kept = {
        name for name in made if name not in used or name in network.outputs or _is_used_elsewhere(network, layer, name)
    }
    return sum(network.operand(name).bytes for name in taken | kept)


def _is_used_elsewhere(network: Network, layer: Layer, name: str) -> bool:
    return any(node not in layer.nodes for node in network.consumers.get(name, ()))
