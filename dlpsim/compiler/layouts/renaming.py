"""Nodes that move nothing: their results are other views of what is there, if it lies so that it can be seen so."""

from collections.abc import Callable, Mapping

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.layouts.layout import Layout
from dlpsim.compiler.layouts.view import View
from dlpsim.networks.node import Node

Renamer = Callable[[Desk, Node, View], list[View] | None]
"""Returns the results of a node as views of its operand; None if the operand lies in a way that does not allow it."""


def _views(view: View, layouts: list[Layout | None]) -> list[View] | None:
    return [view.with_layout(one) for one in layouts if one] if all(one is not None for one in layouts) else None


def _reshaped(desk: Desk, node: Node, view: View) -> list[View] | None:
    return _views(view, [view.layout.reshaped(desk.network.values[node.outputs[0]].shape)])


def _transposed(desk: Desk, node: Node, view: View) -> list[View] | None:
    return _views(view, [view.layout.permuted(_integers(node, "perm"))])


def _expanded(desk: Desk, node: Node, view: View) -> list[View] | None:
    return _views(view, [view.layout.expanded(desk.network.values[node.outputs[0]].shape)])


def _split(desk: Desk, node: Node, view: View) -> list[View] | None:
    axis = node.attributes["axis"]
    assert isinstance(axis, int)
    layouts, start = list[Layout | None](), 0
    for size in _integers(node, "split"):
        layouts.append(view.layout.sliced(axis, start, size))
        start += size
    return _views(view, layouts)


def _sliced(desk: Desk, node: Node, view: View) -> list[View] | None:
    layout: Layout | None = view.layout
    names = ("starts", "ends", "axes", "steps")
    for start, end, axis, step in zip(*(_integers(node, name) for name in names), strict=True):
        places = range(*slice(start, end, step).indices(view.shape[axis]))
        if layout is None:
            return None
        layout = layout.sliced(axis, places.start, len(places), step)
    return _views(view, [layout])


def _integers(node: Node, name: str) -> tuple[int, ...]:
    found = node.attributes[name]
    assert isinstance(found, tuple)
    return tuple(int(item) for item in found)


RENAMERS: Mapping[str, Renamer] = {
    "Dropout": _reshaped,
    "Expand": _expanded,
    "Flatten": _reshaped,
    "Identity": _reshaped,
    "Reshape": _reshaped,
    "Slice": _sliced,
    "Split": _split,
    "Squeeze": _reshaped,
    "Transpose": _transposed,
    "Unsqueeze": _reshaped,
}
"""How the results of each operator are seen."""
