"""Operators that only move or rename data."""

from collections.abc import Mapping
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, no_work
from dlpsim.networks.operators.shapes import axes_of, axis_of, broadcast, of_one_type, same_as_first, settle_axis
from dlpsim.networks.value import shape_text

PAD_MODES = ("constant", "reflect", "edge", "wrap")


def _settle_reshape(call: Call) -> Mapping[str, Attribute]:
    """Give the shape in full: 0 keeps a size (unless allowzero), -1 takes what is left."""
    old, asked = call.first.shape, list(call.integers("shape"))
    if not call.integer("allowzero"):
        if any(size == 0 and i >= len(old) for i, size in enumerate(asked)):
            raise Unfit(f"shape {tuple(asked)} keeps a dimension that {shape_text(old)} does not have")
        asked = [old[i] if size == 0 else size for i, size in enumerate(asked)]
    rest = prod(size for size in asked if size != -1)
    if asked.count(-1) == 1 and rest and prod(old) % rest == 0:
        asked[asked.index(-1)] = prod(old) // rest
    if min(asked, default=0) < 0 or prod(asked) != prod(old):
        raise Unfit(f"{shape_text(old)} has {prod(old):,} elements and cannot be given the shape {tuple(asked)}")
    return {**call.attributes, "shape": tuple(asked), "allowzero": 1}


def _infer_reshape(call: Call) -> list[Result]:
    return [(call.integers("shape"), call.first.dtype)]


def _settle_flatten(call: Call) -> Mapping[str, Attribute]:
    rank = len(call.first.shape)
    axis = call.integer("axis")
    if not -rank <= axis <= rank:
        raise Unfit(f"there is no axis {axis} in {rank} dimensions")
    return {**call.attributes, "axis": axis if axis >= 0 else axis + rank}


def _infer_flatten(call: Call) -> list[Result]:
    shape, axis = call.first.shape, call.integer("axis")
    return [((prod(shape[:axis]), prod(shape[axis:])), call.first.dtype)]


def _settle_transpose(call: Call) -> Mapping[str, Attribute]:
    rank = len(call.first.shape)
    order = call.integers("perm") if call.has("perm") else tuple(reversed(range(rank)))
    if sorted(order) != list(range(rank)):
        raise Unfit(f"perm is {order}, expected each of {rank} axes once")
    return {**call.attributes, "perm": order}


def _infer_transpose(call: Call) -> list[Result]:
    return [(tuple(call.first.shape[axis] for axis in call.integers("perm")), call.first.dtype)]


def _settle_squeeze(call: Call) -> Mapping[str, Attribute]:
    """Without axes, all of size 1 go away."""
    shape = call.first.shape
    asked = call.integers("axes") if call.has("axes") else ()
    axes = axes_of(asked or [i for i, size in enumerate(shape) if size == 1], len(shape))
    if any(shape[axis] != 1 for axis in axes):
        raise Unfit(f"axes {axes} of {shape_text(shape)} are not all of size 1")
    return {**call.attributes, "axes": axes}


def _infer_squeeze(call: Call) -> list[Result]:
    axes = call.integers("axes")
    return [(tuple(size for i, size in enumerate(call.first.shape) if i not in axes), call.first.dtype)]


def _settle_unsqueeze(call: Call) -> Mapping[str, Attribute]:
    asked = call.integers("axes") if call.has("axes") else ()
    return {**call.attributes, "axes": axes_of(asked, len(call.first.shape) + len(asked))}


def _infer_unsqueeze(call: Call) -> list[Result]:
    axes, sizes = call.integers("axes"), iter(call.first.shape)
    rank = len(call.first.shape) + len(axes)
    return [(tuple(1 if i in axes else next(sizes) for i in range(rank)), call.first.dtype)]


def _infer_concat(call: Call) -> list[Result]:
    axis, shapes = call.integer("axis"), [call.operand(index).shape for index in range(len(call.inputs))]
    others = {(*shape[:axis], *shape[axis + 1 :]) if len(shape) > axis else shape for shape in shapes}
    if len(others) > 1 or len({len(shape) for shape in shapes}) > 1:
        raise Unfit(f"shapes {', '.join(map(shape_text, shapes))} differ beyond axis {axis}")
    shape = list(shapes[0])
    shape[axis] = sum(part[axis] for part in shapes)
    return [(tuple(shape), of_one_type(call.inputs))]


