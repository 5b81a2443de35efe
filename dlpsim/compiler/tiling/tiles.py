"""How a product (convolution or matrix product) may be cut into tiles.

A tile is some rows and columns of what is stored, some output channels, and some input channels, of which all are
summed up one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.tiling.shape import Shape, Span

SPLITS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 192, 256, 384, 512)
"""Into how many parts something is cut."""

VECTOR = 16
"""Channels are cut at multiples of so many, whose bytes fill a beat of 64, where there is room for that."""

EDGE = 16
"""Tiles farther from the ends of an axis than so many are taken to see as much as those in the middle."""

GRAIN = 64
"""Rooms are multiples of so many bytes."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """Sizes of a tile, and whether the weights stay while the image goes by (else the other way round).

    `channels` input channels are summed up in a step. A tile of the image has as many, or `image_channels` if that is
    more: then it stays for several steps.
    """

    rows: int
    columns: int
    made: int
    channels: int
    weights_stay: bool = True
    image_channels: int = 0

    @property
    def loaded(self) -> int:
        """Input channels of a tile of the image: the last for an output may have fewer."""
        return max(self.channels, self.image_channels)

    def image_of(self, channel: int, shape: Shape) -> tuple[int, int]:
        """Return first and number of the input channels of the tile of the image that has `channel`."""
        first = channel // self.loaded * self.loaded
        return first, min(self.loaded, shape.channels - first)


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows or columns of what is stored, cut into tiles of `size`: how many.

    `most` and `all` are those of the image, the most for one tile and those of all tiles; `computed_most` and
    `computed_all` those of the product, which are more than are stored where a pooling follows. `held_most` are those
    that it has on chip for that, also such as were computed for the tile before.
    """

    size: int
    count: int
    most: int
    all: int
    computed_most: int
    computed_all: int
    held_most: int


def intervals(size: int, tile: int) -> Iterator[tuple[int, int]]:
    """Yield begin and size of each part of an axis that is cut into parts of size `tile`; the last may be smaller."""
    for begin in range(0, size, tile):
        yield begin, min(tile, size - begin)


def row_tiles(shape: Shape, size: int) -> list[tuple[int, int, int]]:
    """Return, for each tile of `size` rows, the rows stored, those of the product, and of the image, that it needs."""
    return [(count, *_rows_needed(shape, begin, count)[1:]) for begin, count in intervals(shape.stored_height, size)]


def column_tiles(shape: Shape, size: int) -> list[tuple[int, int, int]]:
    """Return the same for columns."""
    return [(count, *_columns_needed(shape, begin, count)[1:]) for begin, count in intervals(shape.stored_width, size)]


def seen_rows(shape: Shape, begin: int, count: int) -> Span:
    """Return what `Shape.rows` says, but of a pointwise product only the rows that are loaded."""
    first, seen, above = shape.rows(begin, count)
    return (first, count, 0) if shape.is_pointwise else (first, seen, above)


def seen_columns(shape: Shape, begin: int, count: int) -> Span:
    """Return the same for columns."""
    first, seen, before = shape.columns(begin, count)
    return (first, count, 0) if shape.is_pointwise else (first, seen, before)


def cut_rows(shape: Shape, size: int) -> Cut:
    """Cut the stored rows into tiles of `size`."""
    return _cut(lambda begin, count: _rows_needed(shape, begin, count), shape.stored_height, size)


def cut_columns(shape: Shape, size: int) -> Cut:
    """Cut the stored columns into tiles of `size`."""
    return _cut(lambda begin, count: _columns_needed(shape, begin, count), shape.stored_width, size)


Needed = tuple[int, int, int]
"""How many rows or columns of the product some of what is stored needs, how many of those are computed for it, and how
many of the image are."""


def _rows_needed(shape: Shape, begin: int, count: int) -> Needed:
    held = shape.rows_for(begin, count)[1]
    first, computed, _ = shape.new_rows_for(begin, count)
    return held, computed, seen_rows(shape, first, computed)[1]


def _columns_needed(shape: Shape, begin: int, count: int) -> Needed:
    first, computed, _ = shape.columns_for(begin, count)
    return computed, computed, seen_columns(shape, first, computed)[1]


def _cut(needed: Callable[[int, int], Needed], size: int, tile: int) -> Cut:
    """Cut an axis of what is stored; tiles not at either end, where windows reach beyond it, are all alike."""
    begins = range(0, size, tile)
    edge = EDGE if len(begins) > 2 * EDGE else len(begins)
    found = [needed(begin, min(tile, size - begin)) for begin in (*begins[:edge], *begins[edge:][-edge:])]
    between = len(begins) - len(found)
    usual = needed(begins[len(begins) // 2], tile) if between else (0, 0, 0)
    held, computed, seen = zip(*found, strict=True) if found else ((), (), ())
    return Cut(
        tile,
        len(begins),
        max(usual[2], *seen, 1),
        sum(seen) + between * usual[2],
        max(usual[1], *computed, 1),
        sum(computed) + between * usual[1],
        max(usual[0], *held, 1),
    )


@dataclass(frozen=True, slots=True)
class Rooms:
    """Bytes that a tile of each kind has on chip, the largest of its kind: so each can take the place of another.

    `product` is that of a product before it is pooled, 0 where it is not; `added` that of what is added to it.
    """

    image: int
    output: int
    weights: int
    product: int
    added: int


def rooms(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling) -> Rooms:
    """Return the room of tiles, the bias with the last weights."""
    held = rows.held_most * columns.held_most * tiling.made * ELEMENT
    added = rows.computed_most * columns.computed_most * tiling.made * ELEMENT
    return Rooms(
        rows.most * columns.most * tiling.loaded * ELEMENT,
        rows.size * columns.size * tiling.made * ELEMENT,
        (shape.weight_elements(tiling.made, tiling.channels) + tiling.made + shape.numbers) * ELEMENT,
        held if shape.pooling else 0,
        added if shape.is_added else 0,
    )


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a tiling takes in NRAM and WRAM: two tiles of what is moved, one where there is no other.

    `image` are those in NRAM that are tiles of the image.
    """

    nram: int
    wram: int
    image: int


def need(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling) -> Need:
    """Return what a tiling takes on chip."""
    room = rooms(shape, rows, columns, tiling)
    spatial = shape.images * rows.count * columns.count
    blocks, slices = ceil(shape.made / tiling.made), ceil(shape.channels / tiling.channels)
    images = spatial * ceil(shape.channels / tiling.loaded)
    outputs = min(spatial * blocks, 2)
    return Need(
        rounded(room.image) * min(images, 2)
        + (rounded(room.output) + rounded(room.added)) * outputs
        + rounded(room.product),
        rounded(room.weights) * min(blocks * slices, 2),
        rounded(room.image) * min(images, 2),
    )


def rounded(size: int) -> int:
    """Return the bytes of a room for `size` bytes."""
    return -(-size // GRAIN) * GRAIN


def sizes(size: int, grain: int = 1) -> list[int]:
    """Return the sizes of the parts when `size` is cut into equal parts, multiples of `grain`, largest first.

    A few smaller than `grain` end them.
    """
    parts = {-(-ceil(size / count) // grain) * grain for count in SPLITS if count <= size}
    small = {grain, grain // 4, 1} - {0}
    return sorted({size, *(part for part in parts | small if part < size)}, reverse=True)
