"""What the numbers of a value name, where they are indices, and whether it is there."""

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


def indices_beyond(network: Network) -> Iterator[str]:
    """Yield what is wrong where constant indices name elements that are not there."""
    for node in network.nodes:
        if node.op not in (*ALONG_AXIS, *BY_TUPLES) or node.inputs[1] not in network.weights:
            continue
        indices, sizes = network.weights[node.inputs[1]].array(), _sizes(network, node)
        parts = [indices] if node.op in ALONG_AXIS else [indices[..., place] for place in range(len(sizes))]
        for part, size in zip(parts, sizes, strict=True):
            beyond = part[(part < -size) | (part >= size)]
            if beyond.size:
                yield f"{node}: index {int(beyond[0])} is beyond an axis of {size}"


def _of_node(network: Network, node: Node, value: str) -> Iterator[int]:
    if len(node.inputs) < 2 or node.inputs[1] != value or node.op not in (*ALONG_AXIS, *BY_TUPLES):
        return
    yield min(_sizes(network, node), default=1)


def _sizes(network: Network, node: Node) -> tuple[int, ...]:
    """Return the sizes of the axes along which the indices of a node count: one, or one for each part of a tuple."""
    shape = network.operand(node.inputs[0]).shape
    if node.op in ALONG_AXIS:
        axis = node.attributes["axis"]
        assert isinstance(axis, int)
        return (shape[axis],)
    batch, length = node.attributes.get("batch_dims", 0), network.operand(node.inputs[1]).shape[-1]
    assert isinstance(batch, int)
    return shape[batch : batch + length]
