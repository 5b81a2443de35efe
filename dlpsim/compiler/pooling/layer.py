"""Layers of pooling: windows over an image, channel by channel, or over what is computed of images pixel by pixel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT, Activation
from dlpsim.compiler.layouts.transfers import Tile
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.pooling.by_pixel import ByPixel, by_pixel
from dlpsim.compiler.pooling.streaming import Area, Places, Stream
from dlpsim.compiler.pooling.tiling import PoolingWork, least, pooling_tile
from dlpsim.compiler.pooling.windows import counts, factors, is_average, is_even, pooling_of, shape_of
from dlpsim.compiler.recipes.writing import written
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Taken:
    """What is pooled: an image, or what a recipe makes of some."""

    images: tuple[Activation, ...]
    recipe: ByPixel | None = None


def recipe_of(desk: Desk, layer: Layer) -> ByPixel | None:
    """Return what is computed before a pooling in the same layer, if anything is."""
    if len(layer.nodes) == 1:
        return None
    value = layer.node.inputs[0]
    return by_pixel(desk.network, desk.network.values[value].shape, *written(desk.network, layer.nodes[:-1], value))


def work_of(network: Network, node: Node, recipe: ByPixel | None, machine: MachineConfig) -> PoolingWork:
    """Return what has to be done for a pooling, and for what is computed before it in the same tiles."""
    shape = shape_of(network, node)
    passes = pooling_of(node, shape).passes
    if recipe is None:
        return PoolingWork(shape, 1, passes)
    before = recipe.passes(machine.compute.rate)
    return PoolingWork(shape, len(recipe.images), passes, before, recipe.bytes, whole=recipe.whole)


def plan_pooling(desk: Desk, layer: Layer, taken: Taken, y: Activation) -> LayerPlan:
    """Cut a pooling of what is taken to `y` into tiles. Raises LackError where not even the smallest fit."""
    work = work_of(desk.network, layer.node, taken.recipe, desk.machine)
    tile = pooling_tile(work, desk.machine)
    if tile is None:
        raise LackError(f"for two windows of one channel {shortage([('NRAM', least(work), desk.room('NRAM'))])}")
    found = _Pooling(desk, layer, taken, y)
    size = tile.rows, tile.columns, tile.channels
    note = f"tiles of {tile.rows} x {tile.columns} pixels, {tile.channels} of {y.channels} channels"
    return LayerPlan(layer.name, found.stream().steps(desk.cores, size), found.constants(), note)


class _Pooling:
    def __init__(self, desk: Desk, layer: Layer, taken: Taken, y: Activation) -> None:
        self._taken = taken
        self._y = y
        self._shape = shape_of(desk.network, layer.node)
        self._seen = counts(layer.node, self._shape) if is_average(layer.node) else None
        self._factors = 0
        """How many constants the sums of windows are multiplied by; those of the recipe lie behind them."""
        if self._seen:
            self._factors = 1 if is_even(self._seen) else self._shape.out_height * self._shape.out_width
        self._count = self._factors + (taken.recipe.constants if taken.recipe else 0)
        self._tensor = desk.name(f"{layer.name}_c") if self._count else ""

    def stream(self) -> Stream:
        """Return the layer, to be cut."""
        size = self._shape.out_height, self._shape.out_width
        return Stream(self._y, *size, self._tiles, self._computes, self._scratch, self._tensor, self._count)

    def constants(self) -> dict[str, Constant]:
        """Return the constants by the name of their tensor."""
        return {self._tensor: Constant(self._count, self._numbers)} if self._count else {}

    def _numbers(self) -> "NDArray[Any]":
        import numpy as np  # noqa: PLC0415

        own = [factors(self._seen)] if self._seen else []
        return np.concatenate([*own, *([self._taken.recipe.numbers()] if self._taken.recipe else [])])

    def _window(self, area: Area) -> list[tuple[int, int]]:
        """Return the part of the image that an area needs: first row and column, sizes, and what is before them."""
        rows, columns = self._shape.rows(area.row, area.rows), self._shape.columns(area.column, area.columns)
        return list(zip(rows, columns, strict=True))

    def _tiles(self, area: Area) -> list[Tile]:
        (row, column), (rows, columns), _ = self._window(area)
        where = area.image, row, rows, column, columns, area.channel, area.channels
        return [Tile(one, self._shape.height, self._shape.width, *where) for one in self._taken.images]

    def _scratch(self, area: Area) -> int:
        _, (rows, columns), _ = self._window(area)
        return self._taken.recipe.bytes(rows * columns, area.channels) if self._taken.recipe else 0

    def _computes(self, area: Area, places: Places) -> list[Compute]:
        shape, recipe = self._shape, self._taken.recipe
        _, (rows, columns), before = self._window(area)
        found, image = list[Compute](), places.tiles[0]
        if recipe:
            numbers, sizes = places.numbers.further(self._factors * ELEMENT), (rows * columns, area.channels)
            found += recipe.computes(sizes, area.channel, places.scratch, places.tiles, numbers)
            image = places.scratch
        kind, name = ("ADD", "sum_pool") if self._seen else ("MAX", "max_pool")
        num = area.pixels * area.channels * shape.taps
        dims = rows, columns, area.channels, area.rows, area.columns, *shape.kernel, *shape.stride, *before
        found.append(Compute(f"{kind}_32", num, name, (places.out, image), dims))
        return [*found, *(self._divisions(area, places.out, places.numbers) if self._seen else [])]

    def _divisions(self, area: Area, out: Spot, numbers: Spot) -> list[Compute]:
        """Return what divides the sums: by the same everywhere, or row by row by what each window has seen."""
        if self._factors == 1:
            sizes = (area.pixels, area.channels, area.channels, 0)
            return [Compute("MUL_32", area.pixels * area.channels, "mul", (out, out, numbers), sizes, ("column",))]
        found = []
        for row in range(area.rows):
            line = out.further(ELEMENT * row * area.columns * area.channels)
            own = numbers.further(ELEMENT * ((area.row + row) * self._shape.out_width + area.column))
            num = area.columns * area.channels
            found.append(Compute("MUL_32", num, "mul", (line, line, own), (area.columns, area.channels), ("column",)))
        return found
