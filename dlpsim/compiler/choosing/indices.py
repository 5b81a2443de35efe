"""Indices of rows as i32: inputs and constants of the network, in whatever shape, and computed ones."""

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import dense
from dlpsim.compiler.layouts.relayout import moved
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.recipes.space import Box, Lane
from dlpsim.compiler.recipes.sweep import USUAL_BYTES, Source, Sweep, grained, tile_of
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.chosen import from_begin
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray


SHAPERS = ("Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze")
"""Operators that keep all elements in their order."""


def index_view(desk: Desk, name: str) -> View:
    """Return where indices lie, one after the other. Raises LackError where computed ones have no room."""
    if name in desk.indices:
        return desk.indices[name]
    network = desk.network
    if name in network.weights:
        weight = network.weights[name]
        return desk.hold(f"{name}_i32", desk.usual(weight.shape), partial(_integers, weight.array), "i32")
    if name in network.inputs:
        desk.indices[name] = desk.new(f"{name}_i32", desk.usual(network.values[name].shape), "i32")
        return desk.indices[name]
    if name not in _given(network):
        desk.indices[name] = _computed(desk, name)
        return desk.indices[name]
    node = network.producers[name]
    view = index_view(desk, node.inputs[0])
    return view.with_layout(dense(network.values[name].shape))


def _computed(desk: Desk, name: str) -> View:
    """Return computed indices as i32; the layer that is being planned makes them of what lies as f32."""
    view = desk.view(name)
    count = prod(view.shape)
    flat = view.layout.reshaped((count,))
    if flat is None or len(flat.factors) > 1:
        view = moved(desk, view, dense(view.shape), name)
        flat = dense((count,))
    target = desk.new(f"{name}_i32", dense(view.shape), "i32")
    source = Lane(view.tensor.name, flat.first, (flat.factors[0][1] if flat.factors else 1,))
    result = Lane(target.tensor.name, 0, (1,))

    def computes(box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        return [Compute("ADD_32", box.counts[0], "index", (out, sources[0]), (box.counts[0],))]

    def needed(tile: Sequence[int]) -> int:
        return 4 * grained(tile[0] * ELEMENT)

    tile = tile_of((count,), [False], needed, desk.room("NRAM"), 4 * USUAL_BYTES)
    if tile is None:
        raise LackError(shortage([("NRAM", needed([1]), desk.room("NRAM"))]))
    sweep = Sweep((count,), tile, [Source(source)], result, grained(result.bytes(tile)), computes)
    desk.pending += sweep.steps(desk.cores)
    return target


def counted(draft: Draft, node: Node) -> bool:
    """Let computed indices of a Gather count from the begin: those below 0 count from the end of the table."""
    x, name = node.inputs
    axis = node.attributes["axis"]
    assert isinstance(axis, int)
    if _is_given(draft, draft.resolve(name)):
        return False
    found = from_begin(draft, name, draft.operand(x).shape[axis], node.name)
    draft.add("Gather", [x, found], node.outputs, node.name, node.attributes)
    return True


def _is_given(draft: Draft, name: str) -> bool:
    """Whether indices are constants or inputs of a network, or these in another shape."""
    for node in reversed(draft.nodes):
        if name in node.outputs:
            if not _keeps(node, draft.operand(node.inputs[0]).is_float):
                return False
            name = node.inputs[0]
    return True


def _given(network: Network) -> set[str]:
    """Return the inputs and constants that indices may be, also in other shapes."""
    found = {*network.inputs, *network.weights}
    for node in network.nodes:
        if node.inputs[0] in found and _keeps(node, network.operand(node.inputs[0]).is_float):
            found.update(node.outputs)
    return found


def _keeps(node: Node, is_float: bool) -> bool:
    """Whether the result of a node has all elements of its operand in their order."""
    return node.op in SHAPERS or (node.op == "Cast" and not is_float)


def only_indices(desk: Desk) -> set[str]:
    """Return the values that nothing but indices of rows is made of."""
    network = desk.network
    given = _given(network)
    found: set[str] = set()
    for name in reversed([*network.inputs, *(output for node in network.nodes for output in node.outputs if output)]):
        takers = network.consumers[name]
        is_inner = takers and name not in network.outputs and not network.values[name].is_float
        if is_inner and name in given and all(_is_index(node, name, found) for node in takers):
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
            elif node.op in SHAPERS or node.op == "Cast":
                seen += node.outputs
    return array + (array < 0) * max(sizes) if len(sizes) == 1 else array


def _is_index(node: Node, name: str, found: set[str]) -> bool:
    if node.op == "Gather":
        return node.inputs[0] != name
    return (node.op in SHAPERS or node.op == "Cast") and all(output in found for output in node.outputs)


def _integers(array: "Any") -> "NDArray[Any]":
    integers: NDArray[Any] = array().astype("int32")
    return integers
