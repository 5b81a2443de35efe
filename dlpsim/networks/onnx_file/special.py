"""Nodes of ONNX that are spelled otherwise here, or stand for several nodes.

They are asked before constants are folded. A handler returns whether it has taken the node; if not, it goes on.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.tensors import weight_of
from dlpsim.networks.onnx_file.types import dtype_of, type_text
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from onnx import NodeProto

MOST_DIMENSIONS, MOST_ELEMENTS = 32, 1 << 40
"""What a constant may have at most, all of whose elements are the same."""

_RANGES = {"u8": (0, 1 << 8), "i8": (-(1 << 7), 1 << 8), "u16": (0, 1 << 16), "i16": (-(1 << 15), 1 << 16)}
"""The lowest number of types of few bits, and how many there are."""

Handler = Callable[[FileDraft, "NodeProto", str], bool]


def _same(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Let the first result be the first operand; a mask that is a second result is all true."""
    draft.aliases[node.output[0]] = draft.resolve(node.input[0])
    if len(node.output) > 1 and node.output[1]:
        draft.fill(node.output[1], draft.operand(node.input[0]).shape, 1, "bool")
    return True


def _dropout(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    training = draft.array(node.input[2]) if len(node.input) > 2 and node.input[2] else None
    if len(node.input) > 2 and node.input[2] and (training is None or training.any()):
        raise Unfit("training_mode is not false: results would be random")
    return _same(draft, node, name)


def _shape(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    import numpy as np  # noqa: PLC0415

    given = attributes.plain(node)
    start, end = given.get("start"), given.get("end")
    shape = draft.operand(node.input[0]).shape
    part = shape[slice(start if isinstance(start, int) else None, end if isinstance(end, int) else None)]
    draft.hold(node.output[0], np.array(part, np.int64))
    return True


def _size(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    import numpy as np  # noqa: PLC0415

    draft.hold(node.output[0], np.array(draft.operand(node.input[0]).size, np.int64))
    return True


def _constant(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Take a constant of whatever spelling."""
    import numpy as np  # noqa: PLC0415

    tensors, given = attributes.tensors(node), attributes.plain(node)
    if "value" in tensors:
        draft.weights[node.output[0]] = weight_of(tensors["value"], draft.folder)
        return True
    kinds = {"value_float": np.float32, "value_floats": np.float32, "value_int": np.int64, "value_ints": np.int64}
    found = next(((kind, given[key]) for key, kind in kinds.items() if key in given), None)
    if found is None:
        empty = next((item.name for item in node.attribute if item.name in kinds), None)
        if empty is None:
            raise Unfit("it has no value that is supported: neither a tensor nor numbers")
        found = kinds[empty], ()
    if np.asarray(found[1]).dtype.kind not in "if":
        raise Unfit(f"its value is {found[1]!r}, expected numbers")
    draft.hold(node.output[0], np.array(found[1], found[0]))
    return True


def _constant_of_shape(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Take a constant that is the same everywhere without making its numbers."""
    shape = draft.array(node.input[0])
    if shape is None:
        raise Unfit(f"its shape '{node.input[0]}' is not constant: it depends on what the network is given")
    sizes = tuple(int(size) for size in shape.reshape(-1))
    if min(sizes, default=0) < 0 or len(sizes) > MOST_DIMENSIONS or prod(sizes) > MOST_ELEMENTS:
        raise Unfit(f"its shape of {len(sizes)} dimensions is negative or too large")
    value = attributes.tensors(node).get("value")
    filler = weight_of(value, draft.folder) if value is not None else None
    number = filler.array().item() if filler else 0.0
    draft.fill(node.output[0], sizes, number, filler.dtype if filler else "f32")
    return True


def _cast(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    target = attributes.plain(node).get("to")
    number = target if isinstance(target, int) else 1
    dtype = dtype_of(number)
    if dtype is None:
        raise Unfit(f"casts to {type_text(number)}; supported are {', '.join(NUMPY)}")
    return _converted(draft, node, name, dtype)


def _cast_like(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    return _converted(draft, node, name, draft.operand(node.input[1]).dtype)


def _converted(draft: FileDraft, node: "NodeProto", name: str, dtype: str) -> bool:
    array = draft.array(node.input[0])
    if draft.operand(node.input[0]).dtype == dtype:
        return _same(draft, node, name)
    if array is not None:
        draft.hold(node.output[0], array.astype(NUMPY[dtype]))
    else:
        draft.add("Cast", [_wrapped(draft, node, dtype)], node.output, name, {"to": dtype})
    return True


def _wrapped(draft: FileDraft, node: "NodeProto", dtype: str) -> str:
    """Return what is cast: of integers that a type of few bits does not hold, what is left modulo its range."""
    value = draft.operand(node.input[0])
    if dtype not in _RANGES or value.is_float or value.dtype == "bool":
        return str(node.input[0])
    lowest, count = _RANGES[dtype]
    other = _RANGES.get(value.dtype)
    if other and lowest <= other[0] and sum(other) <= lowest + count:
        return str(node.input[0])
    base = node.output[0]
    x = draft.step("Cast", node.input[:1], f"{base}/wide", {"to": "i64"}) if value.dtype != "i64" else value.name
    span = draft.fill(draft.fresh(f"{base}/span"), (), count, "i64")
    if not lowest:
        return draft.step("Mod", [x, span], f"{base}/rest")
    half = draft.fill(draft.fresh(f"{base}/half"), (), -lowest, "i64")
    rest = draft.step("Mod", [draft.step("Add", [x, half], f"{base}/shifted"), span], f"{base}/rest")
    return draft.step("Sub", [rest, half], f"{base}/wrapped")


def _recurrent(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Drop the lengths of sequences where all are the number of steps."""
    if len(node.input) < 5 or not node.input[4]:
        return False
    lengths = draft.array(node.input[4])
    by_batch = attributes.plain(node).get("layout") == 1
    steps = draft.operand(node.input[0]).shape[1 if by_batch else 0]
    if lengths is not None and (lengths == steps).all():
        node.input[4] = ""
    return False


SPECIAL: Mapping[str, Handler] = {
    "Identity": _same,
    "Dropout": _dropout,
    "Shape": _shape,
    "Size": _size,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Cast": _cast,
    "CastLike": _cast_like,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNN": _recurrent,
}
"""Handlers by operator."""
