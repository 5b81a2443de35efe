"""The shapes of operations on whole tensors."""

from collections.abc import Sequence
from math import prod

from isa.operation_spec import OperationSpec, evaluated

Shape = tuple[int, ...]


class ShapeError(Exception):
    """The operands of an operation do not go together."""


def result_shape(spec: OperationSpec, shapes: Sequence[Shape], options: Sequence[str]) -> Shape:
    """Return the shape of what `spec` makes of operands with these `shapes`.

    Of an operand with more axes than the operation knows, all but the last are one; with fewer, it is one row.
    Where all operands have one shape, an operand of one row goes with each row of the others.
    Raises ShapeError where sizes differ that should be equal.
    """
    is_elementwise = len({operand.shape for operand in spec.inputs}) == 1
    sizes: dict[str, int] = {}
    for operand, shape in zip(spec.inputs, shapes, strict=True):
        for axis, (name, size) in enumerate(zip(operand.stored(options), grid(shape), strict=True)):
            known = sizes.setdefault(name, size)
            if is_elementwise and axis == 0 and 1 in (known, size):
                sizes[name] = max(known, size)
            elif known != size:
                raise ShapeError(f"{name} is {known} and {size}")
    (written,) = (operand for operand in spec.operands if operand.is_written)
    return tuple(evaluated(size, sizes) for size in written.shape)


def grid(shape: Shape) -> Shape:
    """Return `shape` as rows and columns."""
    return prod(shape[:-1]), shape[-1]


def agree(shape: Shape, other: Shape) -> bool:
    """Whether arrays of the two shapes hold the same rows and columns; axes of size 1 do not count."""
    return _essence(shape) == _essence(other)


def shown(shape: Shape) -> str:
    """Return `shape` as a message shows it: `1024 x 256`."""
    return " x ".join(map(str, shape))


def _essence(shape: Shape) -> Shape:
    sizes = [size for size in shape if size > 1]
    return (prod(sizes[:-1]), sizes[-1]) if len(sizes) > 1 else tuple(sizes)
