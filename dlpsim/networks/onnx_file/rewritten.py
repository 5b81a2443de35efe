"""Operators of ONNX that become several nodes of the table."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit

if TYPE_CHECKING:
    from onnx import NodeProto

Handler = Callable[[FileDraft, "NodeProto", str], bool]


def _tile(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Repeat along each axis: an axis of size 1 before it is expanded, and both become one."""
    repeats = draft.array(node.input[1])
    if repeats is None:
        raise Unfit(f"'{node.input[1]}' (repeats) is not constant: it depends on what the network is given")
    shape, times = draft.operand(node.input[0]).shape, [int(item) for item in repeats]
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
    batch, channels, height, width = draft.operand(node.input[0]).shape
    if not isinstance(block, int) or block < 1 or channels % (block * block):
        raise Unfit(f"{channels} channels cannot be spread over blocks of {block}")
    depth = channels // (block * block)
    if given.get("mode", "DCR") == "DCR":
        apart, order = (batch, block, block, depth, height, width), (0, 3, 4, 1, 5, 2)
    else:
        apart, order = (batch, depth, block, block, height, width), (0, 1, 4, 2, 5, 3)
    _rearranged(draft, node, apart, order, (batch, depth, height * block, width * block))
    return True


def _space_to_depth(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Gather blocks of pixels into channels."""
    block = attributes.plain(node).get("blocksize")
    batch, channels, height, width = draft.operand(node.input[0]).shape
    if not isinstance(block, int) or block < 1 or height % block or width % block:
        raise Unfit(f"{height}×{width} cannot be cut into blocks of {block}")
    rows, columns = height // block, width // block
    apart = (batch, channels, rows, block, columns, block)
    _rearranged(draft, node, apart, (0, 3, 5, 1, 2, 4), (batch, channels * block * block, rows, columns))
    return True


def _rearranged(
    draft: FileDraft, node: "NodeProto", apart: tuple[int, ...], order: tuple[int, ...], joined: tuple[int, ...]
) -> None:
    output = node.output[0]
    x = draft.step("Reshape", node.input, f"{output}/apart", {"shape": apart})
    x = draft.step("Transpose", [x], f"{output}/order", {"perm": order})
    draft.add("Reshape", [x], [output], output, {"shape": joined})


def _average(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Divide the sum of several operands by their number."""
    import numpy as np  # noqa: PLC0415

    total = draft.step("Sum", node.input, f"{node.output[0]}/sum")
    count = draft.hold(draft.fresh(f"{node.output[0]}/count"), np.array(len(node.input), np.float32))
    draft.add("Div", [total, count], node.output, name)
    return True


REWRITTEN: Mapping[str, Handler] = {
    "Tile": _tile,
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _space_to_depth,
    "Mean": _average,
}
"""Handlers by operator."""
