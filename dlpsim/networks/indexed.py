"""What the numbers of a value name, where they are indices."""

from collections.abc import Iterator

from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

MOVES = ("Cast", "Concat", "Expand", "Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze")
"""Operators whose result has the same indices as their operands, in other places."""

ALONG_AXIS = ("Gather", "GatherElements", "ScatterElements")
BY_TUPLES = ("GatherND", "ScatterND")


def sizes_indexed(network: Network, name: str) -> list[int]:
    """Return the sizes of the axes of which a value names elements, by itself or moved; for tuples the smallest."""
    found, seen = list[int](), [name]
    for value in seen:
        for node in network.consumers.get(value, ()):
            found += _of_node(network, node, value)
            if node.op in MOVES:
                seen += [output for output in node.outputs if output and output not in seen]
    return found


def _of_node(network: Network, node: Node, value: str) -> Iterator[int]:
    if len(node.inputs) < 2 or node.inputs[1] != value:
        return
    shape = network.operand(node.inputs[0]).shape
    if node.op in ALONG_AXIS:
        axis = node.attributes["axis"]
        assert isinstance(axis, int)
        yield shape[axis]
    elif node.op in BY_TUPLES:
        batch, length = node.attributes.get("batch_dims", 0), network.operand(value).shape[-1]
        assert isinstance(batch, int)
        yield min(shape[batch : batch + length], default=1)
