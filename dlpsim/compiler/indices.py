"""Indices of rows: inputs and constants of the network, and what only renames or cuts them, as i32."""

from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.renaming import RENAMERS
from dlpsim.compiler.view import View
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def index_view(desk: Desk, name: str, taker: Node) -> View:
    """Return where indices lie. Raises DlpsimError where they are computed: nothing makes integers of f32."""
    if name in desk.indices:
        return desk.indices[name]
    network = desk.network
    if name in network.weights:
        weight = network.weights[name]
        return desk.hold(f"{name}_i32", desk.usual(weight.shape), partial(_integers, weight.array), "i32")
    if name in network.inputs:
        desk.indices[name] = desk.new(f"{name}_i32", desk.usual(network.values[name].shape), "i32")
        return desk.indices[name]
    node = network.producers[name]
    if node.op == "Cast" and not network.operand(node.inputs[0]).is_float:
        return index_view(desk, node.inputs[0], taker)
    rename = RENAMERS.get(node.op)
    found = rename(desk, node, index_view(desk, node.inputs[0], taker)) if rename else None
    if found is None:
        raise DlpsimError(f"{taker}: its indices '{name}' are computed by {node}, supported are inputs and constants")
    return found[node.outputs.index(name)]


def only_indices(desk: Desk) -> set[str]:
    """Return the values that nothing but indices of rows is made of."""
    network = desk.network
    found: set[str] = set()
    for name in reversed([*network.inputs, *(output for node in network.nodes for output in node.outputs if output)]):
        takers = network.consumers[name]
        is_inner = takers and name not in network.outputs and not network.values[name].is_float
        if is_inner and all(_is_index(node, name, found) for node in takers):
            found.add(name)
    return found


def from_first(network: Network, name: str, array: "NDArray[Any]") -> "NDArray[Any]":
    """Return indices that an input gives, those that count from the end of the table as what they are from its begin.

    Where tables of several sizes are read by the same indices, these stay: the program refuses those below 0.
    """
    sizes, seen = set[int](), [name]
    for index in seen:
        for node in network.consumers.get(index, ()):
            if node.op == "Gather" and node.inputs[1] == index:
                axis = node.attributes["axis"]
                assert isinstance(axis, int)
                sizes.add(network.operand(node.inputs[0]).shape[axis])
            elif node.op in RENAMERS or node.op == "Cast":
                seen += node.outputs
    return array + (array < 0) * max(sizes) if len(sizes) == 1 else array


def _is_index(node: Node, name: str, found: set[str]) -> bool:
    if node.op == "Gather":
        return node.inputs[0] != name
    return (node.op in RENAMERS or node.op == "Cast") and all(output in found for output in node.outputs)


def _integers(array: "Any") -> "NDArray[Any]":
    integers: NDArray[Any] = array().astype("int32")
    return integers
