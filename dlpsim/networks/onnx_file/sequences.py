"""Operators on sequences of tensors: known ones of known lengths, so each stands for operators on the tensors alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit

if TYPE_CHECKING:
    from onnx import NodeProto

OPSET = 17
"""The version of ONNX in which the nodes are written that operators on sequences stand for."""

Handler = Callable[[FileDraft, "NodeProto"], list["NodeProto"]]


def ordinary(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    """Return the nodes that an operator on sequences stands for; note a sequence that it makes in the draft."""
    return SEQUENCES[node.op_type](draft, node)


def _construct(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    return _made(draft, node, node.input)


def _empty(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    return _made(draft, node, ())


def _split(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    """Cut a tensor into parts: of sizes that are given, of one size but for the last, or of size 1."""
    from onnx import helper  # noqa: PLC0415

    given, shape = attributes.plain(node), draft.operand(node.input[0]).shape
    axis = given.get("axis", 0)
    if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        raise Unfit(f"axis {axis} is none of the {len(shape)} of '{node.input[0]}'")
    sizes = _sizes(draft, node, shape[axis])
    base = node.output[0]
    parts = [draft.fresh(f"{base}/{index}") for index in range(len(sizes))]
    nodes = [helper.make_node("Split", [node.input[0], _held(draft, f"{base}/sizes", sizes)], parts, base, axis=axis)]
    if len(node.input) < 2 and given.get("keepdims", 1) == 0:
        axes = _held(draft, f"{base}/axes", [axis])
        single = [draft.fresh(f"{part}/single") for part in parts]
        nodes += [helper.make_node("Squeeze", [x, axes], [y], y) for x, y in zip(parts, single, strict=True)]
        parts = single
    return [*nodes, *_made(draft, node, parts)]


def _sizes(draft: FileDraft, node: "NodeProto", total: int) -> list[int]:
    """Return the sizes of the parts."""
    if len(node.input) < 2 or not node.input[1]:
        return [1] * total
    found = draft.array(node.input[1])
    if found is None:
        raise Unfit(f"'{node.input[1]}' (split) is not constant: it depends on what the network is given")
    if found.ndim:
        sizes = [int(size) for size in found.reshape(-1)]
        if min(sizes, default=0) < 0 or sum(sizes) != total:
            raise Unfit(f"parts of {', '.join(map(str, sizes))} do not make up {total}")
        return sizes
    size = int(found)
    if size < 1:
        raise Unfit(f"parts of {size} cannot be")
    return [min(size, total - begin) for begin in range(0, total, size)]


def _at(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    from onnx import helper  # noqa: PLC0415

    parts = _sequence(draft, node.input[0])
    part = parts[_position(draft, node, 1, len(parts) - 1)]
    return [helper.make_node("Identity", [part], node.output, node.name)]


def _insert(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    parts = _sequence(draft, node.input[0])
    place = _position(draft, node, 2, len(parts)) if len(node.input) > 2 else len(parts)
    return _made(draft, node, [*parts[:place], node.input[1], *parts[place:]])


def _erase(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    parts = _sequence(draft, node.input[0])
    place = _position(draft, node, 1, len(parts) - 1) if len(node.input) > 1 else len(parts) - 1
    return _made(draft, node, [*parts[:place], *parts[place + 1 :]])


def _length(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    import numpy as np  # noqa: PLC0415

    draft.hold(node.output[0], np.array(len(_sequence(draft, node.input[0])), np.int64))
    return []


def _concat(draft: FileDraft, node: "NodeProto") -> "list[NodeProto]":
    """Join the tensors along an axis that they have, or along a new one."""
    from onnx import helper  # noqa: PLC0415

    parts, given = list(_sequence(draft, node.input[0])), attributes.plain(node)
    nodes = []
    if given.get("new_axis", 0):
        axes = _held(draft, f"{node.output[0]}/axes", [given["axis"]])
        wide = [draft.fresh(f"{node.output[0]}/{index}") for index in range(len(parts))]
        nodes = [helper.make_node("Unsqueeze", [x, axes], [y], y) for x, y in zip(parts, wide, strict=True)]
        parts = wide
    return [*nodes, helper.make_node("Concat", parts, node.output, node.name, axis=given["axis"])]


def _made(draft: FileDraft, node: "NodeProto", parts: Sequence[str]) -> "list[NodeProto]":
    """Note the sequence that a node makes; that takes no node."""
    draft.sequences[node.output[0]] = tuple(parts)
    return []


def _sequence(draft: FileDraft, name: str) -> tuple[str, ...]:
    if name not in draft.sequences:
        raise Unfit(f"'{name}' is a tensor, expected a sequence")
    return draft.sequences[name]


def _position(draft: FileDraft, node: "NodeProto", operand: int, last: int) -> int:
    """Return a place in a sequence, counted from its begin."""
    found = draft.array(node.input[operand])
    if found is None or found.size != 1:
        raise Unfit(f"'{node.input[operand]}' (position) is not one constant number")
    place = int(found.item())
    if not -last - 1 <= place <= last:
        raise Unfit(f"position {place} is not in a sequence of {len(draft.sequences[node.input[0]])}")
    return place if place >= 0 else last + 1 + place


def _held(draft: FileDraft, name: str, numbers: Sequence[object]) -> str:
    import numpy as np  # noqa: PLC0415

    return draft.hold(draft.fresh(name), np.array(numbers, np.int64))


SEQUENCES: Mapping[str, Handler] = {
    "SequenceConstruct": _construct,
    "SequenceEmpty": _empty,
    "SequenceInsert": _insert,
    "SequenceErase": _erase,
    "SequenceAt": _at,
    "SequenceLength": _length,
    "SplitToSequence": _split,
    "ConcatFromSequence": _concat,
}
"""Handlers by operator."""
