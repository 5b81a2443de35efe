"""Layers that need each number once: pooling and operations on each element stream through NRAM in tiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from dlpsim.compiler.activation import ELEMENT, Activation
from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.step import Fetch, Offsets, Result, Step
from dlpsim.compiler.transfers import Tile, around

USUAL_BYTES = 8192
"""Bytes of a tile of the result, if there is no reason for another size."""

MOST_STEPS = 64
"""A layer is not cut into more steps as long as larger tiles have room."""


@dataclass(frozen=True, slots=True)
class Area:
    """Part of the output of a layer: pixels of one image, and channels."""

    image: int
    row: int
    rows: int
    column: int
    columns: int
    channel: int
    channels: int

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.rows * self.columns


@dataclass(frozen=True)
class Stream:
    """A layer that makes `y`, seen as images of `height` x `width` pixels, area by area.

    `sources` gives the tiles of its operands that an area needs. `computes` gives the instructions, from the area, the
    places of the result, of the tiles in their order, and of the constants, which are `constants` elements of the
    tensor `tensor`.
    """

    y: Activation
    height: int
    width: int
    sources: Callable[[Area], Sequence[Tile]]
    computes: Callable[[Area, Spot, Sequence[Spot], Spot], Sequence[Compute]]
    tensor: str = ""
    constants: int = 0

    def steps(self, cores: int, room: int) -> list[Step]:
        """Return the steps, on `cores` cores of which each has `room` bytes for two tiles of everything.

        An empty list if not even single pixels fit.
        """
        areas = self._areas(cores, room)
        constants = Fetch("WRAM", self.constants * ELEMENT, self._constants, may_come_early=True)
        needed = (constants,) if self.constants else ()
        return [self._step(areas[begin : begin + cores], needed) for begin in range(0, len(areas), cores)]

    def _constants(self, core: int, offset: int, _: int) -> list[Move]:
        return [Move(Spot("DRAM", 0, self.tensor), Spot("WRAM", offset), self.constants * ELEMENT)]

    def _areas(self, cores: int, room: int) -> list[Area]:
        """Cut the output: into rows, these into columns, these into channels, as far as is needed."""
        images, channels = self.y.pixels // (self.height * self.width), self.y.channels
        total = images * self.height * self.width * channels * ELEMENT
        wanted = max(USUAL_BYTES, total // (MOST_STEPS * cores))
        size = (self.height, self.width, channels)
        while size != (1, 1, 1) and (_bytes(size) > wanted or self._bytes_needed(size) > room):
            axis = next(axis for axis, extent in enumerate(size) if extent > 1)
            size = tuple(ceil(extent / 2) if axis == index else extent for index, extent in enumerate(size))  # type: ignore[assignment]
        if self._bytes_needed(size) > room:
            return []
        rows, columns, made = size
        return [
            Area(
                image,
                row,
                min(rows, self.height - row),
                column,
                min(columns, self.width - column),
                channel,
                min(made, channels - channel),
            )
            for image in range(images)
            for row in range(0, self.height, rows)
            for column in range(0, self.width, columns)
            for channel in range(0, channels, made)
        ]

    def _bytes_needed(self, size: tuple[int, int, int]) -> int:
        """Return the bytes for two tiles of that size of everything."""
        rows, columns, channels = size
        row, column = (
            min(rows, self.height - rows),
            min(columns, self.width - columns),
        )  # not at the edge, if there are others
        area = Area(0, row, rows, column, columns, 0, channels)
        return 2 * sum(-(-size // 64) * 64 for size in (_bytes(size), *(tile.bytes for tile in self.sources(area))))

    def _step(self, areas: Sequence[Area], constants: tuple[Fetch, ...]) -> Step:
        sources = [self.sources(area) for area in areas]
        fetches = [_fetch([tiles[index] for tiles in sources]) for index in range(len(sources[0]))]
        outputs = [
            Tile(
                self.y,
                self.height,
                self.width,
                area.image,
                area.row,
                area.rows,
                area.column,
                area.columns,
                area.channel,
                area.channels,
            )
            for area in areas
        ]

        def stores(core: int, offset: int) -> list[Move]:
            return outputs[core].store(offset) if core < len(outputs) else []

        result = Result(max(tile.bytes for tile in outputs), stores, around(outputs))

        def computes(core: int, offset: Offsets) -> Sequence[Compute]:
            if core >= len(areas):
                return []
            spots = [Spot("NRAM", offset(fetch)) for fetch in fetches]
            numbers = Spot("WRAM", offset(constants[0]) if constants else 0)
            return self.computes(areas[core], Spot("NRAM", offset(result)), spots, numbers)

        return Step((*fetches, *constants), result, computes)


def _fetch(tiles: Sequence[Tile]) -> Fetch:
    """Return what brings each core its tile; cores that have none need nothing."""

    def moves(core: int, offset: int, _: int) -> list[Move]:
        return tiles[core].load(offset) if core < len(tiles) else []

    return Fetch("NRAM", max(tile.bytes for tile in tiles), moves, around(tiles))


def _bytes(size: tuple[int, int, int]) -> int:
    return size[0] * size[1] * size[2] * ELEMENT
