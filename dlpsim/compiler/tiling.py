"""How a product (convolution or matrix product) may be cut into tiles.

A tile is some rows and columns of the output, some output channels, and some input channels, of which all are summed
up one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from dlpsim.compiler.activation import ELEMENT

SPLITS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 192, 256, 384, 512)
"""Into how many parts something is cut."""

VECTOR = 16
"""Channels are cut at multiples of so many, whose bytes fill a beat of 64, where there is room for that."""

EDGE = 16
"""Tiles farther from the ends of an axis than so many are taken to see as much as those in the middle."""

GRAIN = 64
"""Rooms are multiples of so many bytes."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A product: an image of `height` x `width` pixels of `channels`, `images` of them, and what is made of it.

    `made` output channels of `out_height` x `out_width` pixels, by kernels of `kernel` at `stride`, spread by
    `dilation`, with `top` and `left` zeros before the first row and column. `channels` and `made` are what a core
    works on at a time, in `groups` groups. `is_added` if something of the size of the output is added to it.
    `numbers` constants, which what is done to the result needs, lie behind the bias.
    """

    images: int
    height: int
    width: int
    channels: int
    out_height: int
    out_width: int
    made: int
    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    top: int = 0
    left: int = 0
    is_added: bool = False
    groups: int = 1
    numbers: int = 0

    def rows(self, begin: int, count: int) -> tuple[int, int, int]:
        """Return the first row of the image that `count` output rows need, how many, and the zeros above them."""
        return _Axis(self.height, self.kernel[0], self.stride[0], self.dilation[0], self.top).seen(begin, count)

    def columns(self, begin: int, count: int) -> tuple[int, int, int]:
        """Return the same for columns."""
        return _Axis(self.width, self.kernel[1], self.stride[1], self.dilation[1], self.left).seen(begin, count)

    @property
    def taps(self) -> int:
        """Places of a kernel."""
        return self.kernel[0] * self.kernel[1]

    @property
    def pixels(self) -> int:
        """Pixels of the output, of all images."""
        return self.images * self.out_height * self.out_width

    @property
    def is_pointwise(self) -> bool:
        """Whether each output pixel follows from one pixel of the image. What lies between those is never loaded."""
        if self.taps > 1 or self.top or self.left:
            return False
        ends = zip((self.out_height, self.out_width), self.stride, (self.height, self.width), strict=True)
        return all((count - 1) * step < size for count, step, size in ends)

    def weight_elements(self, made: int, channels: int) -> int:
        """Return how many weights `channels` input channels have for `made` output channels."""
        return made * (channels // self.groups) * self.taps


@dataclass(frozen=True, slots=True)
class _Axis:
    """Rows or columns of an image, `size` of them, and the windows over them; `before` of the first are beyond it."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int

    def seen(self, begin: int, count: int) -> tuple[int, int, int]:
        """Return what `count` windows from number `begin` on see: first, how many, and how many are before the first.

        Where they see nothing, it is one that lies behind or before all of them.
        """
        first = begin * self.stride - self.before
        span = (count - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
        if first >= self.size:
            return self.size - 1, 1, span
        start = max(first, 0)
        return start, max(min(first + span, self.size) - start, 1), max(-first, 0)


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


Span = Callable[[int, int], tuple[int, int, int]]
"""What of an image some windows see, as `Shape.rows` and `Shape.columns` say."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows or columns of the output, cut into tiles of `size`: how many, and of the image the most for one, and all."""

    size: int
    count: int
    most: int
    all: int


def intervals(size: int, tile: int) -> Iterator[tuple[int, int]]:
    """Yield begin and size of each part of an axis that is cut into parts of size `tile`; the last may be smaller."""
    for begin in range(0, size, tile):
        yield begin, min(tile, size - begin)


def row_tiles(shape: Shape, size: int) -> list[tuple[int, int]]:
    """Return, for each tile of `size` rows of the output, its rows, and the rows of the image that it needs."""
    return [(count, seen_rows(shape, begin, count)[1]) for begin, count in intervals(shape.out_height, size)]


def column_tiles(shape: Shape, size: int) -> list[tuple[int, int]]:
    """Return the same for columns."""
    return [(count, seen_columns(shape, begin, count)[1]) for begin, count in intervals(shape.out_width, size)]


def seen_rows(shape: Shape, begin: int, count: int) -> tuple[int, int, int]:
    """Return what `Shape.rows` says, but of a pointwise product only the rows that are loaded."""
    first, seen, above = shape.rows(begin, count)
    return (first, count, 0) if shape.is_pointwise else (first, seen, above)


def seen_columns(shape: Shape, begin: int, count: int) -> tuple[int, int, int]:
    """Return the same for columns."""
    first, seen, before = shape.columns(begin, count)
    return (first, count, 0) if shape.is_pointwise else (first, seen, before)


def cut_rows(shape: Shape, size: int) -> Cut:
    """Cut the rows of the output into tiles of `size`."""
    return _cut(lambda begin, count: seen_rows(shape, begin, count), shape.out_height, size)


def cut_columns(shape: Shape, size: int) -> Cut:
    """Cut the columns of the output into tiles of `size`."""
    return _cut(lambda begin, count: seen_columns(shape, begin, count), shape.out_width, size)


def _cut(span: Span, size: int, tile: int) -> Cut:
    """Cut an axis of the output; tiles that are not at either end, where windows reach beyond it, are all alike."""
    begins = range(0, size, tile)
    edge = EDGE if len(begins) > 2 * EDGE else len(begins)
    seen = [span(begin, min(tile, size - begin))[1] for begin in (*begins[:edge], *begins[edge:][-edge:])]
    between = len(begins) - len(seen)
    usual = span(begins[len(begins) // 2], tile)[1] if between else 0
    return Cut(tile, len(begins), max(usual, *seen, 1), sum(seen) + between * usual)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Bytes that a tile of each kind has on chip, the largest of its kind: so each can take the place of another."""

    image: int
    output: int
    weights: int


def rooms(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling) -> Rooms:
    """Return the room of tiles, the bias with the last weights."""
    return Rooms(
        rows.most * columns.most * tiling.loaded * ELEMENT,
        rows.size * columns.size * tiling.made * ELEMENT,
        (shape.weight_elements(tiling.made, tiling.channels) + tiling.made + shape.numbers) * ELEMENT,
    )


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a tiling takes in NRAM and WRAM: two tiles of each kind, one where there is no other."""

    nram: int
    wram: int


def need(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling) -> Need:
    """Return what a tiling takes on chip."""
    room = rooms(shape, rows, columns, tiling)
    spatial = shape.images * rows.count * columns.count
    blocks, slices = ceil(shape.made / tiling.made), ceil(shape.channels / tiling.channels)
    images = spatial * ceil(shape.channels / tiling.loaded)
    outputs = min(spatial * blocks, 2) * (2 if shape.is_added else 1)
    return Need(
        rounded(room.image) * min(images, 2) + rounded(room.output) * outputs,
        rounded(room.weights) * min(blocks * slices, 2),
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
