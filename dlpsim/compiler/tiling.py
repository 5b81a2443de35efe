"""How a product (convolution or matrix product) is cut into tiles, and what that would cost.

A tile is some rows and columns of the output, some output channels, and some input channels, of which all are summed
up one after the other. Of the many ways to cut, each is counted through: for how long the MAC array and the DRAM port
are needed, with all that is loaded again, and what cannot overlap with anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from dlpsim.compiler.activation import ELEMENT

SPLITS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 192, 256, 384, 512)
"""Into how many parts something is cut."""

VECTOR = 16
"""Channels are cut at multiples of so many, whose bytes fill a beat of 64."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A product: an image of `height` x `width` pixels of `channels`, `images` of them, and what is made of it.

    `made` output channels of `out_height` x `out_width` pixels, by kernels of `kernel` at `stride`, spread by
    `dilation`, with `top` and `left` zeros before the first row and column. `channels` and `made` are those of a core
    and of one group. `is_added` if something of the size of the output is added to it.
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
    def is_pointwise(self) -> bool:
        """Whether each output pixel follows from one pixel of the image."""
        ends = zip((self.out_height, self.out_width), self.stride, (self.height, self.width), strict=True)
        return self.taps == 1 and not self.top + self.left and all((n - 1) * step < size for n, step, size in ends)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Rows or columns of an image, `size` of them, and the windows over them; `before` of the first are beyond it."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int

    def seen(self, begin: int, count: int) -> tuple[int, int, int]:
        """Return what `count` windows from number `begin` on see: first, how many, and how many are beyond the first."""
        first = begin * self.stride - self.before
        behind = first + (count - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
        start = min(max(first, 0), self.size - 1)
        return start, max(min(behind, self.size) - start, 1), max(-first, 0)


@dataclass(frozen=True, slots=True)
class Tiling:
    """Sizes of a tile, and whether the weights stay while the image goes by (else the other way round)."""

    rows: int
    columns: int
    made: int
    channels: int
    weights_stay: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """What a core can use: bytes of NRAM and WRAM, MACs and elements a cycle, bytes of a beat and of a cycle of DRAM.

    `phase` is what each phase costs besides, in cycles. All `cores` load at the same time, and the same image: once
    for each, or once for those of a cluster if it has `shared` bytes for it, which may hold all of it for the layer.
    """

    nram: int
    wram: int
    macs: int
    elements: int
    beat: int
    dram: float
    phase: int = 0
    cores: int = 1
    clusters: int = 1
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a tiling takes, in cycles: `total`, of which the MAC array is needed for `compute` and DRAM for `dram`."""

    total: float
    compute: float
    dram: float


@dataclass(frozen=True, slots=True)
class _Cut:
    """Rows or columns of the output, cut into tiles of `size`: how many, and of the image the most for one, and all."""

    size: int
    count: int
    most: int
    all: int


@lru_cache(maxsize=4096)
def best(shape: Shape, budget: Budget, passes: int = 1, *, is_whole: bool = False) -> tuple[Tiling, Cost] | None:
    """Return the tiling that costs least; None if not even the smallest tile fits.

    `passes` are those over the output after it has been summed up. One that `is_whole` is not cut into channels.
    """
    found: tuple[Tiling, Cost] | None = None
    row_cuts = [_cut(shape.rows, shape.out_height, tile) for tile in _sizes(shape.out_height)]
    column_cuts = [_cut(shape.columns, shape.out_width, tile) for tile in _sizes(shape.out_width)]
    for made in [shape.made] if is_whole else _sizes(shape.made, VECTOR):
        for channels in [shape.channels] if is_whole else _sizes(shape.channels, VECTOR):
            blocks = ceil(shape.made / made) * ceil(shape.channels / channels)
            weights = made * channels * shape.taps * ELEMENT + made * ELEMENT
            if weights * min(blocks, 2) > budget.wram:
                continue
            for columns in column_cuts:
                fitting = [rows for rows in row_cuts if _nram(shape, rows, columns, made, channels) <= budget.nram]
                for rows in fitting:
                    for weights_stay in (True, False):
                        tiling = Tiling(rows.size, columns.size, made, channels, weights_stay)
                        priced = _cost(shape, tiling, (rows, columns), budget, passes)
                        if found is None or priced.total < found[1].total:
                            found = tiling, priced
                if fitting:
                    break
    return found


def image_room(shape: Shape, tiling: Tiling) -> int:
    """Return the bytes of NRAM for a tile of the image, of the largest."""
    rows, columns = (
        _cut(shape.rows, shape.out_height, tiling.rows),
        _cut(shape.columns, shape.out_width, tiling.columns),
    )
    return rows.most * columns.most * tiling.channels * ELEMENT


def stays_in_cluster(shape: Shape, tiling: Tiling, budget: Budget) -> bool:
    """Whether the SharedRAM has room for all tiles of the image, besides two for what comes next."""
    rows, columns = (
        _cut(shape.rows, shape.out_height, tiling.rows),
        _cut(shape.columns, shape.out_width, tiling.columns),
    )
    return _stays(shape, rows, columns, tiling.channels, budget)


def _stays(shape: Shape, rows: _Cut, columns: _Cut, channels: int, budget: Budget) -> bool:
    tiles = shape.images * rows.count * columns.count * ceil(shape.channels / channels)
    return (tiles + 2) * rows.most * columns.most * channels * ELEMENT <= budget.shared


def _nram(shape: Shape, rows: _Cut, columns: _Cut, made: int, channels: int) -> int:
    """Return the bytes of NRAM that a tiling needs: two tiles of each kind, one where there is no other."""
    spatial = shape.images * rows.count * columns.count
    image = _room(rows.most * columns.most * channels) * min(spatial * ceil(shape.channels / channels), 2)
    output = _room(rows.size * columns.size * made) * min(spatial * ceil(shape.made / made), 2)
    return image + output * (2 if shape.is_added else 1)


def _cost(shape: Shape, tiling: Tiling, cuts: tuple[_Cut, _Cut], budget: Budget, passes: int) -> Cost:
    """Return what a tiling takes: the longer of computing and moving, and what overlaps with neither."""
    rows, columns = cuts
    spatial, blocks = shape.images * rows.count * columns.count, ceil(shape.made / tiling.made)
    slices = ceil(shape.channels / tiling.channels)
    pixels = shape.images * shape.out_height * shape.out_width
    steps = spatial * blocks * slices
    compute = pixels * shape.made * shape.channels * shape.taps / budget.macs
    compute += passes * pixels * shape.made / budget.elements
    if slices == 1:
        image_times = 1 if not tiling.weights_stay or spatial == 1 else blocks
        weights_times = 1 if tiling.weights_stay or blocks == 1 else spatial
    else:
        image_times, weights_times = blocks, spatial
    is_cut = tiling.channels < shape.channels
    image = shape.images * rows.all * columns.all * _line(tiling.channels, budget.beat, is_cut=is_cut) * slices
    weights = shape.made * shape.channels * shape.taps * ELEMENT
    is_part = budget.cores > 1 or tiling.made < shape.made
    stored = pixels * blocks * _line(tiling.made, budget.beat, is_cut=is_part) * (2 if shape.is_added else 1)
    if _stays(shape, rows, columns, tiling.channels, budget):
        image_times = 1
    image *= budget.clusters if budget.shared else budget.cores
    dram = (image * image_times + (weights * weights_times + stored) * budget.cores) / budget.dram
    first = image / (spatial * slices) / budget.dram
    return Cost(max(compute + first, dram + compute / steps) + steps * budget.phase, compute, dram)


def _line(channels: int, beat: int, *, is_cut: bool) -> int:
    """Return the bytes of DRAM's time that the channels of a pixel take: whole beats if pixels do not lie together."""
    return -(-channels * ELEMENT // beat) * beat if is_cut else channels * ELEMENT


def _cut(span: Callable[[int, int], tuple[int, int, int]], size: int, tile: int) -> _Cut:
    """Cut an axis of the output; tiles that are not at either end, where windows reach beyond it, are all alike."""
    begins = range(0, size, tile)
    edge = 3 if len(begins) > 8 else len(begins)
    seen = [span(begin, min(tile, size - begin))[1] for begin in (*begins[:edge], *begins[edge:][-edge:])]
    between = len(begins) - len(seen)
    usual = span(begins[len(begins) // 2], tile)[1] if between else 0
    return _Cut(tile, len(begins), max(usual, *seen), sum(seen) + between * usual)


def _room(elements: int) -> int:
    return -(-elements * ELEMENT // 64) * 64


def _sizes(size: int, grain: int = 1) -> list[int]:
    """Return the sizes of the parts when `size` is cut into equal parts, multiples of `grain`, largest first."""
    parts = {-(-ceil(size / count) // grain) * grain for count in SPLITS if count <= size}
    return sorted({size, *(part for part in parts if part < size), min(size, grain)}, reverse=True)
