"""Resizing, axis by axis: elements repeated, a choice of elements, or a product with a constant matrix.

Every mode of ONNX's Resize treats one axis after the other by a linear function of what lies along it. That function is
found out by resizing unit vectors with ONNX's own reference.
"""

from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.folding import fold
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import NodeProto

LONGEST = 4096
"""Elements along an axis, above which the unit vectors would take too much memory."""

SMALL = 8192
"""Elements that a matrix may have that is applied to each line of pixels; a larger one needs as many channels."""

_OPSET = 19


def resize(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Add what resizes each axis that changes."""
    if draft.opset < 11:
        return upsample(draft, node, name)
    given = attributes.plain(node)
    if given.get("coordinate_transformation_mode") == "tf_crop_and_resize":
        raise Unfit("coordinate_transformation_mode tf_crop_and_resize is not supported")
    if given.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise Unfit("keep_aspect_ratio_policy is not stretch, which is not supported")
    scales, sizes = (_constant(draft, node, place) for place in (2, 3))
    rank = len(draft.operand(node.input[0]).shape)
    named = given.get("axes", tuple(range(rank)))
    if not isinstance(named, tuple):
        raise Unfit(f"attribute axes is {named!r}, expected integers")
    axes = [axis_of(int(axis), rank) for axis in named]
    return _by_axis(draft, node, axes, scales, sizes)


def upsample(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Resize as the versions before 11 do: without halves of a pixel."""
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415

    given = attributes.plain(node)
    listed = given.get("scales")
    scales = np.array(listed, np.float32) if listed else _constant(draft, node, 1)
    mode = "nearest" if given.get("mode", "nearest") == "nearest" else "linear"
    if scales is None:
        raise Unfit("scales are missing")
    plain = helper.make_node(
        "Resize",
        [node.input[0]],
        node.output,
        mode=mode,
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    return _by_axis(draft, plain, list(range(scales.size)), scales, None)


def _constant(draft: FileDraft, node: "NodeProto", place: int) -> "NDArray[Any] | None":
    if len(node.input) <= place or not node.input[place]:
        return None
    array = draft.array(node.input[place])
    if array is None:
        raise Unfit(f"'{node.input[place]}' is not constant: it depends on what the network is given")
    return array.reshape(-1) if array.size else None


def _by_axis(
    draft: FileDraft,
    node: "NodeProto",
    axes: list[int],
    scales: "NDArray[Any] | None",
    sizes: "NDArray[Any] | None",
) -> bool:
    given = sizes if sizes is not None else scales
    x = draft.resolve(node.input[0])
    shape = draft.operand(x).shape
    if given is None or given.size != len(axes) or len(axes) > len(shape):
        raise Unfit(f"sizes or scales are expected for {len(axes)} of the {len(shape)} axes")
    repeats = [1] * len(shape)
    for index, axis in enumerate(axes):
        if given[index] == (1 if sizes is None else shape[axis]):
            continue
        matrix = _matrix(node, shape[axis], given[index], is_size=sizes is not None)
        repeats[axis] = _times(matrix)
        if repeats[axis] == 1:
            x = _along(draft, node, x, axis, matrix)
    draft.aliases[node.output[0]] = _repeated(draft, x, f"{node.output[0]}/repeated", repeats)
    return True


def _times(matrix: "NDArray[Any]") -> int:
    """Return how many times a function along an axis repeats each element, 1 if that is not what it does."""
    import numpy as np  # noqa: PLC0415

    count, size = matrix.shape
    is_repeating = count % size == 0 and np.array_equal(
        matrix, np.eye(size, dtype=matrix.dtype).repeat(count // size, 0)
    )
    return count // size if is_repeating else 1


def _repeated(draft: FileDraft, x: str, base: str, repeats: list[int]) -> str:
    """Repeat each element along each axis: an axis of size 1 behind it is expanded, and both become one."""
    if max(repeats, default=1) == 1:
        return x
    shape = draft.operand(x).shape
    pairs = [(size, count) for size, count in zip(shape, repeats, strict=True)]
    alone = tuple(part for size, count in pairs for part in ((size, 1) if count > 1 else (size,)))
    wide = tuple(part for size, count in pairs for part in ((size, count) if count > 1 else (size,)))
    apart = draft.step("Reshape", [x], f"{base}/apart", {"shape": alone})
    expanded = draft.step("Expand", [apart], f"{base}/expanded", {"shape": wide})
    return draft.step("Reshape", [expanded], base, {"shape": tuple(size * count for size, count in pairs)})


def _matrix(node: "NodeProto", size: int, given: float, *, is_size: bool) -> "NDArray[Any]":
    """Return the linear function along an axis as results × elements."""
    import numpy as np  # noqa: PLC0415
    from onnx import NodeProto  # noqa: PLC0415

    target = given if is_size else np.floor(size * given)
    if size > LONGEST or not 1 <= target <= LONGEST:
        raise Unfit(f"an axis of {size} is resized to {target:g}, supported are 1 to {LONGEST}")
    alone = NodeProto(op_type="Resize", output=["y"], input=["x", "", "", "sizes"] if is_size else ["x", "", "scales"])
    alone.attribute.extend(item for item in node.attribute if item.name not in {"axes", "scales"})
    unit = np.eye(size, dtype=np.float32)
    both = np.array([size, given], np.int64) if is_size else np.array([1, given], np.float32)
    operands = [unit, None, None, both] if is_size else [unit, None, both]
    return fold(alone, operands, _OPSET)[0].T


def _along(draft: FileDraft, node: "NodeProto", x: str, axis: int, matrix: "NDArray[Any]") -> str:
    """Add what applies a matrix along an axis: a choice where every row chooses one element, else a product."""
    import numpy as np  # noqa: PLC0415

    base, value = f"{node.output[0]}/axis{axis}", draft.operand(x)
    choice = matrix.argmax(axis=1)
    if np.array_equal(matrix, np.eye(value.shape[axis], dtype=matrix.dtype)[choice]):
        indices = draft.hold(draft.fresh(f"{base}/indices"), choice.astype(np.int64))
        return draft.step("Gather", [x, indices], base, {"axis": axis})
    is_weight = axis == len(value.shape) - 1 and (axis < 2 or (matrix.size > SMALL and value.shape[1] < len(matrix)))
    numbers = np.ascontiguousarray(matrix.T if is_weight else matrix).astype(NUMPY[value.dtype])
    name = draft.hold(draft.fresh(f"{base}/matrix"), numbers)
    draft.helpers.add(name)
    return draft.step("MatMul", [x, name], base) if is_weight else _product(draft, name, x, axis, base)


def _product(draft: FileDraft, matrix: str, x: str, axis: int, base: str) -> str:
    """Add a product of a matrix and what lies along an axis; channels, as images have them, come last for it."""
    shape = draft.operand(x).shape
    rank = len(shape)
    order = (0, *range(2, rank), 1) if axis > 1 else tuple(range(rank))
    place, turned = order.index(axis), x
    if axis > 1:
        turned = draft.step("Transpose", [x], f"{base}/turned", {"perm": order})
    wide = draft.operand(turned).shape
    rows: dict[str, Attribute] = {"shape": (*wide[: place + 1], prod(wide[place + 1 :]))}
    product = draft.step("MatMul", [matrix, draft.step("Reshape", [turned], f"{base}/rows", rows)], f"{base}/product")
    made: dict[str, Attribute] = {"shape": (*wide[:place], draft.operand(matrix).shape[0], *wide[place + 1 :])}
    if axis < 2:
        return draft.step("Reshape", [product], base, made)
    back = draft.step("Reshape", [product], f"{base}/pixels", made)
    return draft.step("Transpose", [back], base, {"perm": tuple(order.index(one) for one in range(rank))})
