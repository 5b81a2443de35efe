"""The bytes of one memory, as arrays that see them through regions. Importing this module imports NumPy."""

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.fault import number
from isa.meaning import NUMPY_TYPES
from isa.region import Region

UNWRITTEN = 0xFF
"""What every byte is at first: NaN as floating-point elements, -1 as integers, so that it shows."""


_CACHE_LINE = 64

Extent = tuple[int, int]
"""A first address and the one behind the last."""


class OutsideError(Exception):
    """An access leaves its memory."""


class Memory:
    """A memory of which the stretches that are in use exist, in the order of their addresses."""

    def __init__(self, name: str, extents: Sequence[Extent]) -> None:
        self.name = name
        self._begins = [begin for begin, _ in extents]
        self._bytes = [_aligned(end - begin) for begin, end in extents]

    def view(self, address: int, region: Region) -> NDArray[Any]:
        """Return the elements of `region` from `address` on; writing to them writes to the memory.

        Raises OutsideError where some do not exist.
        """
        found = bisect_right(self._begins, address) - 1
        if found >= 0:
            begin, data = self._begins[found], self._bytes[found]
            with suppress(OverflowError, TypeError, ValueError):  # how NumPy says that the array would leave the buffer
                return np.ndarray(region.shape, NUMPY_TYPES[region.dtype], data, address - begin, region.strides)
        raise OutsideError(
            f"bytes {number(address)} to {number(address + region.span - 1)} of {self.name} hold no "
            f"{'tensor' if self.name == 'DRAM' else 'data'}"
        )


def _aligned(size: int) -> NDArray[np.uint8]:
    """Return `size` bytes that begin at a cache line: no result depends on where an array happens to lie."""
    data = np.full(size + _CACHE_LINE, UNWRITTEN, np.uint8)
    begin = -data.ctypes.data % _CACHE_LINE
    return data[begin : begin + size]
