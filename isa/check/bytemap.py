"""A set of bytes that grows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from isa.check.intervals import Interval


class ByteMap:
    """Bytes that were added, as sorted intervals that neither overlap nor touch."""

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []

    def add(self, parts: Iterable[Interval]) -> None:
        """Add the bytes of `parts`."""
        lows, highs = self._lows, self._highs
        for low, high in parts:
            first, behind = bisect_left(highs, low), bisect_right(lows, high)
            touching = slice(first, behind)
            lows[touching], highs[touching] = [min([low, *lows[touching]])], [max([high, *highs[touching]])]

    def lacks(self, parts: Iterable[Interval]) -> list[Interval]:
        """Return the bytes of `parts` that were not added."""
        lows, highs = self._lows, self._highs
        missing: list[Interval] = []
        for part_low, high in parts:
            low = part_low
            index = bisect_right(highs, low)
            while index < len(lows) and lows[index] < high:
                if lows[index] > low:
                    missing.append((low, lows[index]))
                low = highs[index]
                index += 1
            if low < high:
                missing.append((low, high))
        return missing
