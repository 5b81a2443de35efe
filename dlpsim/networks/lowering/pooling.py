"""Pooling without ceil_mode: what lies beyond the end becomes padding."""

from dataclasses import replace

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers, keep
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.operator import Call
from dlpsim.networks.operators.windows import axes


def floor_pool(draft: Draft, node: Node) -> None:
    """Add a pooling whose windows, pads included, are all there is; count_include_pad stays where it says something.

    Windows that reach beyond the end leave out what lies there. Where pads count but that does not, the pads become
    zeros of the operand.
    """
    attributes = dict(node.attributes)
    if node.op == "AveragePool" and not any(integers(node, "pads")):
        attributes["count_include_pad"] = 0
    over = [max(0, one) for one in _overhang(draft, replace(node, attributes=attributes))]
    if not any(over):
        keep(draft, replace(node, attributes={**attributes, "ceil_mode": 0}))
    elif attributes.get("count_include_pad"):
        floor_pool(draft, _with_zeros(draft, node))
    else:
        pads = integers(node, "pads")
        rank = len(over)
        longer = (*pads[:rank], *(pads[rank + i] + over[i] for i in range(rank)))
        # ONNX takes no pads as long as the window, which dilated windows may reach over.
        fits = all(pad < size for pad, size in zip(longer[rank:], integers(node, "kernel_shape"), strict=True))
        floored: dict[str, Attribute] = {"pads": longer, "ceil_mode": 0}
        keep(draft, replace(node, attributes={**attributes, **(floored if fits else {})}))


def _overhang(draft: Draft, node: Node) -> list[int]:
    """Return how far the last window along each dimension reaches beyond the padded end; below 0 if not so far."""
    x = draft.operand(node.inputs[0])
    ceil = node.attributes["ceil_mode"] == 1
    return [
        (axis.count(ceil=ceil) - 1) * axis.stride + axis.extent - axis.size - axis.begin - axis.end
        for axis in axes(Call(node.op, (x,), node.attributes), x.shape[2:])
    ]


def _with_zeros(draft: Draft, node: Node) -> Node:
    """Return the pooling of an operand that has its zeros around it: at its end only those that windows see.

    With others one more window would begin there.
    """
    pads, over = integers(node, "pads"), _overhang(draft, node)
    rank = len(over)
    ends = [max(0, pad + min(one, 0)) for pad, one in zip(pads[rank:], over, strict=True)]
    around: dict[str, Attribute] = {"pads": (0, 0, *pads[:rank], 0, 0, *ends)}
    padded = draft.step("Pad", node.inputs, f"{node.name}/padded", around)
    none: dict[str, Attribute] = {"pads": (0,) * len(pads), "count_include_pad": 0}
    return replace(node, inputs=(padded,), attributes={**node.attributes, **none})
