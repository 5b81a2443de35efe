"""The iterations of nested loops, one after the other."""

from collections.abc import Sequence


class Odometer:
    """Where loops that run `counts` times, outermost first, stand: `counters` counts from 0, the last one fastest."""

    __slots__ = ("_counts", "counters")

    def __init__(self, counts: Sequence[int]) -> None:
        self._counts = counts
        self.counters = [0] * len(counts)

    def advance(self) -> None:
        """Go on to the next iteration; after the last one, to the first."""
        for depth in range(len(self._counts) - 1, -1, -1):
            self.counters[depth] += 1
            if self.counters[depth] < self._counts[depth]:
                return
            self.counters[depth] = 0
