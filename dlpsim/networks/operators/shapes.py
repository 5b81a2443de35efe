"""Rules of shapes that several operators share. All raise Unfit."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import Call, Result, Unfit, Work
from dlpsim.networks.value import Shape, Value, shape_text


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """Return the shape of an elementwise result, as NumPy broadcasts."""
    known = list(shapes)
    rank = max(map(len, known))
    result = []
    for sizes in zip(*((1,) * (rank - len(shape)) + shape for shape in known), strict=True):
        wide = {size for size in sizes if size != 1}
        if len(wide) > 1:
            raise Unfit(f"shapes {' and '.join(map(shape_text, known))} cannot be broadcast together")
        result.append(wide.pop() if wide else 1)
    return tuple(result)


def axis_of(axis: int, rank: int) -> int:
    """Return an axis counted from the front."""
    if not -rank <= axis < rank:
        raise Unfit(f"there is no axis {axis} in {rank} dimensions")
    return axis % rank


def settle_axis(call: Call) -> Mapping[str, Attribute]:
    """Return the attributes with the axis counted from the front."""
    return {**call.attributes, "axis": axis_of(call.integer("axis"), len(call.first.shape))}


def axes_of(axes: Iterable[int], rank: int) -> tuple[int, ...]:
    """Return axes counted from the front, sorted."""
    found = sorted(axis_of(axis, rank) for axis in axes)
    if len(set(found)) < len(found):
        raise Unfit(f"axes {', '.join(map(str, found))}: one is named twice")
    return tuple(found)


def of_one_type(values: Sequence[Value | None]) -> str:
    """Return the element type that all these have."""
    types = {value.dtype for value in values if value is not None}
    if len(types) > 1:
        raise Unfit(f"operands are of different types: {', '.join(sorted(types))}")
    return types.pop()


def rank_is(value: Value, rank: int, what: str) -> None:
    """Check how many dimensions an operand has."""
    if len(value.shape) != rank:
        raise Unfit(f"{what} '{value.name}' is {shape_text(value.shape)}, expected {rank} dimensions")


def shape_is(value: Value | None, shape: Shape, what: str) -> None:
    """Check the shape of an operand, if it is there."""
    if value is not None and value.shape != shape:
        raise Unfit(f"{what} '{value.name}' is {shape_text(value.shape)}, expected {shape_text(shape)}")


def same_as_first(call: Call) -> list[Result]:
    """Return a result like the first operand."""
    return [(call.first.shape, call.first.dtype)]


def elements(results: Sequence[Result]) -> int:
    """Return how many elements the first result has."""
    return prod(results[0][0])


def dot_products(outputs: int, length: int, *, has_bias: bool) -> Work:
    """Return the work of so many dot products."""
    macs = outputs * length
    return Work(macs, max(0, macs - outputs) + (outputs if has_bias else 0))
