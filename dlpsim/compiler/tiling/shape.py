"""A product (convolution or matrix product), perhaps with a pooling of its result: its sizes, and what windows see."""

from dataclasses import dataclass, replace

Span = tuple[int, int, int]
"""What some windows see along an axis: the first row or column, how many, and how many are before the first."""


@dataclass(frozen=True, slots=True)
class Pooling:
    """A pooling of the result of a product, to `height` x `width` pixels: windows of `kernel` at `stride`.

    `top` and `left` rows and columns are before the first. `passes` are the operations for each element that is made.
    If it `keeps_rows`, rows of the product that windows of one tile share with those of the next stay on chip; else
    they are computed again.
    """

    height: int
    width: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    top: int
    left: int
    passes: int
    keeps_rows: bool = False

    @property
    def shares_rows(self) -> bool:
        """Whether windows overlap those below them."""
        return self.kernel[0] > self.stride[0]


@dataclass(frozen=True, slots=True)
class Shape:
    """A product: an image of `height` x `width` pixels of `channels`, `images` of them, and what is made of it.

    `made` output channels of `out_height` x `out_width` pixels, by kernels of `kernel` at `stride`, spread by
    `dilation`, with `top` and `left` zeros before the first row and column. `channels` and `made` are what a core
    works on at a time, in `groups` groups. `is_added` if something of the size of the output is added to it.
    `numbers` constants, which what is done to the result needs, lie behind the bias. If there is a `pooling`, its
    result is what is stored, else that of the product.
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
    pooling: Pooling | None = None

    def rows(self, begin: int, count: int) -> Span:
        """Return the first row of the image that `count` output rows need, how many, and the zeros above them."""
        return _Axis(self.height, self.kernel[0], self.stride[0], self.dilation[0], self.top).seen(begin, count)

    def columns(self, begin: int, count: int) -> Span:
        """Return the same for columns."""
        return _Axis(self.width, self.kernel[1], self.stride[1], self.dilation[1], self.left).seen(begin, count)

    def rows_for(self, begin: int, count: int) -> Span:
        """Return the first row of the product that `count` stored rows need, how many, and how many are above them."""
        pool = self.pooling
        if pool is None:
            return begin, count, 0
        return _Axis(self.out_height, pool.kernel[0], pool.stride[0], 1, pool.top).seen(begin, count)

    def new_rows_for(self, begin: int, count: int) -> Span:
        """Return the same, but without the rows that windows before them have seen if those are kept."""
        first, rows, above = self.rows_for(begin, count)
        if begin == 0 or self.pooling is None or not self.pooling.keeps_rows:
            return first, rows, above
        last, seen, _ = self.rows_for(begin - 1, 1)
        new = max(first, last + seen)
        return new, first + rows - new, 0

    def can_keep_rows(self, size: int) -> bool:
        """Whether tiles of `size` stored rows can: each computes some, and what is kept does not overlap its place."""
        for begin in range(size, self.stored_height, size):
            count = min(size, self.stored_height - begin)
            before, held = self.rows_for(begin - size, size)[1], self.rows_for(begin, count)[1]
            new = self.new_rows_for(begin, count)[1]
            if new <= 0 or 2 * (held - new) > before:
                return False
        return True

    def columns_for(self, begin: int, count: int) -> Span:
        """Return the same for columns."""
        pool = self.pooling
        if pool is None:
            return begin, count, 0
        return _Axis(self.out_width, pool.kernel[1], pool.stride[1], 1, pool.left).seen(begin, count)

    def with_rows(self, count: int) -> "Shape":
        """Return what makes `count` of the stored rows, none of them at the upper edge: no others need more."""
        pool = self.pooling
        if pool is None:
            return replace(self, out_height=count, top=0)
        rows = min((count - 1) * pool.stride[0] + pool.kernel[0], self.out_height)
        return replace(self, out_height=rows, top=0, pooling=replace(pool, height=count, top=0, keeps_rows=False))

    @property
    def stored_height(self) -> int:
        """Rows of what is stored."""
        return self.pooling.height if self.pooling else self.out_height

    @property
    def stored_width(self) -> int:
        """Columns of what is stored."""
        return self.pooling.width if self.pooling else self.out_width

    @property
    def taps(self) -> int:
        """Places of a kernel."""
        return self.kernel[0] * self.kernel[1]

    @property
    def pixels(self) -> int:
        """Pixels of the product, of all images."""
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

    def seen(self, begin: int, count: int) -> Span:
        """Return what `count` windows from number `begin` on see: first, how many, and how many are before the first.

        Where they see nothing, it is one that lies behind or before all of them.
        """
        first = begin * self.stride - self.before
        span = (count - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
        if first >= self.size:
            return self.size - 1, 1, span
        start = max(first, 0)
        return start, max(min(first + span, self.size) - start, 1), max(-first, 0)
