"""Sums up a window of a run by columns: how many cycles of what every lane has in each."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlpsim.views.timeline_data import Activity, Interval, Lane

DECIMALS = 6
"""Of the cycles in a column; what is less comes of adding averages up."""

Key = tuple[int, str]
"""A lane: a core and a unit."""


@dataclass(frozen=True)
class Level:
    """What a lane does from `begin` to `end`: of each activity so many cycles in a cycle, on the average.

    That is all that it does there.
    """

    core: int
    unit: str
    begin: int
    end: int
    levels: Mapping[Activity, float]


class Columns:
    """Sums of cycles, by lane, activity and column."""

    def __init__(self, begin: int, end: int, width: int) -> None:
        self._begin, self._end, self._width = begin, end, width
        self._count = -(-(end - begin) // width)
        self._lanes: dict[Key, dict[Activity, list[float]]] = defaultdict(dict)
        self._levelled: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        """Where levels say all, in the order of time."""

    def add(self, part: Interval | Level) -> None:
        """Add what a part is in the window, but for where a level that was added before says all."""
        key = part.core, part.unit
        spans = list(self._told_by_no_level(key, part.begin, part.end))
        if isinstance(part, Level):
            levels: Mapping[Activity, float] = part.levels
            for span in spans:
                insort(self._levelled[key], span)
        else:
            levels = {activity: cycles / (part.end - part.begin) for activity, cycles in part.split()}
        for activity, level in levels.items():
            for begin, end in spans if level else ():
                self._spread(key, activity, level, max(begin, self._begin), min(end, self._end))

    def lane(self, core: int, unit: str) -> Lane:
        """Return the columns of a lane."""
        found = self._lanes.get((core, unit), {})
        return Lane(
            core, unit, {activity: tuple(map(_cycles, found[activity])) for activity in Activity if activity in found}
        )

    def _told_by_no_level(self, key: Key, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what levels leave of the time from `begin` to `end`."""
        levelled = self._levelled[key]
        for low, high in levelled[max(bisect_left(levelled, (begin, begin)) - 1, 0) :]:
            if low >= end:
                break
            if begin < low:
                yield begin, low
            begin = max(begin, high)
        if begin < end:
            yield begin, end

    def _spread(self, key: Key, activity: Activity, level: float, begin: int, end: int) -> None:
        if begin >= end:
            return
        cells = self._lanes[key].setdefault(activity, [0.0] * self._count)
        first, last = (begin - self._begin) // self._width, (end - 1 - self._begin) // self._width
        for column in range(first, last + 1):
            left = self._begin + column * self._width
            cells[column] += level * (min(end, left + self._width) - max(begin, left))


def _cycles(count: float) -> float:
    return round(count, DECIMALS)
