"""The nodes of a graph in an order in which they can be computed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import NodeProto


def in_order(
    nodes: Sequence["NodeProto"], is_known: Callable[[str], bool]
) -> tuple[list["NodeProto"], list["NodeProto"]]:
    """Return the nodes, each after those whose results it takes, and those that lie on or behind a cycle.

    What no node makes counts as known, as does what is known already. The order of the file is kept where it can be.
    """
    makers = {name: index for index, node in enumerate(nodes) for name in node.output if name and not is_known(name)}
    waits = [{makers[name] for name in _taken(node) if name in makers} for node in nodes]
    followers: dict[int, list[int]] = {}
    for index, sources in enumerate(waits):
        for source in sources:
            followers.setdefault(source, []).append(index)
    if all(source < index for index, sources in enumerate(waits) for source in sources):
        return list(nodes), []
    ready = [index for index, sources in enumerate(waits) if not sources]
    done: list[int] = []
    while ready:
        index = ready.pop(0)
        done.append(index)
        for follower in followers.get(index, ()):
            waits[follower].discard(index)
            if not waits[follower]:
                ready.append(follower)
    left = sorted(set(range(len(nodes))) - set(done))
    return [nodes[index] for index in done], [nodes[index] for index in left]


def _taken(node: "NodeProto") -> list[str]:
    """Return the names that a node takes, also from within the graphs that it holds."""
    names = [name for name in node.input if name]
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs):
            own = {info.name for info in graph.input} | {tensor.name for tensor in graph.initializer}
            own |= {name for inner in graph.node for name in inner.output}
            names += [name for inner in graph.node for name in _taken(inner) if name not in own]
            names += [info.name for info in graph.output if info.name not in own]
    return names
