"""Writes choices of rows by indices so that a column of their table has room on chip: of parts of the table."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.chosen import from_begin, part
from dlpsim.networks.lowering.nodes import integer, keep
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

Numbers = Callable[[], "NDArray[Any]"]


def with_short_tables(network: Network, room: int) -> Network:
    """Return what computes the same outputs with `room` bytes of WRAM. Results keep their names."""
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=dict(network.weights))
    for node in network.nodes:
        is_long = node.op == "Gather" and _rows(draft, node) * ELEMENT > room and not draft.is_constant(node.inputs[1])
        if is_long and draft.operand(node.inputs[1]).size:
            _by_parts(draft, node, max(1, room // (2 * ELEMENT)))
        else:
            keep(draft, node)
    return draft.network(network.name, network.inputs, network.outputs)


def _rows(draft: Draft, node: Node) -> int:
    return draft.operand(node.inputs[0]).shape[integer(node, "axis")]


def _by_parts(draft: Draft, node: Node, most: int) -> None:
    """Choose of each part of the table; of the results that of the last part that begins before the index counts."""
    (table, indices), axis, rows = node.inputs, integer(node, "axis"), _rows(draft, node)
    counted = from_begin(draft, indices, rows, node.name)
    shape, dtype = draft.operand(counted).shape, draft.operand(counted).dtype
    behind = (1,) * (len(draft.operand(table).shape) - axis - 1)
    aligned = draft.step("Reshape", [counted], f"{node.name}/aligned", {"shape": (*shape, *behind)})
    total = ""
    for begin in range(0, rows, most):
        count = min(most, rows - begin)
        own = _part(draft, node, axis, (begin, count))
        first = draft.fill(draft.fresh(f"{node.name}/begin"), (), begin, dtype)
        near = draft.step("Sub", [counted, first], f"{node.name}/near") if begin else counted
        limits = {"min": 0.0, "max": count - 1.0}
        place = draft.step("Clip", [near], f"{node.name}/place", limits)
        found = draft.step("Gather", [own, place], f"{node.name}/of_part", {"axis": axis})
        if total:
            is_later = draft.step("GreaterOrEqual", [aligned, first], f"{node.name}/later")
            total = draft.step("Where", [is_later, found, total], f"{node.name}/so_far")
        else:
            total = found
    draft.add("Identity", [total], node.outputs, node.name)


def _part(draft: Draft, node: Node, axis: int, span: tuple[int, int]) -> str:
    """Return some rows of the table: a weight again where it is one."""
    name = draft.resolve(node.inputs[0])
    weight = draft.weights.get(name)
    if weight is None:
        return part(draft, name, axis, span, node.name)
    shape = tuple(span[1] if place == axis else size for place, size in enumerate(weight.shape))
    return draft.compute(f"{name}/part", shape, partial(_taken, weight.array, axis, span), weight.dtype)


def _taken(array: Numbers, axis: int, span: tuple[int, int]) -> "NDArray[Any]":
    begin, count = span
    return array()[(*(slice(None),) * axis, slice(begin, begin + count))]
