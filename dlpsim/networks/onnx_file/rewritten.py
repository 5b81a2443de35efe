"""Operators of ONNX that become several nodes of the table."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.einsum import einsum
from dlpsim.networks.onnx_file.resize import resize, upsample
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import rank_is
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from onnx import NodeProto

Handler = Callable[[FileDraft, "NodeProto", str], bool]


def _tile(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Repeat along each axis: an axis of size 1 before it is expanded, and both become one."""
    repeats = draft.array(node.input[1])
    if repeats is None:
        raise Unfit(f"'{node.input[1]}' (repeats) is not constant: it depends on what the network is given")
    shape, times = draft.operand(node.input[0]).shape, [int(item) for item in repeats.reshape(-1)]
    if len(times) != len(shape):
        raise Unfit(f"it repeats {len(times)} axes of {len(shape)}")
    _repeated(draft, node.input[0], node.output[0], times)
    return True


def _repeated(draft: FileDraft, x: str, output: str, times: list[int]) -> None:
    shape = draft.operand(x).shape
    alone = tuple(part for size in shape for part in (1, size))
    wide = tuple(part for pair in zip(times, shape, strict=True) for part in pair)
    apart = draft.step("Reshape", [x], f"{output}/apart", {"shape": alone})
    expanded = draft.step("Expand", [apart], f"{output}/expanded", {"shape": wide})
    joined = tuple(count * size for count, size in zip(times, shape, strict=True))
    draft.add("Reshape", [expanded], [output], output, {"shape": joined})


def _depth_to_space(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Spread channels over blocks of pixels."""
    given = attributes.plain(node)
    block = given.get("blocksize")
    batch, channels, height, width = _image(draft, node)
    if not isinstance(block, int) or block < 1 or channels % (block * block):
        raise Unfit(f"{channels} channels cannot be spread over blocks of {block}")
    depth = channels // (block * block)
    if given.get("mode", "DCR") == "DCR":
        apart, order = (batch, block, block, depth, height, width), (0, 3, 4, 1, 5, 2)
    else:
        apart, order = (batch, depth, block, block, height, width), (0, 1, 4, 2, 5, 3)
    _rearranged(draft, node, apart, order, (batch, depth, height * block, width * block))
    return True


def _image(draft: FileDraft, node: "NodeProto") -> tuple[int, ...]:
    """Return the four sizes of the operand."""
    value = draft.operand(node.input[0])
    rank_is(value, 4, "input")
    return value.shape


def _space_to_depth(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Gather blocks of pixels into channels."""
    block = attributes.plain(node).get("blocksize")
    batch, channels, height, width = _image(draft, node)
    if not isinstance(block, int) or block < 1 or height % block or width % block:
        raise Unfit(f"{height}×{width} cannot be cut into blocks of {block}")
    rows, columns = height // block, width // block
    apart = (batch, channels, rows, block, columns, block)
    order = (0, 3, 5, 1, 2, 4) if attributes.plain(node).get("mode", "DCR") == "DCR" else (0, 1, 3, 5, 2, 4)
    _rearranged(draft, node, apart, order, (batch, channels * block * block, rows, columns))
    return True


def _rearranged(
    draft: FileDraft, node: "NodeProto", apart: tuple[int, ...], order: tuple[int, ...], joined: tuple[int, ...]
) -> None:
    output = node.output[0]
    x = draft.step("Reshape", node.input, f"{output}/apart", {"shape": apart})
    x = draft.step("Transpose", [x], f"{output}/order", {"perm": order})
    draft.add("Reshape", [x], [output], output, {"shape": joined})


def _power(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Give the exponent the type of the base."""
    x, exponent = (draft.operand(operand) for operand in node.input)
    if x.dtype == exponent.dtype or not x.is_float:
        return False
    array = draft.array(node.input[1])
    base = draft.fresh(f"{exponent.name}/{x.dtype}")
    if array is not None:
        draft.hold(base, array.astype(NUMPY[x.dtype]))
    else:
        draft.add("Cast", [exponent.name], [base], base, {"to": x.dtype})
    draft.add("Pow", [node.input[0], base], node.output, name)
    return True


def _average(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Divide the sum of several operands by their number."""
    import numpy as np  # noqa: PLC0415

    total = draft.step("Sum", node.input, f"{node.output[0]}/sum")
    count = draft.hold(draft.fresh(f"{node.output[0]}/count"), np.array(len(node.input), np.float32))
    draft.add("Div", [total, count], node.output, name)
    return True


REWRITTEN: Mapping[str, Handler] = {
    "Tile": _tile,
    "Einsum": einsum,
    "Resize": resize,
    "Upsample": upsample,
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _space_to_depth,
    "Mean": _average,
    "Pow": _power,
}
"""Handlers by operator."""
