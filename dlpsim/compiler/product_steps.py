"""The steps of a product that is tiled: what each needs on chip, what it computes, what it leaves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from dlpsim.compiler.activation import ELEMENT, Activation
from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.product import Block, Part, Product
from dlpsim.compiler.step import Fetch, Offsets, Result, Step
from dlpsim.compiler.tiling import intervals, seen_columns, seen_rows
from dlpsim.compiler.transfers import Tile, around
from isa.operation_spec import COLUMN
from isa.operations import OPERATIONS

TYPE = 32
"""Bits of the computations."""


def steps_of(product: Product) -> list[Step]:
    """Return the steps, in order."""
    return list(_Steps(product).all())


@dataclass(frozen=True, slots=True)
class _Area:
    """Where on the output a tile lies."""

    image: int
    row: int
    rows: int
    column: int
    columns: int

    @property
    def pixels(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class _Turn:
    """What all cores do at a time: in round `turn` block `block` on area number `number` of each one's own.

    `areas` has the area of each core, `blocks` its weights for the first slice: None where it has nothing to do.
    """

    turn: int
    number: int
    block: int
    areas: tuple[_Area | None, ...]
    blocks: tuple[Block | None, ...]

    @property
    def work(self) -> list[tuple[_Area, Block] | None]:
        """Area and weights of each core; None for one that does nothing."""
        pairs = zip(self.areas, self.blocks, strict=True)
        return [(area, block) if area and block else None for area, block in pairs]


class _Steps:
    """Builds the steps of one product."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._shape = product.shape
        self._in_cluster: dict[Tile, Fetch] = {}
        """What brings each tile into the SharedRAM."""
        self._latest: dict[str, tuple[object, Fetch]] = {}
        """Of each kind, what was fetched last, and what for."""

    def all(self) -> Iterator[Step]:
        product = self._product
        for turn, parts in enumerate(product.parts):
            by_core = [self._areas(part) for part in parts]
            areas = range(max(map(len, by_core)))
            blocks = range(product.block_count(turn))
            order = [(area, block) for block in blocks for area in areas]
            if not product.tiling.weights_stay:
                order = [(area, block) for area in areas for block in blocks]
            for number, block in order:
                own = tuple(of_core[number] if number < len(of_core) else None for of_core in by_core)
                weights = tuple(product.block(turn, core, block) for core in range(len(parts)))
                yield from self._sum(_Turn(turn, number, block, own, weights))

    def _areas(self, part: Part) -> list[_Area]:
        shape, tiling = self._shape, self._product.tiling
        return [
            _Area(image, part.row + row, rows, column, columns)
            for image in range(shape.images)
            for row, rows in intervals(part.rows, tiling.rows)
            for column, columns in intervals(shape.out_width, tiling.columns)
        ]

    def _sum(self, turn: _Turn) -> Iterator[Step]:
        """Yield the steps that make one tile of the output of each core: one for each slice of the channels."""
        product = self._product
        result = self._result(turn)
        added = [self._added(turn, product.added)] if product.added else []
        for index in range(len(product.slices)):
            is_last = index == len(product.slices) - 1
            needs = (self._image(turn, index), self._weights(turn, index), *(added if is_last else ()))
            yield Step(needs, result, partial(self._computes, turn, index, needs=needs, result=result))

    def _reuse(self, kind: str, key: object, make: Callable[[], Fetch]) -> Fetch:
        if kind not in self._latest or self._latest[kind][0] != key:
            self._latest[kind] = key, make()
        return self._latest[kind][1]

    def _image(self, turn: _Turn, index: int) -> Fetch:
        parts = self._product.parts[turn.turn]
        first, channels = self._image_channels(index)
        areas = [area if part.made else None for area, part in zip(turn.areas, parts, strict=True)]
        tiles = [
            self._image_tile(area, part.first + first, channels) if area else None
            for area, part in zip(areas, parts, strict=True)
        ]
        there = [tile for tile in tiles if tile]
        if self._product.sharing and len(set(there)) == 1:
            return self._reuse("image", there[0], lambda: self._shared(there[0]))
        return self._reuse("image", tiles, lambda: _fetch(tiles, self._product.rooms.image))

    def _image_channels(self, index: int) -> tuple[int, int]:
        """Return first and number of the channels of the tile of the image that has a slice."""
        return self._product.tiling.image_of(self._product.slices[index][0], self._shape)

    def _shared(self, tile: Tile) -> Fetch:
        """Return a tile that comes to every core via the memory of its cluster; it may be there already."""
        sharing, room = self._product.sharing, self._product.rooms.image

        via = self._in_cluster.get(tile)
        if via is None or not self._product.stays_in_cluster:
            via = Fetch("SharedRAM", room, partial(_shares, tile, sharing), tile.extent)
            self._in_cluster[tile] = via
        return Fetch("NRAM", room, partial(_copies, tile.bytes), via=via)

    def _image_tile(self, area: _Area, channel: int, channels: int) -> Tile:
        shape, x = self._shape, self._product.x
        row, rows, _ = seen_rows(shape, area.row, area.rows)
        column, columns, _ = seen_columns(shape, area.column, area.columns)
        steps = shape.stride if shape.is_pointwise else (1, 1)
        return Tile(x, shape.height, shape.width, area.image, row, rows, column, columns, channel, channels, *steps)

    def _weights(self, turn: _Turn, index: int) -> Fetch:
        product = self._product
        blocks = [product.block(turn.turn, core, turn.block, index) for core in range(len(turn.areas))]
        moves = partial(_weights, product.weights, blocks)
        return self._reuse(
            "weights",
            (turn.turn, turn.block, index),
            lambda: Fetch("WRAM", product.rooms.weights, moves, may_come_early=True),
        )

    def _output_tiles(self, of: Activation, turn: _Turn) -> list[Tile | None]:
        parts = self._product.parts[turn.turn]
        return [
            self._output_tile(of, work[0], part.made_first + work[1].first, work[1].made) if work else None
            for work, part in zip(turn.work, parts, strict=True)
        ]

    def _output_tile(self, of: Activation, area: _Area, first: int, made: int) -> Tile:
        where = area.image, area.row, area.rows, area.column, area.columns
        return Tile(of, self._shape.out_height, self._shape.out_width, *where, first, made)

    def _result(self, turn: _Turn) -> Result:
        tiles = self._output_tiles(self._product.y, turn)
        room = self._product.rooms.output
        return Result(room, partial(_stores, tiles), around([tile for tile in tiles if tile]))

    def _added(self, turn: _Turn, added: Activation) -> Fetch:
        return _fetch(self._output_tiles(added, turn), self._product.rooms.output)

    def _computes(
        self, turn: _Turn, index: int, core: int, offset: Offsets, *, needs: Sequence[Fetch], result: Result
    ) -> list[Compute]:
        product, work = self._product, turn.work[core]
        if not work:
            return []
        area, made = work[0], work[1].made
        before = product.slices[index][0] - self._image_channels(index)[0]
        out, image = Spot("NRAM", offset(result)), Spot("NRAM", offset(needs[0]) + before * ELEMENT)
        weights = Spot("WRAM", offset(needs[1]))
        found = [self._multiply(area, index, made, (out, image, weights))]
        if index == len(product.slices) - 1:
            size = cast("Block", product.block(turn.turn, core, turn.block, index)).size
            bias = Spot("WRAM", weights.offset + size - (made + len(product.numbers)) * ELEMENT)
            added = Spot("NRAM", offset(needs[2])) if len(needs) > 2 else None
            found += self._finish(area.pixels, made, out, bias, added)
        return found

    def _multiply(self, area: _Area, index: int, made: int, spots: tuple[Spot, Spot, Spot]) -> Compute:
        shape = self._shape
        channels = self._product.slices[index][1]
        options = ("acc",) if index else ()
        num = area.pixels * shape.weight_elements(made, channels)
        pitch = self._image_channels(index)[1]
        leads = pitch > channels
        if shape.is_pointwise and shape.groups == 1:
            lead = (pitch,) if leads else ()
            return Compute(f"MAC_{TYPE}", num, "matmul", spots, (area.pixels, channels, made, *lead), options)
        _, rows, top = seen_rows(shape, area.row, area.rows)
        _, columns, left = seen_columns(shape, area.column, area.columns)
        stride = (1, 1) if shape.is_pointwise else shape.stride
        sizes: tuple[int, ...] = (rows, columns, channels, area.rows, area.columns, made, *shape.kernel)
        settings = (*stride, top, left, *shape.dilation, shape.groups)
        sizes += (*settings, columns * pitch, pitch) if leads else _trimmed(settings)
        return Compute(f"MAC_{TYPE}", num, "conv", spots, sizes, options)

    def _finish(self, pixels: int, made: int, out: Spot, bias: Spot, added: Spot | None) -> Iterator[Compute]:
        num = pixels * made
        yield Compute(f"ADD_{TYPE}", num, "add", (out, out, bias), (pixels, made, made, 0))
        if added:
            yield Compute(f"ADD_{TYPE}", num, "add", (out, out, added), (pixels, made))
        constant = bias.offset + made * ELEMENT
        for after in self._product.after:
            kind = f"{OPERATIONS[after.name].kind}_{TYPE}"
            if after.number is None:
                yield Compute(kind, num, after.name, (out, out), (pixels, made))
            else:
                yield Compute(kind, num, after.name, (out, out, Spot("WRAM", constant)), (1, num), (COLUMN,))
                constant += ELEMENT


