"""What rules of lowering need of nodes."""

from dlpsim.networks.draft import Draft
from dlpsim.networks.node import Node


def keep(draft: Draft, node: Node) -> None:
    """Add a node as it is."""
    draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)


def integers(node: Node, name: str) -> tuple[int, ...]:
    """Return an attribute that is a list of integers."""
    found = node.attributes[name]
    assert isinstance(found, tuple)
    return tuple(int(item) for item in found)


def integer(node: Node, name: str) -> int:
    """Return an attribute that is an integer."""
    found = node.attributes[name]
    assert isinstance(found, int)
    return found
