"""Layers of nodes on each element, and of those that combine elements along axes: a recipe, carried out box by box."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.layout import Layout, dense, packed
from dlpsim.compiler.layouts.relayout import moved
from dlpsim.compiler.layouts.view import Tensor, View
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.recipes import rowwise
from dlpsim.compiler.recipes.space import Loop, is_smooth, lane, loops_of
from dlpsim.compiler.recipes.sweep import MOST_STEPS, USUAL_BYTES, Source, Sweep, grained, tile_of
from dlpsim.compiler.recipes.tiled import Resident, Tiled
from dlpsim.compiler.recipes.writing import Operand, written
from dlpsim.compiler.shortage import LackError, shortage

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESIDENT_SHARE = 8
"""A constant operand stays in WRAM if it takes no more than one part in so many of it."""


def plan_recipe(desk: Desk, layer: Layer) -> LayerPlan:
    """Cut a layer into boxes. Raises LackError where not even the smallest one fits."""
    if prod(desk.network.operand(layer.node.inputs[0]).shape) * desk.network.values[layer.y].size == 0:
        desk.place(layer.y, desk.usual_of(layer.y), lambda _: True)
        return LayerPlan(layer.name, [])
    pending, copies = len(desk.pending), len(desk.moved)
    try:
        return _RecipeLayer(desk, layer).plan()
    except LackError:
        if len(layer.nodes) == 1 or layer.node.op not in rowwise.RULES:
            raise
        del desk.pending[pending:], desk.moved[copies:]
    return _apart(desk, layer)


def _apart(desk: Desk, layer: Layer) -> LayerPlan:
    """Compute what rows are made of first, for all rows, where there is no room for both in boxes of whole rows."""
    *before, root = layer.nodes
    made = plan_recipe(desk, Layer(before[-1], tuple(before), root.inputs[0]))
    combined = plan_recipe(desk, Layer(root, (root,), layer.y))
    return LayerPlan(
        layer.name, [*made.steps, *combined.steps], {**made.constants, **combined.constants}, combined.note
    )


class _RecipeLayer:
    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer
        root = layer.node
        self._is_rowwise = root.op in rowwise.RULES
        self._is_reducing = self._is_rowwise and root.op.startswith("Reduce")
        self._shape = desk.network.operand(root.inputs[0] if self._is_rowwise else layer.y).shape
        self._axes = rowwise.axes_of(root, len(self._shape)) if self._is_rowwise else ()
        self._recipe, self._operands = written(desk.network, layer.nodes, layer.y)

    def plan(self) -> LayerPlan:
        """Return the steps."""
        desk, layer = self._desk, self._layer
        small = [operand for operand in self._operands if self._is_resident(operand)]
        large = [operand for operand in self._operands if operand not in small]
        main = self._main([self._seen(one).layout for one in large if not desk.is_constant(one.name)])
        views = [self._held(one, main) if desk.is_constant(one.name) else self._seen(one) for one in large]
        y = self._place(main)
        parts = [_restricted(main, self._aligned(operand.shape)) for operand in small]
        views, loops = self._together(main, y, views, [part.expanded(self._shape) for part in parts])
        result = lane(desk.views[layer.y].with_layout(y), loops, 1)
        lanes = [lane(view, loops, index) for index, view in enumerate(views, start=2)]
        begins, numbers = self._constants(small, parts)
        residents = {
            register: Resident(begin, tuple(loop.strides[index] if index else 0 for loop in loops))
            for register, (begin, index) in begins.items()
        }
        sources = {one.register: _varies(way.strides) for one, way in zip(large, lanes, strict=True)}
        tiled = Tiled(self._recipe, loops, sources, residents, _varies(result.strides))
        sizes = [loop.size for loop in loops]

        def needed(tile: Sequence[int]) -> int:
            return 2 * (tiled.bytes(tile) + sum(grained(way.bytes(tile)) for way in lanes))

        room = desk.room("NRAM")
        wanted = (2 + 2 * len(lanes)) * max(USUAL_BYTES, prod(sizes) * ELEMENT // (MOST_STEPS * desk.cores))
        tile = tile_of(sizes, [loop.is_reduced for loop in loops], needed, room, wanted, grain=desk.line)
        if tile is None:
            least = needed([loop.size if loop.is_reduced else 1 for loop in loops])
            raise LackError(f"for two of its smallest boxes {shortage([('NRAM', least, room)])}")
        tensor, count = "", sum(part.size for part in numbers)
        if count:
            tensor = desk.name(f"{layer.name}_c")
            desk.constants[tensor] = Constant(count, partial(_joined, numbers))
        ways = [Source(way) for way in lanes]
        sweep = Sweep(sizes, tile, ways, result, tiled.bytes(tile), tiled.computes, (), tensor, count)
        note = f"boxes of {' x '.join(map(str, tile)) or 1} elements"
        return LayerPlan(layer.name, sweep.steps(desk.cores), {}, note)

    def _is_resident(self, operand: Operand) -> bool:
        limit = self._desk.room("WRAM") // RESIDENT_SHARE
        return self._desk.is_constant(operand.name) and prod(operand.shape) * ELEMENT <= limit

    def _aligned(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return a shape with as many axes as that of all elements."""
        return (*(1 for _ in range(len(self._shape) - len(shape))), *shape)

    def _seen(self, operand: Operand) -> View:
        """Return an operand as an array of all elements, along which it may not advance."""
        view = self._desk.view(operand.name)
        layout = view.layout if view.shape == operand.shape else view.layout.reshaped(operand.shape)
        assert layout is not None
        return view.with_layout(layout.expanded(self._shape))

    def _held(self, operand: Operand, main: Layout) -> View:
        """Return a constant operand that lies as the elements are gone through."""
        layout = _restricted(main, self._aligned(operand.shape))
        numbers = partial(_shaped, self._desk.network.weights[operand.name].array, layout.shape)
        held = self._desk.hold(operand.name, layout, numbers)
        return held.with_layout(layout.expanded(self._shape))

    def _main(self, layouts: Sequence[Layout]) -> Layout:
        """Return the layout that says in which order to go through the elements: that of a whole operand if it can."""
        if self._recipe.has_window:
            others = [axis for axis in range(len(self._shape)) if axis not in self._axes]
            return dense(self._shape, [*others, *self._axes])
        full = [layout for layout in layouts if all(stride for _, stride in layout.factors)]
        return packed(full[0]) if full else self._desk.usual_of(self._layer.y, self._shape)

    def _place(self, main: Layout) -> Layout:
        """Decide where the result lies; return its layout as that of an array of all elements."""
        desk, y = self._desk, self._layer.y
        usual = main
        if self._is_reducing:
            usual = packed(Layout(tuple(() if axis in self._axes else one for axis, one in enumerate(main.axes))))
            if len(desk.network.values[y].shape) < len(usual.axes):
                usual = Layout(tuple(one for axis, one in enumerate(usual.axes) if axis not in self._axes))

        def fits(view: View) -> bool:
            loops = loops_of([main, self._opened(view.layout)], self._axes)
            return loops is not None and is_smooth(loops, 1)

        return self._opened(desk.place(y, usual, fits).layout)

    def _opened(self, layout: Layout) -> Layout:
        """Return the layout of the result with the axes that are reduced, along which it does not advance."""
        axes = list(layout.axes)
        for axis in sorted(self._axes):
            if len(axes) < len(self._shape):
                axes.insert(axis, ())
        return Layout(tuple(axes), layout.first).expanded(self._shape)

    def _together(
        self, main: Layout, y: Layout, views: list[View], parts: Sequence[Layout]
    ) -> tuple[list[View], list[Loop]]:
        """Return operands that can be gone through together, moved where they cannot be, and the loops."""
        loops = loops_of([main, y, *(view.layout for view in views), *parts], self._axes)
        if loops is None or not all(is_smooth(loops, index) for index in range(2, 2 + len(views))):
            views = [self._suited(view, main) for view in views]
            loops = loops_of([main, y, *(view.layout for view in views), *parts], self._axes)
        assert loops is not None
        return views, loops

    def _suited(self, view: View, main: Layout) -> View:
        """Return an operand in a layout that advances as `main` does."""
        loops = loops_of([main, view.layout], self._axes)
        if loops is not None and is_smooth(loops, 1) and all(len(axis) < 2 for axis in view.layout.axes):
            return view
        axes = tuple(axis if any(stride for _, stride in axis) else () for axis in view.layout.axes)
        once = Layout(axes, view.layout.first)
        copy = moved(self._desk, view.with_layout(once), _restricted(main, once.shape), self._layer.name)
        return copy.with_layout(copy.layout.expanded(self._shape))

    def _constants(
        self, small: Sequence[Operand], layouts: Sequence[Layout]
    ) -> "tuple[dict[int, tuple[int, int]], list[_Part]]":
        """Return where each constant begins in those of the layer, its number among the layouts; and all constants."""
        begins: dict[int, tuple[int, int]] = {}
        parts: list[_Part] = []
        first, behind = 0, 2 + len(self._operands) - len(small)
        for number, (operand, layout) in enumerate(zip(small, layouts, strict=True)):
            begins[operand.register] = first, behind + number
            parts.append(_Part(layout, partial(_shaped, self._desk.network.weights[operand.name].array, layout.shape)))
            first += parts[-1].size
        for scalar, register in self._recipe.constants.items():
            begins[register] = first, 0
            parts.append(_Part(dense(()), partial(_number, scalar)))
            first += 1
        return begins, parts


@dataclass(frozen=True, slots=True)
class _Part:
    """A constant among those of a layer."""

    layout: Layout
    numbers: "partial[NDArray[Any]]"

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(self.layout.shape)


def _restricted(main: Layout, shape: Sequence[int]) -> Layout:
    """Return a layout for an array of a shape, some of whose axes are of size 1, in the order of `main`."""
    return packed(Layout(tuple(axis if size > 1 else () for axis, size in zip(main.axes, shape, strict=True))))


def _varies(strides: Sequence[int]) -> tuple[bool, ...]:
    return tuple(stride != 0 for stride in strides)


def _joined(parts: "Sequence[_Part]") -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.concatenate([View(Tensor("", (part.size,)), part.layout).laid_out(part.numbers()) for part in parts])


def _shaped(array: "Any", shape: tuple[int, ...]) -> "NDArray[Any]":
    shaped: NDArray[Any] = array().reshape(shape)
    return shaped


def _number(number: float) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.array(number, np.float32)
