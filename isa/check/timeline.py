"""Streams in the order of a count, to find those that come near one value of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from isa.check.intervals import Interval
from isa.check.sites import Share
from isa.check.stream import Stream


class Timeline:
    """Streams with the span of a count that each takes, both ends included."""

    def __init__(self, shares: Sequence[Share], span: Callable[[Stream], Interval]) -> None:
        self._entries = sorted(((span(share[0]), share) for share in shares), key=lambda entry: entry[0])
        self._lows = [low for (low, _), _ in self._entries]
        self._highest = list(accumulate((high for (_, high), _ in self._entries), max))

    def meeting(self, reach: Interval) -> list[Share]:
        """Return the streams whose spans overlap `reach`."""
        first, behind = bisect_left(self._highest, reach[0]), bisect_right(self._lows, reach[1])
        return [share for (_, high), share in self._entries[first:behind] if high >= reach[0]]