def _fetch(tiles: Sequence[Tile | None], room: int) -> Fetch:
    """Return what brings each core its tile from DRAM to a room of `room` bytes."""
    return Fetch("NRAM", room, partial(_loads, tiles), around([tile for tile in tiles if tile]))


def _loads(tiles: Sequence[Tile | None], core: int, offset: int, _: int) -> list[Move]:
    """Return what brings a core its tile."""
    tile = tiles[core]
    return tile.load(offset) if tile else []


def _stores(tiles: Sequence[Tile | None], core: int, offset: int) -> list[Move]:
    """Return what takes the tile of a core to DRAM."""
    tile = tiles[core]
    return tile.store(offset) if tile else []


def _shares(tile: Tile, sharing: int, core: int, offset: int, _: int) -> list[Move]:
    """Return what a core does to bring a tile to the memory of its cluster."""
    return tile.share(offset, core % sharing, sharing)


def _copies(size: int, _: int, offset: int, shared: int) -> list[Move]:
    """Return what brings a core a tile of `size` bytes that is in the memory of its cluster."""
    return [Move(Spot("SharedRAM", shared), Spot("NRAM", offset), size)]


def _weights(tensor: str, blocks: Sequence[Block | None], core: int, offset: int, _: int) -> list[Move]:
    """Return what brings a core its weights."""
    block = blocks[core]
    return [Move(Spot("DRAM", block.offset, tensor), Spot("WRAM", offset), block.size)] if block else []


def _trimmed(settings: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the last settings of a convolution that are as they would be if they were left out."""
    usual = (1, settings[0], 0, 0, 1, settings[4], 1)
    count = len(settings)
    while count and settings[count - 1] == usual[count - 1]:
        count -= 1
    return settings[:count]
