"""Spellings of earlier versions of ONNX."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.composed import batch_norm_in_training, clip
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of

if TYPE_CHECKING:
    from onnx import NodeProto

Handler = Callable[[FileDraft, "NodeProto", str], bool]


def _softmax(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Before version 13, everything from the axis (default 1) on is one row."""
    if draft.opset >= 13:
        return False
    axis = attributes.plain(node).get("axis", 1)
    if not isinstance(axis, int):
        raise Unfit(f"attribute axis is {axis!r}, expected an integer")
    shape = draft.operand(node.input[0]).shape
    axis = axis_of(axis, len(shape))
    if axis == len(shape) - 1:
        draft.add(node.op_type, node.input, node.output, name, {"axis": axis})
        return True
    rows = draft.step("Flatten", node.input, f"{node.output[0]}/rows", {"axis": axis})
    result = draft.step(node.op_type, [rows], f"{node.output[0]}/softmax", {"axis": 1})
    draft.add("Reshape", [result], node.output, name, {"shape": shape})
    return True


def _without(*names: str) -> Handler:
    """Return a handler that drops attributes which say nothing about inference."""

    def handler(draft: FileDraft, node: "NodeProto", name: str) -> bool:
        kept = [attribute for attribute in node.attribute if attribute.name not in names]
        del node.attribute[:]
        node.attribute.extend(kept)
        return False

    return handler


_DROPPED = _without("consumed_inputs", "is_test", "spatial", "broadcast")


def _elementwise(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Before version 7, the second operand begins at an axis of the first: a slope always at that of channels."""
    axis = attributes.plain(node).get("axis", 1 if node.op_type == "PRelu" else None)
    _DROPPED(draft, node, name)
    if not isinstance(axis, int) or draft.opset >= 7 or draft.operand(node.input[1]).size == 1:
        return False
    first, second = draft.operand(node.input[0]), draft.operand(node.input[1])
    trailing = len(first.shape) - axis_of(axis, len(first.shape)) - len(second.shape)
    shape = (*second.shape, *(1 for _ in range(trailing)))
    array = draft.array(node.input[1])
    base = draft.fresh(f"{node.input[1]}/broadcast")
    if array is not None:
        draft.hold(base, array.reshape(shape))
    else:
        draft.add("Reshape", [node.input[1]], [base], base, {"shape": shape})
    draft.add(node.op_type, [node.input[0], base], node.output, name)
    return True


def _pad(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """In version 1, pads have another name."""
    for attribute in node.attribute:
        if attribute.name == "paddings":
            attribute.name = "pads"
    return False


def _batch_norm(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Before version 14, there are results for training."""
    _DROPPED(draft, node, name)
    if draft.opset >= 14:
        return batch_norm_in_training(draft, node, name)
    del node.output[1:]
    return False


def _clip(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    _DROPPED(draft, node, name)
    return clip(draft, node, name)


def _top_k(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Before version 10, how many are wanted is an attribute."""
    given = attributes.plain(node)
    k = given.get("k")
    if not isinstance(k, int):
        return False
    draft.add("TopK", node.input, node.output, name, {**given, "k": (k,)})
    return True


_ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Pow", "PRelu", "And", "Or", "Xor", "Equal", "Less", "Greater")

LEGACY: Mapping[str, Handler] = {
    **dict.fromkeys(("Softmax", "LogSoftmax", "Hardmax"), _softmax),
    "TopK": _top_k,
    "BatchNormalization": _batch_norm,
    "Clip": _clip,
    "Pad": _pad,
    "Gemm": _DROPPED,
    **dict.fromkeys(_ARITHMETIC, _elementwise),
    **dict.fromkeys(("Relu", "Sigmoid", "Tanh", "Max", "Min", "Sum", "Exp", "Log", "Sqrt", "Neg"), _DROPPED),
}
"""Handlers by operator."""
