"""Products of two values: a matrix product for each place of the axes before the last two."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Axis, Layout, dense, refined
from dlpsim.compiler.layouts.relayout import moved
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.recipes.space import Box, Lane
from dlpsim.compiler.recipes.sweep import Source, Sweep, grained
from dlpsim.compiler.shortage import LackError, shortage
from isa.errors import DlpsimError

LEAST_STEPS = 4
"""A core has at least so many steps, if the matrices are large enough: so that loads and stores overlap with work."""

LEAST_BYTES = 16384
"""Boxes of results are not made smaller for that."""


def plan_contraction(desk: Desk, layer: Layer) -> LayerPlan:
    """Cut a product of two values into boxes. Raises LackError where not even the smallest one fits."""
    node = layer.node
    shape = desk.network.values[layer.y].shape
    a, b = (_operand(desk, name, shape, node.name) for name in node.inputs)
    y = desk.place(layer.y, dense(shape), _is_plain)
    batch = _batch(a.layout, b.layout, y.layout)
    if batch is None:
        views = [moved(desk, desk.view(name), dense(desk.view(name).shape), node.name) for name in node.inputs]
        a, b = (_over(view, shape) for view in views)
        batch = _batch(a.layout, b.layout, y.layout)
    if batch is None:
        raise DlpsimError(f"{node}: its operands do not lie so that they can be gone through together")
    length = desk.network.operand(node.inputs[0]).shape[-1]
    product = _Contraction(tuple(size for size, _ in batch), shape[-1], shape[-2], length, _flips(a.layout, b.layout))
    tile = product.tile(desk)
    if tile is None:
        least = grained(ELEMENT)
        raise LackError(shortage([("NRAM", 4 * least, desk.room("NRAM")), ("WRAM", 2 * least, desk.room("WRAM"))]))
    lanes = product.lanes(a, b, y, [strides for _, strides in batch])
    sweep = Sweep(
        product.sizes,
        tile,
        [Source(lanes[0]), Source(lanes[1], "WRAM")],
        lanes[2],
        grained(lanes[2].bytes(tile)),
        product.computes,
        (len(tile) - 1,),
    )
    *_, columns, rows, inner = tile
    return LayerPlan(
        layer.name, sweep.steps(desk.cores), {}, f"boxes of {rows} x {columns}, {inner} products at a time"
    )


@dataclass(frozen=True, slots=True)
class _Contraction:
    """Matrix products; the loops are those of `batch`, the columns and rows of the result, and what is summed up.

    `flips` are the options that say how the operands lie.
    """

    batch: tuple[int, ...]
    columns: int
    rows: int
    length: int
    flips: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of all loops."""
        return (*self.batch, self.columns, self.rows, self.length)

    def tile(self, desk: Desk) -> tuple[int, ...] | None:
        """Return the size of boxes: as large as have room twice, but enough of them."""
        columns, rows, inner = self.columns, self.rows, self.length
        while 2 * grained(columns * inner * ELEMENT) > desk.room("WRAM"):
            if inner >= columns and inner > 1:
                inner = -(-inner // 2)
            elif columns > 1:
                columns = -(-columns // 2)
            else:
                return None
        while 2 * (grained(rows * inner * ELEMENT) + grained(rows * columns * ELEMENT)) > desk.room("NRAM"):
            if rows > 1 and rows >= min(inner, columns, 64):
                rows = -(-rows // 2)
            elif max(inner, columns) > 1:
                inner, columns = (-(-inner // 2), columns) if inner >= columns else (inner, -(-columns // 2))
            else:
                return None
        count = prod(self.batch) * -(-self.columns // columns)
        while count * -(-self.rows // rows) < LEAST_STEPS * desk.cores and rows * columns * ELEMENT > LEAST_BYTES:
            rows = -(-rows // 2)
        return (*(1 for _ in self.batch), columns, rows, inner)

    def lanes(self, a: View, b: View, y: View, strides: Sequence[tuple[int, ...]]) -> tuple[Lane, Lane, Lane]:
        """Return the lanes of the operands and of the result."""
        count = len(self.batch)
        outer = tuple(range(count))
        columns, rows, inner = count, count + 1, count + 2
        left = self._lane(a, [one[0] for one in strides], (0, *_pair(a)))
        right = self._lane(b, [one[1] for one in strides], (_pair(b)[1], 0, _pair(b)[0]))
        result = self._lane(y, [one[2] for one in strides], (*_pair(y)[::-1], 0))
        order_left = (rows, inner) if "ta" not in self.flips else (inner, rows)
        order_right = (inner, columns) if "tb" not in self.flips else (columns, inner)
        return (
            Lane(left.tensor, left.first, left.strides, (*outer, columns, *order_left)),
            Lane(right.tensor, right.first, right.strides, (*outer, rows, *order_right)),
            Lane(result.tensor, result.first, result.strides, (*outer, inner, rows, columns)),
        )

    def _lane(self, view: View, batch: Sequence[int], strides: tuple[int, int, int]) -> Lane:
        return Lane(view.tensor.name, view.layout.first, (*batch, *strides))

    def computes(self, box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        """Return the product for a box."""
        columns, rows, inner = box.counts[-3:]
        options = (*(("acc",) if box.begins[-1] else ()), *self.flips)
        return [Compute("MAC_32", rows * inner * columns, "matmul", (out, *sources), (rows, inner, columns), options)]


def _operand(desk: Desk, name: str, shape: tuple[int, ...], base: str) -> View:
    """Return an operand whose matrices lie as rows or columns, its other axes as those of the result."""
    view = desk.view(name)
    *batch, rows, columns = view.layout.axes
    is_apart = _is_innermost([rows, columns]) < _is_innermost(batch)
    if is_apart or any(len(axis) > 1 for axis in (rows, columns)):
        view = moved(desk, view, dense(view.shape), base)
    return _over(view, shape)


def _is_innermost(axes: Sequence[Axis]) -> bool:
    """Whether elements of one of the axes lie side by side."""
    return any(stride == 1 for axis in axes for _, stride in axis)


def _over(view: View, shape: tuple[int, ...]) -> View:
    """Return an operand repeated along the axes before the last two."""
    return view.with_layout(view.layout.expanded((*shape[:-2], *view.shape[-2:])))


def _is_plain(view: View) -> bool:
    """Whether the rows of matrices lie one after the other, each without gaps."""
    *_, rows, columns = view.layout.axes
    return len(rows) < 2 and (not columns or (len(columns) == 1 and columns[0][1] == 1))


def _batch(*layouts: Layout) -> list[tuple[int, tuple[int, ...]]] | None:
    """Return the loops over all axes but the last two, with the strides in each layout."""
    loops: list[tuple[int, tuple[int, ...]]] = []
    for axis in range(len(layouts[0].axes) - 2):
        found = refined([layout.axes[axis] for layout in layouts])
        if found is None:
            return None
        loops += found
    return loops


def _pair(view: View) -> tuple[int, int]:
    """Return how far apart the rows and the columns of the matrices lie."""
    first, second = (axis[0][1] if axis else 0 for axis in view.layout.axes[-2:])
    return first, second


def _flips(a: Layout, b: Layout) -> tuple[str, ...]:
    """Return how the operands lie on chip: as in DRAM, so that moves take what lies side by side."""
    return (*(("ta",) if _is_turned(a) else ()), *(("tb",) if _is_turned(b) else ()))


def _is_turned(layout: Layout) -> bool:
    rows, columns = layout.axes[-2:]
    return bool(columns) and columns[0][1] != 1 and bool(rows) and rows[0][1] == 1
