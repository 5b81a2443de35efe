"""Sequences along an axis: turned round, with parts left out, or multiplied up to each element."""

from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from onnx import NodeProto

Attributes = dict[str, Attribute]


def reverse_sequence(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Choose rows of batch and time: of each sequence those of its length from the end on, then the rest."""
    import numpy as np  # noqa: PLC0415

    x, lengths, given = draft.operand(node.input[0]), draft.operand(node.input[1]), attributes.plain(node)
    batch, time = given.get("batch_axis", 1), given.get("time_axis", 0)
    if {batch, time} != {0, 1} or len(x.shape) < 2:
        raise Unfit(f"batch_axis is {batch!r} and time_axis {time!r}, expected 0 and 1")
    is_turned = batch == 1
    size = x.shape[1 - int(is_turned)]
    if lengths.shape != (x.shape[int(is_turned)],) or lengths.is_float:
        raise Unfit(f"lengths '{lengths.name}' are not one whole number for each sequence")
    array = draft.array(lengths.name)
    if array is not None and not ((array >= 0) & (array <= size)).all():
        raise Unfit(f"lengths '{lengths.name}' are not all from 0 to {size}")
    order = (1, 0, *range(2, len(x.shape)))
    turned = draft.step("Transpose", [x.name], f"{name}/turned", {"perm": order}) if is_turned else x.name
    count, _, *rest = draft.operand(turned).shape
    table = draft.step("Reshape", [turned], f"{name}/table", {"shape": (count * size, *rest)})
    dtype = NUMPY[lengths.dtype]
    steps, begins = np.arange(size, dtype=dtype), (np.arange(count) * size)[:, None].astype(dtype)
    if array is not None:
        ends = array.reshape(-1, 1)
        rows = draft.hold(draft.fresh(f"{name}/rows"), np.where(steps < ends, ends - 1 - steps, steps) + begins)
    else:
        held = draft.hold(draft.fresh(f"{name}/steps"), steps)
        limits = draft.step("Reshape", [lengths.name], f"{name}/ends", {"shape": (count, 1)})
        last = draft.step("Sub", [limits, draft.hold(draft.fresh(f"{name}/one"), np.array(1, dtype))], f"{name}/last")
        back = draft.step("Sub", [last, held], f"{name}/back")
        is_within = draft.step("Less", [held, limits], f"{name}/within")
        chosen = draft.step("Where", [is_within, back, held], f"{name}/chosen")
        rows = draft.step("Add", [chosen, draft.hold(draft.fresh(f"{name}/begins"), begins)], f"{name}/rows")
    y = draft.step("Gather", [table, rows], f"{name}/sequences", {"axis": 0})
    if is_turned:
        draft.add("Transpose", [y], node.output, name, {"perm": order})
    else:
        draft.aliases[node.output[0]] = y
    return True


def compress(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Choose what a constant says, along an axis or of all elements in one row."""
    import numpy as np  # noqa: PLC0415

    x, condition, axis = draft.operand(node.input[0]), draft.array(node.input[1]), attributes.plain(node).get("axis")
    if condition is None:
        raise Unfit(f"'{node.input[1]}' (condition) is not constant: the shape of the result depends on it")
    flat = x.name
    if not isinstance(axis, int):
        flat = draft.step("Reshape", [x.name], f"{name}/flat", {"shape": (x.size,)})
    place = axis_of(axis if isinstance(axis, int) else 0, len(draft.operand(flat).shape))
    if condition.ndim != 1 or len(condition) > draft.operand(flat).shape[place]:
        raise Unfit(
            f"'{node.input[1]}' (condition) says more than the {draft.operand(flat).shape[place]} that there are"
        )
    indices = draft.hold(draft.fresh(f"{name}/chosen"), np.flatnonzero(condition))
    draft.add("Gather", [flat, indices], node.output, name, {"axis": place})
    return True


def cumulative_product(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Multiply each element by that before it, then by that two before it, four before it and so on."""
    x, given = draft.operand(node.input[0]), attributes.plain(node)
    found = draft.array(node.input[1])
    if found is None or found.size != 1 or found.dtype.kind != "i":
        raise Unfit(f"'{node.input[1]}' (axis) is not one constant number")
    axis = axis_of(int(found.item()), len(x.shape))
    size, is_reverse = x.shape[axis], given.get("reverse", 0)
    y = _flipped(draft, x.name, axis, name) if is_reverse else x.name
    y = _shifted(draft, y, axis, 1, name) if given.get("exclusive", 0) else y
    step = 1
    while step < size:
        y = draft.step("Mul", [y, _shifted(draft, y, axis, step, name)], f"{name}/products")
        step *= 2
    draft.add("Identity", [_flipped(draft, y, axis, name) if is_reverse else y], node.output, name)
    return True


def _shifted(draft: FileDraft, x: str, axis: int, by: int, base: str) -> str:
    """Return a value with its elements further back along an axis, and ones before them."""
    import numpy as np  # noqa: PLC0415

    value = draft.operand(x)
    shape = [by if place == axis else size for place, size in enumerate(value.shape)]
    ones = draft.hold(draft.fresh(f"{base}/ones"), np.ones(shape, NUMPY[value.dtype]))
    if by == value.shape[axis]:
        return ones
    at: Attributes = {"starts": (0,), "ends": (value.shape[axis] - by,), "axes": (axis,), "steps": (1,)}
    return draft.step("Concat", [ones, draft.step("Slice", [x], f"{base}/part", at)], f"{base}/back", {"axis": axis})


def _flipped(draft: FileDraft, x: str, axis: int, base: str) -> str:
    size = draft.operand(x).shape[axis]
    at: Attributes = {"starts": (-1,), "ends": (-size - 1,), "axes": (axis,), "steps": (-1,)}
    return draft.step("Slice", [x], f"{base}/flipped", at)
