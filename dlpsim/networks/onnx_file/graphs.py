"""Graphs within nodes, put in place with names of their own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto


def placed(graph: "GraphProto", base: str, given: Mapping[str, str]) -> "tuple[list[NodeProto], list[str]]":
    """Return the nodes of a graph and the names of its results; `given` are names of its inputs and constants.

    What its nodes make is called after `base`; what comes from outside keeps its name.
    """
    names = dict(given)
    nodes = [_node(node, base, names) for node in graph.node]
    return nodes, [names.get(info.name, info.name) for info in graph.output]


def _node(node: "NodeProto", base: str, names: dict[str, str]) -> "NodeProto":
    """Return a copy of a node; `names` takes up the names of its results."""
    from onnx import NodeProto  # noqa: PLC0415

    copy = NodeProto()
    copy.CopyFrom(node)
    copy.name = f"{base}/{node.name or next(iter(node.output), node.op_type)}"
    copy.input[:] = [names.get(name, name) for name in node.input]
    for attribute in copy.attribute:
        for inner in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
            rename(inner, copy.name, dict(names))
    for name in node.output:
        names[name] = f"{base}/{name}" if name else ""
    copy.output[:] = [names[name] for name in node.output]
    return copy


def rename(graph: "GraphProto", base: str, names: dict[str, str]) -> None:
    """Give everything that a graph within a node has a name of its own."""
    for value in (*graph.input, *graph.initializer):
        names[value.name] = value.name = f"{base}/{value.name}"
    nodes = [_node(node, base, names) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for info in graph.output:
        info.name = names.get(info.name, info.name)
