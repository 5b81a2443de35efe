"""Steps of a product: a convolution or a matrix product by weights, and what is done to its result on the way out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.activation import ELEMENT, Activation
from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.step import Fetch, Offsets, Result, Step
from dlpsim.compiler.tiling import Shape, Tiling, image_room
from dlpsim.compiler.transfers import Tile, around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

TYPE = 32
"""Bits of the computations."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one core does of a product at a time: kernels `made_first` on, `made` of them, on channels from `first`."""

    first: int
    made_first: int
    made: int


@dataclass(frozen=True)
class Product:
    """A product that is tiled: `x` by the tensor `weights`, plus `added`, gives `y`.

    `shape` is what a core does of one part; `parts` has for each round the part of each core. In each, the channels
    are in `groups` groups. `after` are operations on each element of the result.

    If the cores of a cluster, `sharing` in number, share their tiles of the image, these come via the SharedRAM, where
    they stay for the whole layer if `stays_in_cluster`.
    """

    name: str
    x: Activation
    y: Activation
    weights: str
    shape: Shape
    tiling: Tiling
    parts: tuple[tuple[Part, ...], ...]
    groups: int = 1
    added: Activation | None = None
    after: tuple[str, ...] = ()
    sharing: int = 0
    stays_in_cluster: bool = False

    @cached_property
    def _blocks(self) -> dict[tuple[int, int, int, int], tuple[int, int]]:
        """Where the weights of a block begin and how many bytes they are: by round, core, block and slice."""
        found = {}
        offset = 0
        for turn, cores in enumerate(self.parts):
            for core, part in enumerate(cores):
                for block, (_, made) in enumerate(self._made(part)):
                    for index, (_, channels) in enumerate(self._slices):
                        size = made * (channels // self.groups) * self.shape.taps * ELEMENT
                        size += made * ELEMENT if index == len(self._slices) - 1 else 0
                        found[turn, core, block, index] = offset, size
                        offset += size
        return found

    @property
    def weight_count(self) -> int:
        """Elements of the weights as they lie in DRAM, bias included."""
        return sum(size for _, size in self._blocks.values()) // ELEMENT

    def packed(self, kernels: "Array", bias: "Array") -> "Array":
        """Return the weights as they lie in DRAM: block by block, the bias of each behind it.

        `kernels` has the axes kernel row, kernel column, channel of a group, output channel.
        """
        import numpy as np  # noqa: PLC0415

        pieces = []
        for cores in self.parts:
            for part in cores:
                for first, made in self._made(part):
                    begin = part.made_first + first
                    for channel, channels in self._slices:
                        inner = slice(channel, channel + channels) if self.groups == 1 else slice(None)
                        pieces.append(kernels[:, :, inner, begin : begin + made].ravel())
                    pieces.append(bias[begin : begin + made])
        return np.concatenate(pieces).astype(np.float32)

    def steps(self) -> list[Step]:
        """Return the steps, in order."""
        return list(_Steps(self).all())

    def _made(self, part: Part) -> list[tuple[int, int]]:
        """Return first and number of the kernels of each block of a part."""
        return _cut(part.made, self.tiling.made)

    @cached_property
    def _slices(self) -> list[tuple[int, int]]:
        return _cut(self.shape.channels, self.tiling.channels)


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


class _Steps:
    """Builds the steps of one product."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._shape = product.shape
        self._in_cluster: dict[Tile, Fetch] = {}
        """What brings each tile into the SharedRAM."""
        self._latest: dict[str, tuple[object, Fetch]] = {}
        """Of each kind, what was fetched last, and what for."""
        tiling = product.tiling
        self._room_of_result = tiling.rows * tiling.columns * tiling.made * ELEMENT
        self._room_of_image = image_room(product.shape, tiling)
        self._room_of_weights = max(size for _, size in product._blocks.values())
        """Bytes that each tile and block has, also one that is smaller: so each can take the place of another."""

    def all(self) -> Iterator[Step]:
        product, shape = self._product, self._shape
        areas = [
            _Area(image, row, rows, column, columns)
            for image in range(shape.images)
            for row, rows in _cut(shape.out_height, product.tiling.rows)
            for column, columns in _cut(shape.out_width, product.tiling.columns)
        ]
        for turn, cores in enumerate(product.parts):
            blocks = range(max(len(product._made(part)) for part in cores))
            outer = [(area, block) for block in blocks for area in areas]
            if not product.tiling.weights_stay:
                outer = [(area, block) for area in areas for block in blocks]
            for area, block in outer:
                yield from self._sum(turn, area, block)

    def _sum(self, turn: int, area: _Area, block: int) -> Iterator[Step]:
        """Yield the steps that make one tile of the output: one for each slice of the channels."""
        product = self._product
        result = self._result(turn, area, block)
        added = self._added(turn, area, block) if product.added else None
        slices = product._slices
        for index in range(len(slices)):
            image, weights = self._image(turn, area, index), self._weights(turn, block, index)
            is_last = index == len(slices) - 1
            needs = (image, weights, *([added] if added and is_last else []))
            yield Step(needs, result, self._computes((turn, area, block, index), needs, result))

    def _reuse(self, kind: str, key: object, make: Callable[[], Fetch]) -> Fetch:
        if kind not in self._latest or self._latest[kind][0] != key:
            self._latest[kind] = key, make()
        return self._latest[kind][1]

    def _image(self, turn: int, area: _Area, index: int) -> Fetch:
        parts = self._product.parts[turn]
        first, channels = self._product._slices[index]
        tiles = [self._image_tile(area, part.first + first, channels) for part in parts]
        if self._product.sharing and len({part.first for part in parts}) == 1:
            return self._reuse("image", tiles[0], lambda: self._shared(tiles[0]))

        def moves(core: int, offset: int, _: int) -> list[Move]:
            return tiles[core].load(offset) if parts[core].made else []

        return self._reuse("image", tiles, lambda: Fetch("NRAM", self._room_of_image, moves, around(tiles)))

    def _shared(self, tile: Tile) -> Fetch:
        """Return a tile that comes to every core via the memory of its cluster; it may be there already."""
        sharing = self._product.sharing

        def to_cluster(core: int, offset: int, _: int) -> list[Move]:
            return tile.share(offset, core % sharing, sharing)

        def to_core(core: int, offset: int, shared: int) -> list[Move]:
            return [Move(Spot("SharedRAM", shared), Spot("NRAM", offset), tile.bytes)]

        via = self._in_cluster.get(tile)
        if via is None or not self._product.stays_in_cluster:
            via = Fetch("SharedRAM", self._room_of_image, to_cluster, tile.extent)
            self._in_cluster[tile] = via
        return Fetch("NRAM", self._room_of_image, to_core, via=via)

    def _image_tile(self, area: _Area, channel: int, channels: int) -> Tile:
        shape, x = self._shape, self._product.x
        row, rows, _ = shape.rows(area.row, area.rows)
        column, columns, _ = shape.columns(area.column, area.columns)
        steps = (1, 1)
        if shape.is_pointwise:  # of what lies between the windows nothing is needed
            steps, rows, columns = shape.stride, area.rows, area.columns
        return Tile(
            x, shape.height, shape.width, area.image, row, rows, column, columns, channel, channels, steps[0], steps[1]
        )

    def _weights(self, turn: int, block: int, index: int) -> Fetch:
        product = self._product
        blocks = [product._blocks.get((turn, core, block, index)) for core in range(len(product.parts[turn]))]

        def moves(core: int, offset: int, _: int) -> list[Move]:
            found = blocks[core]
            return [Move(Spot("DRAM", found[0], product.weights), Spot("WRAM", offset), found[1])] if found else []

        return self._reuse(
            "weights", (turn, block, index), lambda: Fetch("WRAM", self._room_of_weights, moves, may_come_early=True)
        )

    def _output_tiles(self, of: Activation, turn: int, area: _Area, block: int) -> list[Tile | None]:
        shape = self._shape
        tiles: list[Tile | None] = []
        for part in self._product.parts[turn]:
            made = self._product._made(part)
            if block >= len(made):
                tiles.append(None)
                continue
            first, count = made[block]
            tiles.append(
                Tile(
                    of,
                    shape.out_height,
                    shape.out_width,
                    area.image,
                    area.row,
                    area.rows,
                    area.column,
                    area.columns,
                    part.made_first + first,
                    count,
                )
            )
        return tiles

    def _result(self, turn: int, area: _Area, block: int) -> Result:
        tiles = self._output_tiles(self._product.y, turn, area, block)

        def stores(core: int, offset: int) -> list[Move]:
            tile = tiles[core]
            return tile.store(offset) if tile else []

        there = [tile for tile in tiles if tile]
        return Result(self._room_of_result, stores, around(there))

    def _added(self, turn: int, area: _Area, block: int) -> Fetch:
        assert self._product.added
        tiles = self._output_tiles(self._product.added, turn, area, block)

        def moves(core: int, offset: int, _: int) -> list[Move]:
            tile = tiles[core]
            return tile.load(offset) if tile else []

        there = [tile for tile in tiles if tile]
        return Fetch("NRAM", self._room_of_result, moves, around(there))

    def _computes(
        self, where: tuple[int, _Area, int, int], needs: Sequence[Fetch], result: Result
    ) -> Callable[[int, Offsets], list[Compute]]:
        product = self._product
        turn, area, block, index = where

        def computes(core: int, offset: Offsets) -> list[Compute]:
            made = product._made(product.parts[turn][core])
            if block >= len(made):
                return []
            out, image, weights = (
                Spot("NRAM", offset(result)),
                Spot("NRAM", offset(needs[0])),
                Spot("WRAM", offset(needs[1])),
            )
            count = made[block][1]
            found = [self._multiply(area, index, count, (out, image, weights))]
            if index == len(product._slices) - 1:
                _, size = product._blocks[turn, core, block, index]
                bias = Spot("WRAM", weights.offset + size - count * ELEMENT)
                added = Spot("NRAM", offset(needs[2])) if len(needs) > 2 else None
                found += self._finish(area.pixels, count, out, bias, added)
            return found

        return computes

    def _multiply(self, area: _Area, index: int, made: int, spots: tuple[Spot, Spot, Spot]) -> Compute:
        shape, groups = self._shape, self._product.groups
        channels = self._product._slices[index][1]
        options = ("acc",) if index else ()
        num = area.pixels * made * shape.taps * (channels // groups)
        if shape.is_pointwise and groups == 1:
            return Compute(f"MAC_{TYPE}", num, "matmul", spots, (area.pixels, channels, made), options)
        _, rows, top = shape.rows(area.row, area.rows)
        _, columns, left = shape.columns(area.column, area.columns)
        stride = (1, 1) if shape.is_pointwise else shape.stride
        if shape.is_pointwise:
            rows, columns, top, left = area.rows, area.columns, 0, 0
        dims = (rows, columns, channels, area.rows, area.columns, made, *shape.kernel)
        settings = (*stride, top, left, *shape.dilation, groups)
        return Compute(f"MAC_{TYPE}", num, "conv", spots, (*dims, *_trimmed(settings)), options)

    def _finish(self, pixels: int, made: int, out: Spot, bias: Spot, added: Spot | None) -> Iterator[Compute]:
        num = pixels * made
        yield Compute(f"ADD_{TYPE}", num, "add", (out, out, bias), (pixels, made, made, 0))
        if added:
            yield Compute(f"ADD_{TYPE}", num, "add", (out, out, added), (pixels, made))
        for name in self._product.after:
            kind = {"relu": "MAX", "sigmoid": "EXP", "tanh": "EXP", "gelu": "EXP"}[name]
            yield Compute(f"{kind}_{TYPE}", num, name, (out, out), (pixels, made))


def split(made: int, cores: int) -> list[tuple[int, int]]:
    """Return first and number of what each core makes, as even as can be; some may make nothing."""
    share = ceil(made / cores)
    return [(min(core * share, made), max(0, min(share, made - core * share))) for core in range(cores)]


def _cut(size: int, tile: int) -> list[tuple[int, int]]:
    """Return begin and size of each tile; the last may be smaller."""
    return [(begin, min(tile, size - begin)) for begin in range(0, size, tile)]


def _trimmed(settings: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the last settings of a convolution that are as they would be if they were left out."""
    usual = (1, settings[0], 0, 0, 1, settings[4], 1)
    count = len(settings)
    while count and settings[count - 1] == usual[count - 1]:
        count -= 1
    return settings[:count]
