"""The steps of a product that is tiled: what each needs on chip, what it computes, what it leaves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.layouts.activation import Activation
from dlpsim.compiler.layouts.transfers import Tile, around
from dlpsim.compiler.products.area import Area, Areas
from dlpsim.compiler.products.computes import Computes
from dlpsim.compiler.products.product import Block, Part, Product
from dlpsim.compiler.step import Fetch, Offsets, Result, Scratch, Step
from dlpsim.compiler.tiling.sharing import Shelf, clusters_of
from dlpsim.compiler.tiling.tiles import intervals, seen_columns, seen_rows


def steps_of(product: Product) -> list[Step]:
    """Return the steps, in order."""
    return list(_Steps(product).all())


@dataclass(frozen=True, slots=True)
class _Turn:
    """What all cores do at a time: in round `turn` block `block` on area number `number` of each one's own.

    `areas` has the area of each core, `blocks` its weights for the first slice: None where it has nothing to do.
    """

    turn: int
    number: int
    block: int
    areas: tuple[Area | None, ...]
    blocks: tuple[Block | None, ...]

    @property
    def work(self) -> list[tuple[Area, Block] | None]:
        """Area and weights of each core; None for one that does nothing."""
        pairs = zip(self.areas, self.blocks, strict=True)
        return [(area, block) if area and block else None for area, block in pairs]


_Interval = tuple[int, int]
"""Begin and size of a part of an axis."""


class _Steps:
    """Builds the steps of one product."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._shape = product.shape
        self._areas = Areas(product.shape)
        self._tile_computes = Computes(product, self._areas)
        self._in_cluster: dict[tuple[Tile | None, ...], Fetch] = {}
        """What brings the tiles of cores into the SharedRAM of their clusters."""
        self._latest: dict[str, tuple[object, Fetch]] = {}
        """Of each kind, what was fetched last, and what for."""
        self._scratch: tuple[object, Scratch] | None = None
        """Where the product lay last before it was pooled, and for which tiles."""
        self._images: dict[tuple[int, int, int], list[Tile | None]] = {}
        """The tiles of the cores, by turn, number of the areas, and first channel."""
        self._written: tuple[object, list[Compute]] | None = None
        """What was written last, and from what it follows."""

    def all(self) -> Iterator[Step]:
        product = self._product
        for turn, parts in enumerate(product.parts):
            by_core = [self._areas_of(part) for part in parts]
            areas = range(max(map(len, by_core)))
            blocks = range(product.block_count(turn))
            order = [(area, block) for block in blocks for area in areas]
            if not product.tiling.weights_stay:
                order = [(area, block) for area in areas for block in blocks]
            for number, block in order:
                own = tuple(of_core[number] if number < len(of_core) else None for of_core in by_core)
                weights = tuple(product.block(turn, core, block) for core in range(len(parts)))
                yield from self._sum(_Turn(turn, number, block, own, weights))

    def _areas_of(self, part: Part) -> list[Area]:
        shape, tiling = self._shape, self._product.tiling
        return [
            Area(part.image + image, part.row + row, rows, column, columns)
            for image in range(shape.images)
            for (row, rows), (column, columns) in self._order(
                list(intervals(part.rows, tiling.rows)), list(intervals(shape.stored_width, tiling.columns))
            )
        ]

    def _order(self, rows: Sequence[_Interval], columns: Sequence[_Interval]) -> list[tuple[_Interval, _Interval]]:
        """Return the tiles of an image, one row after the other; or one column, if it keeps rows from tile to tile."""
        if self._areas.keeps_rows:
            return [(row, column) for column in columns for row in rows]
        return [(row, column) for row in rows for column in columns]

    def _sum(self, turn: _Turn) -> Iterator[Step]:
        """Yield the steps that make one tile of the output of each core: one for each slice of the channels."""
        product = self._product
        result, scratch = self._result(turn), self._scratch_of(turn)
        added = [self._added(turn, product.added)] if product.added else []
        for index in range(len(product.slices)):
            is_last = index == len(product.slices) - 1
            needs = (self._image(turn, index), self._weights(turn, index), *(added if is_last else ()))
            computes = partial(self._computes, turn, index, needs=needs, result=result, scratch=scratch)
            yield Step(needs, result, computes, scratch)

    def _reuse(self, kind: str, key: object, make: Callable[[], Fetch]) -> Fetch:
        if kind not in self._latest or self._latest[kind][0] != key:
            self._latest[kind] = key, make()
        return self._latest[kind][1]

    def _image(self, turn: _Turn, index: int) -> Fetch:
        first, channels = self._product.image_channels(index)
        key = turn.turn, turn.number, first
        if key not in self._images:
            self._images[key] = self._image_tiles(turn, first, channels)
        tiles = self._images[key]
        if self._product.shares_image:
            return self._reuse("image", tiles, lambda: self._shared(tiles))
        return self._reuse("image", tiles, lambda: _fetch(tiles, self._product.rooms.image))

    def _image_tiles(self, turn: _Turn, first: int, channels: int) -> list[Tile | None]:
        """Return the tile of each core."""
        return [
            self._image_tile(self._areas.computed(area), part.first + first, channels) if area and part.made else None
            for area, part in zip(turn.areas, self._product.parts[turn.turn], strict=True)
        ]

    def _shared(self, tiles: Sequence[Tile | None]) -> Fetch:
        """Return what brings tiles to cores via the memory of their cluster; they may be there already."""
        room = self._product.rooms.image
        shelf = Shelf(clusters_of(tiles, self._product.cluster), room, "NRAM")
        key = tuple(tiles)
        via = self._in_cluster.get(key)
        if via is None or not self._product.stays_in_cluster:
            extent = around([tile for tile in tiles if tile])
            via = Fetch("SharedRAM", shelf.size, partial(_share_tiles, tiles, shelf), extent)
            self._in_cluster[key] = via
        return Fetch("NRAM", room, partial(shelf.taken, [tile.bytes if tile else 0 for tile in tiles]), via=via)

    def _image_tile(self, area: Area, channel: int, channels: int) -> Tile:
        shape, x = self._shape, self._product.x
        row, rows, _ = seen_rows(shape, area.row, area.rows)
        column, columns, _ = seen_columns(shape, area.column, area.columns)
        steps = shape.stride if shape.is_pointwise else (1, 1)
        return Tile(x, shape.height, shape.width, area.image, row, rows, column, columns, channel, channels, *steps)

    def _weights(self, turn: _Turn, index: int) -> Fetch:
        product = self._product

        def make() -> Fetch:
            blocks = [product.block(turn.turn, core, turn.block, index) for core in range(len(turn.areas))]
            if product.shares_weights:
                return self._shared_weights(blocks)
            moves = partial(_weights, product.weights, blocks)
            return Fetch("WRAM", product.rooms.weights, moves, may_come_early=True)

        return self._reuse("weights", (turn.turn, turn.block, index), make)

    def _shared_weights(self, blocks: Sequence[Block | None]) -> Fetch:
        """Return what brings weights to cores via the memory of their cluster."""
        room = self._product.rooms.weights
        shelf = Shelf(clusters_of(blocks, self._product.cluster), room, "WRAM")
        wholes = [_block(self._product.weights, block) if block else None for block in blocks]
        via = Fetch("SharedRAM", shelf.size, partial(shelf.brought, wholes), may_come_early=True)
        return Fetch("WRAM", room, partial(shelf.taken, [block.size if block else 0 for block in blocks]), via=via)

    def _result(self, turn: _Turn) -> Result:
        size = self._shape.stored_height, self._shape.stored_width
        tiles = [
            _tile(self._product.y, size, work[0], part.made_first, work[1]) if work else None
            for work, part in zip(turn.work, self._product.parts[turn.turn], strict=True)
        ]
        room = self._product.rooms.output
        return Result(room, partial(_stores, tiles), around([tile for tile in tiles if tile]))

    def _added(self, turn: _Turn, added: Activation) -> Fetch:
        size = self._shape.out_height, self._shape.out_width
        tiles = [
            _tile(added, size, self._areas.computed(work[0]), part.made_first, work[1]) if work else None
            for work, part in zip(turn.work, self._product.parts[turn.turn], strict=True)
        ]
        return _fetch(tiles, self._product.rooms.added)

    def _scratch_of(self, turn: _Turn) -> Scratch | None:
        """Return where the product lies before it is pooled: the same for tiles that keep rows for the next."""
        if not self._product.rooms.product:
            return None
        column = next((area.image, area.column) for area in turn.areas if area)
        key = (turn.turn, turn.block, *(column if self._areas.keeps_rows else (turn.number,)))
        if self._scratch is None or self._scratch[0] != key:
            self._scratch = key, Scratch(self._product.rooms.product)
        return self._scratch[1]

    def _computes(
        self,
        turn: _Turn,
        index: int,
        core: int,
        offset: Offsets,
        *,
        needs: Sequence[Fetch],
        result: Result,
        scratch: Scratch | None,
    ) -> list[Compute]:
        stored, block = turn.areas[core], turn.blocks[core]
        if not stored or not block:
            return []
        size = cast("Block", self._product.block(turn.turn, core, turn.block, index)).size
        places = tuple(offset(part) for part in (result, scratch or result, *needs))
        key = index, stored, block.made, size, places
        if self._written is None or self._written[0] != key:  # cores often do the same
            self._written = key, self._tile_computes.of_tile(*key)
        return self._written[1]


def _tile(of: Activation, size: tuple[int, int], area: Area, first: int, block: Block) -> Tile:
    """Return the tile of an activation, images of a size, that has an area and the channels of a block of weights."""
    where = area.image, area.row, area.rows, area.column, area.columns
    return Tile(of, *size, *where, first + block.first, block.made)


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


def _share_tiles(tiles: Sequence[Tile | None], shelf: Shelf, core: int, offset: int, _: int) -> list[Move]:
    """Return what a core does to bring a tile to the memory of its cluster."""
    seat = shelf.seat(core)
    tile = tiles[seat.like] if seat else None
    return tile.share(offset + shelf.place(seat), seat.rank, seat.holders) if seat and tile else []


def _weights(tensor: str, blocks: Sequence[Block | None], core: int, offset: int, _: int) -> list[Move]:
    """Return what brings a core its weights."""
    block = blocks[core]
    return [_block(tensor, block, offset)] if block else []


def _block(tensor: str, block: Block, offset: int = 0) -> Move:
    """Return what brings all of a block of weights to a place in WRAM."""
    return Move(Spot("DRAM", block.offset, tensor), Spot("WRAM", offset), block.size)
