"""Layers whose tiles stream through NRAM: each is made of its part of the operands, and of nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.layouts.activation import ELEMENT, Activation
from dlpsim.compiler.layouts.transfers import Tile, around
from dlpsim.compiler.step import Fetch, Offsets, Result, Scratch, Step
from dlpsim.compiler.tiling.tiles import intervals


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
    `constants` elements of the tensor `tensor`. `scratch` gives the bytes that an area needs for itself.
    """

    y: Activation
    height: int
    width: int
    sources: Callable[[Area], Sequence[Tile]]
    computes: Callable[[Area, Places], Sequence[Compute]]
    scratch: Callable[[Area], int]
    tensor: str = ""
    constants: int = 0

    def steps(self, cores: int, tile: tuple[int, int, int]) -> list[Step]:
        """Return the steps on `cores` cores, with tiles of so many rows, columns and channels."""
        areas = self._areas(*tile)
        constants = Fetch("WRAM", self.constants * ELEMENT, self._constants, may_come_early=True)
        needed = (constants,) if self.constants else ()
        return [self._step(areas[begin : begin + cores], needed) for begin in range(0, len(areas), cores)]

    def _constants(self, core: int, offset: int, _: int) -> list[Move]:
        return [Move(Spot("DRAM", 0, self.tensor), Spot("WRAM", offset), self.constants * ELEMENT)]

    def _areas(self, rows: int, columns: int, channels: int) -> list[Area]:
        images = self.y.pixels // (self.height * self.width)
        down, across, deep = (
            list(intervals(size, part))
            for size, part in ((self.height, rows), (self.width, columns), (self.y.channels, channels))
        )
        return [
            Area(image, *row, *column, *channel)
            for image in range(images)
            for row in down
            for column in across
            for channel in deep
        ]

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