def _settle_split(call: Call) -> Mapping[str, Attribute]:
    """Without sizes, parts are equal, the last perhaps smaller."""
    axis = axis_of(call.integer("axis"), len(call.first.shape))
    size, parts = call.first.shape[axis], call.results
    if call.has("num_outputs") and call.integer("num_outputs") != parts:
        raise Unfit(f"num_outputs is {call.integer('num_outputs')}, but there are {parts} results")
    each = -(-size // parts)
    equal = (*(each for _ in range(parts - 1)), size - each * (parts - 1))
    sizes = call.integers("split") if call.has("split") else equal
    if sum(sizes) != size or len(sizes) != parts or min(sizes) < 0:
        raise Unfit(f"axis {axis} of size {size} cannot be split into {parts} parts {sizes}")
    return {"axis": axis, "split": sizes}


def _infer_split(call: Call) -> list[Result]:
    shape, axis = call.first.shape, call.integer("axis")
    return [((*shape[:axis], size, *shape[axis + 1 :]), call.first.dtype) for size in call.integers("split")]


def _settle_slice(call: Call) -> Mapping[str, Attribute]:
    """Give starts, ends and steps within the sizes; a negative step that takes the first element ends at -size - 1."""
    rank, starts, ends = len(call.first.shape), call.integers("starts"), call.integers("ends")
    axes = call.integers("axes") if call.has("axes") else tuple(range(len(starts)))
    steps = call.integers("steps") if call.has("steps") else (1,) * len(starts)
    if len({len(starts), len(ends), len(axes), len(steps)}) > 1:
        raise Unfit("starts, ends, axes and steps are of different lengths")
    if 0 in steps:
        raise Unfit("a step is 0")
    axes = tuple(axis_of(axis, rank) for axis in axes)
    if len(set(axes)) < len(axes):
        raise Unfit(f"axes are {axes}: one is named twice")
    sizes = [call.first.shape[axis] for axis in axes]
    settled = [slice(*limits).indices(size) for *limits, size in zip(starts, ends, steps, sizes, strict=True)]
    return {
        "starts": tuple(start for start, _, _ in settled),
        "ends": tuple(end if end >= 0 else -size - 1 for (_, end, _), size in zip(settled, sizes, strict=True)),
        "axes": axes,
        "steps": steps,
    }


def _infer_slice(call: Call) -> list[Result]:
    shape = list(call.first.shape)
    names = ("starts", "ends", "axes", "steps")
    for start, end, axis, step in zip(*(call.integers(name) for name in names), strict=True):
        shape[axis] = len(range(*slice(start, end, step).indices(shape[axis])))
    return [(tuple(shape), call.first.dtype)]


def _settle_pad(call: Call) -> Mapping[str, Attribute]:
    rank, asked = len(call.first.shape), call.integers("pads")
    axes = call.integers("axes") if call.has("axes") else tuple(range(rank))
    axes = tuple(axis_of(axis, rank) for axis in axes)
    if len(asked) != 2 * len(axes):
        raise Unfit(f"pads has {len(asked)} numbers, expected {2 * len(axes)}")
    pads = [0] * (2 * rank)
    for i, axis in enumerate(axes):
        pads[axis], pads[rank + axis] = asked[i], asked[len(axes) + i]
    settled = {name: value for name, value in call.attributes.items() if name != "axes"}
    return {**settled, "pads": tuple(pads)}


def _infer_pad(call: Call) -> list[Result]:
    shape, pads = call.first.shape, call.integers("pads")
    sizes = tuple(size + pads[i] + pads[len(shape) + i] for i, size in enumerate(shape))
    if min(sizes, default=0) < 0:
        raise Unfit(f"pads {pads} take away more than {shape_text(shape)} has")
    if call.word("mode") == "reflect" and any(max(pads[i], pads[len(shape) + i]) >= n for i, n in enumerate(shape)):
        raise Unfit(f"pads {pads} reflect more than {shape_text(shape)} has")
    return [(sizes, call.first.dtype)]


def _infer_gather(call: Call) -> list[Result]:
    shape, index, axis = call.first.shape, call.operand(1), call.integer("axis")
    if index.dtype not in {"i32", "i64"}:
        raise Unfit(f"indices '{index.name}' are {index.dtype}, expected i32 or i64")
    return [((*shape[:axis], *index.shape, *shape[axis + 1 :]), call.first.dtype)]


def _settle_expand(call: Call) -> Mapping[str, Attribute]:
    return {**call.attributes, "shape": broadcast((call.first.shape, call.integers("shape")))}


_AXES = AttributeSpec(Kind.INTS, operand=1)


def _entry(name: str, summary: str) -> Operator:
    """Return an operator of one operand that keeps it as it is."""
    return Operator(name, Family.LAYOUT, summary, same_as_first, no_work)


OPERATORS = (
    Operator(
        name="Reshape",
        family=Family.LAYOUT,
        summary="the same elements in row-major order, in another shape",
        infer=_infer_reshape,
        work=no_work,
        attributes={"shape": AttributeSpec(Kind.INTS, (), operand=1), "allowzero": AttributeSpec(Kind.INT, 0)},
        settle=_settle_reshape,
    ),
    Operator(
        name="Flatten",
        family=Family.LAYOUT,
        summary="two dimensions: what is before the axis, and the rest",
        infer=_infer_flatten,
        work=no_work,
        attributes={"axis": AttributeSpec(Kind.INT, 1)},
        settle=_settle_flatten,
    ),
    Operator(
        name="Transpose",
        family=Family.LAYOUT,
        summary="the axes in the order perm",
        infer=_infer_transpose,
        work=no_work,
        attributes={"perm": AttributeSpec(Kind.INTS)},
        settle=_settle_transpose,
    ),
    Operator(
        name="Squeeze",
        family=Family.LAYOUT,
        summary="without axes of size 1",
        infer=_infer_squeeze,
        work=no_work,
        attributes={"axes": _AXES},
        settle=_settle_squeeze,
    ),
    Operator(
        name="Unsqueeze",
        family=Family.LAYOUT,
        summary="with more axes of size 1",
        infer=_infer_unsqueeze,
        work=no_work,
        attributes={"axes": _AXES},
        settle=_settle_unsqueeze,
    ),
    Operator(
        name="Concat",
        family=Family.LAYOUT,
        summary="one after the other along the axis",
        infer=_infer_concat,
        work=no_work,
        most=None,
        attributes={"axis": AttributeSpec(Kind.INT, 0)},
        settle=settle_axis,
    ),
    Operator(
        name="Split",
        family=Family.LAYOUT,
        summary="parts along the axis, each a result",
        infer=_infer_split,
        work=no_work,
        attributes={
            "axis": AttributeSpec(Kind.INT, 0),
            "split": AttributeSpec(Kind.INTS, operand=1),
            "num_outputs": AttributeSpec(Kind.INT),
        },
        settle=_settle_split,
    ),
    Operator(
        name="Slice",
        family=Family.LAYOUT,
        summary="the elements from starts up to ends along the axes",
        infer=_infer_slice,
        work=no_work,
        attributes={
            "starts": AttributeSpec(Kind.INTS, (), operand=1),
            "ends": AttributeSpec(Kind.INTS, (), operand=2),
            "axes": AttributeSpec(Kind.INTS, operand=3),
            "steps": AttributeSpec(Kind.INTS, operand=4),
        },
        settle=_settle_slice,
    ),
    Operator(
        name="Pad",
        family=Family.LAYOUT,
        summary="with more elements around, all begins first; negative pads take away",
        infer=_infer_pad,
        work=no_work,
        attributes={
            "pads": AttributeSpec(Kind.INTS, (), operand=1),
            "value": AttributeSpec(Kind.FLOAT, 0.0, operand=2, dtype=""),
            "axes": AttributeSpec(Kind.INTS, operand=3),
            "mode": AttributeSpec(Kind.STRING, "constant", words=PAD_MODES),
        },
        settle=_settle_pad,
    ),
    Operator(
        name="Gather",
        family=Family.LAYOUT,
        summary="the slices along the axis that the second operand names",
        infer=_infer_gather,
        work=no_work,
        least=2,
        most=2,
        attributes={"axis": AttributeSpec(Kind.INT, 0)},
        settle=settle_axis,
    ),
    Operator(
        name="Expand",
        family=Family.LAYOUT,
        summary="repeated along axes of size 1, up to a shape",
        infer=_infer_reshape,
        work=no_work,
        attributes={"shape": AttributeSpec(Kind.INTS, (), operand=1)},
        settle=_settle_expand,
    ),
    _entry("Identity", "the same"),
)
