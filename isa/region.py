"""Regions: which bytes an operand or one side of a move occupies, relative to the address at which it begins."""

from dataclasses import dataclass
from math import prod

from isa.vocabulary import DTYPE_BYTES


@dataclass(frozen=True, slots=True)
class Region:
    """Elements of `dtype` in an array of `shape`, whose axes advance by `strides` bytes; none is negative."""

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def span(self) -> int:
        """Bytes from the first one to the last one, both included."""
        reach = sum((count - 1) * stride for count, stride in zip(self.shape, self.strides, strict=True))
        return reach + DTYPE_BYTES[self.dtype]

    @property
    def rows(self) -> "Rows":
        """The same bytes as rows without gaps: trailing axes that are dense are joined."""
        axes = list(zip(self.shape, self.strides, strict=True))
        dense = DTYPE_BYTES[self.dtype]
        while axes and (axes[-1][1] == dense or axes[-1][0] == 1):
            dense *= axes.pop()[0]
        return Rows(dense, tuple((count, stride) for count, stride in axes if count > 1))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of `size` bytes; each of `axes`, a count and a stride in bytes, repeats what stands to its right."""

    size: int
    axes: tuple[tuple[int, int], ...]


def dense(dtype: str, shape: tuple[int, ...]) -> Region:
    """Return the region of a row-major array without gaps."""
    size = DTYPE_BYTES[dtype]
    return Region(dtype, shape, tuple(size * prod(shape[axis + 1 :]) for axis in range(len(shape))))
