"""Layers whose tiles stream through NRAM: each is made of its part of the operands, and of nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from dlpsim.compiler.activation import ELEMENT, Activation
from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.step import Fetch, Offsets, Result, Scratch, Step
from dlpsim.compiler.tiling import rounded
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


@dataclass(frozen=True, slots=True)
class Places:
    """Where an area has its result, the tiles that it needs in their order, the constants, and room for itself."""

    out: Spot
    tiles: Sequence[Spot]
    numbers: Spot
    scratch: Spot


@dataclass(frozen=True)
class Stream:
    """A layer that makes `y`, seen as images of `height` x `width` pixels, area by area.

    `sources` gives the tiles of its operands that an area needs, `computes` the instructions. The constants are
    `constants` elements of the tensor `tensor`. `scratch` gives the bytes that an area needs for itself. Channels are
    not cut if a tile `is_whole`.
    """

    y: Activation
    height: int
    width: int
    sources: Callable[[Area], Sequence[Tile]]
    computes: Callable[[Area, Places], Sequence[Compute]]
    scratch: Callable[[Area], int]
    tensor: str = ""
    constants: int = 0
    is_whole: bool = False

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
        while _bytes(size) > wanted or self._bytes_needed(size) > room:
            axis = next(
                (axis for axis, extent in enumerate(size) if extent > 1 and not (axis == 2 and self.is_whole)), None
            )
            if axis is None:
                break
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
        moved = sum(rounded(size) for size in (_bytes(size), *(tile.bytes for tile in self.sources(area))))
        return 2 * moved + rounded(self.scratch(area))

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

        size = max(self.scratch(area) for area in areas)
        scratch = Scratch(size) if size else None

        def computes(core: int, offset: Offsets) -> Sequence[Compute]:
            if core >= len(areas):
                return []
            spots = [Spot("NRAM", offset(fetch)) for fetch in fetches]
            numbers = Spot("WRAM", offset(constants[0]) if constants else 0)
            own = Spot("NRAM", offset(scratch) if scratch else 0)
            return self.computes(areas[core], Places(Spot("NRAM", offset(result)), spots, numbers, own))

        return Step((*fetches, *constants), result, computes, scratch)


def _fetch(tiles: Sequence[Tile]) -> Fetch:
    """Return what brings each core its tile; cores that have none need nothing."""

    def moves(core: int, offset: int, _: int) -> list[Move]:
        return tiles[core].load(offset) if core < len(tiles) else []

    return Fetch("NRAM", max(tile.bytes for tile in tiles), moves, around(tiles))


def _bytes(size: tuple[int, int, int]) -> int:
    return size[0] * size[1] * size[2] * ELEMENT
