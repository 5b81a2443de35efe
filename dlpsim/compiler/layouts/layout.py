"""How the elements of an array lie in a tensor: each axis as loops with strides, so that most reshapes move nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import gcd, inf, prod

Factor = tuple[int, int]
"""A loop of an axis: how many steps it takes, and how many elements each is long (0: the same element again)."""

Axis = tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Each axis of an array as nested loops, outer first; its first element is element `first` of the tensor.

    An axis of size 1 has no loops. An image that lies pixel by pixel and is called a vector has one axis of three
    loops: channels, rows, columns.
    """

    axes: tuple[Axis, ...]
    first: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return tuple(prod(size for size, _ in axis) for axis in self.axes)

    @property
    def factors(self) -> Axis:
        """The loops of all axes, in their order."""
        return tuple(factor for axis in self.axes for factor in axis)

    @property
    def limits(self) -> tuple[int, int]:
        """The lowest element that it reaches, and the one behind the highest."""
        reach = [max(0, size - 1) * stride for size, stride in self.factors]
        return (
            self.first + sum(one for one in reach if one < 0),
            self.first + sum(one for one in reach if one > 0) + 1,
        )

    def permuted(self, order: Sequence[int]) -> "Layout":
        """Return the same with its axes in another order."""
        return replace(self, axes=tuple(self.axes[axis] for axis in order))

    def reshaped(self, shape: Sequence[int]) -> "Layout | None":
        """Return the same elements as an array of another shape; None if no loops describe it."""
        if not prod(shape):
            return dense(shape)
        left = list(_joined(self.factors))
        axes = []
        for size in shape:
            axis = _taken(left, size)
            if axis is None:
                return None
            axes.append(axis)
        return Layout(tuple(axes), self.first)

    def sliced(self, axis: int, start: int, count: int, step: int = 1) -> "Layout | None":
        """Return `count` elements of an axis from `start` on, every `step`-th; None if no loops describe them."""
        found = _sliced(self.axes[axis], start, count, step)
        if found is None:
            return None
        first, factors = found
        axes = (*self.axes[:axis], factors, *self.axes[axis + 1 :])
        return Layout(axes, self.first + first)

    def expanded(self, shape: Sequence[int]) -> "Layout":
        """Return it repeated along axes of size 1, and along new axes before its own, so that it has a shape."""
        axes: list[Axis] = [()] * (len(shape) - len(self.axes)) + list(self.axes)
        sizes = [prod(size for size, _ in axis) for axis in axes]
        pairs = zip(axes, sizes, shape, strict=True)
        return Layout(tuple(((n, 0),) if size == 1 < n else axis for axis, size, n in pairs), self.first)


def dense(shape: Sequence[int], order: Sequence[int] | None = None) -> Layout:
    """Return a layout without gaps; `order` has the axes from the one that advances slowest."""
    strides, step = [0] * len(shape), 1 if prod(shape) else 0
    for axis in reversed(range(len(shape)) if order is None else order):
        strides[axis] = step
        step *= shape[axis]
    return Layout(tuple(((size, stride),) if size != 1 else () for size, stride in zip(shape, strides, strict=True)))


def packed(layout: Layout, *, outermost: Iterable[int] = ()) -> Layout:
    """Return a layout without gaps or repetition in which loops are nested in the same order as in `layout`.

    The axes `outermost` come around all others, in that order.
    """
    order = {axis: place for place, axis in enumerate(outermost)}
    loops = [
        (order[axis] if axis in order else len(order), 0 if axis in order else _depth(stride), axis, place, size)
        for axis, factors in enumerate(layout.axes)
        for place, (size, stride) in enumerate(factors)
    ]
    strides, step = {}, 1
    for _, _, axis, place, size in sorted(loops, reverse=True):
        strides[axis, place] = step
        step *= size
    axes = (
        _joined((size, strides[axis, place]) for place, (size, _) in enumerate(factors))
        for axis, factors in enumerate(layout.axes)
    )
    return Layout(tuple(axes))


def refined(axes: Sequence[Axis]) -> list[tuple[int, tuple[int, ...]]] | None:
    """Return loops that describe the same axis in several layouts: sizes, each with a stride for every layout.

    None if there are none.
    """
    left = [list(axis) for axis in axes]
    size = max(prod(count for count, _ in axis) for axis in axes)
    for axis in left:
        if not axis and size > 1:
            axis.append((size, 0))
    loops = []
    while any(left):
        common = gcd(*(axis[0][0] for axis in left))
        if common == 1:
            return None
        strides = []
        for axis in left:
            count, stride = axis.pop(0)
            strides.append(stride * (count // common))
            if count > common:
                axis.insert(0, (count // common, stride))
        loops.append((common, tuple(strides)))
    return loops


def _depth(stride: int) -> float:
    """Return what sorts loops from the outermost to the innermost; those that repeat come first."""
    return -abs(stride) if stride else -inf


def _joined(factors: Iterable[Factor]) -> Axis:
    """Leave out loops of one step, and make one of two loops that advance evenly."""
    joined: list[Factor] = []
    for size, stride in factors:
        if size == 1:
            continue
        if joined and joined[-1][1] == size * stride:
            joined[-1] = joined[-1][0] * size, stride
        else:
            joined.append((size, stride))
    return tuple(joined)


def _taken(loops: list[Factor], size: int) -> Axis | None:
    """Take the outermost of `loops` away that make an axis of a size; None if they do not."""
    axis: list[Factor] = []
    while size > 1:
        count, stride = loops.pop(0)
        if size % count and count % size:
            return None
        inner = max(1, count // size)
        axis.append((count // inner, stride * inner))
        if inner > 1:
            loops.insert(0, (inner, stride))
        size //= count // inner
    return _joined(axis)


def _sliced(axis: Axis, start: int, count: int, step: int) -> tuple[int, Axis] | None:
    """Return the first element and the loops of a slice of an axis."""
    if count == 1:
        return _place(axis, start), ()
    if len(axis) < 2:
        ((_, stride),) = axis
        return start * stride, ((count, stride * step),)
    (_, stride), *rest = axis
    inner = prod(size for size, _ in rest)
    if step == 1 and start % inner == 0 and count % inner == 0:
        return start // inner * stride, _joined([(count // inner, stride), *rest])
    last = start + (count - 1) * step
    if start // inner == last // inner:
        found = _sliced(tuple(rest), start % inner, count, step)
        return (start // inner * stride + found[0], found[1]) if found else None
    return None


def _place(axis: Axis, index: int) -> int:
    """Return how many elements behind the first an element of an axis lies."""
    place = 0
    for size, stride in reversed(axis):
        index, here = divmod(index, size)
        place += here * stride
    return place
