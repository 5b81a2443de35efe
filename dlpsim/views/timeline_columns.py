"""Sums up a window of a run by columns: how many cycles of what every lane has in each."""

from dataclasses import dataclass

from dlpsim.views.timeline_data import Activity, Interval, Lane

DECIMALS = 6
"""Of the cycles in a column; what is less comes of adding averages up."""


@dataclass(frozen=True)
class Level:
    """So many cycles of an activity in each cycle from `begin` to `end`, on the average."""

    core: int
    unit: str
    activity: Activity
    begin: int
    end: int
    level: float


class Columns:
    """Sums of cycles, by lane, activity and column."""

    def __init__(self, begin: int, end: int, width: int) -> None:
        self._begin, self._end, self._width = begin, end, width
        self._count = -(-(end - begin) // width)
        self._lanes: dict[tuple[int, str], dict[Activity, list[float]]] = {}

    def add(self, part: Interval | Level) -> None:
        """Add what a part is in the window."""
        if isinstance(part, Level):
            self._spread(part, part.activity, part.level)
            return
        for activity, cycles in part.split():
            self._spread(part, activity, cycles / (part.end - part.begin))

    def lane(self, core: int, unit: str) -> Lane:
        """Return the columns of a lane."""
        found = self._lanes.get((core, unit), {})
        return Lane(
            core, unit, {activity: tuple(map(_cycles, found[activity])) for activity in Activity if activity in found}
        )

    def _spread(self, part: Interval | Level, activity: Activity, level: float) -> None:
        if not level:
            return
        lane = self._lanes.setdefault((part.core, part.unit), {})
        cells = lane.setdefault(activity, [0.0] * self._count)
        begin, end = max(part.begin, self._begin), min(part.end, self._end)
        first, last = (begin - self._begin) // self._width, (end - 1 - self._begin) // self._width
        for column in range(first, last + 1):
            left = self._begin + column * self._width
            cells[column] += level * (min(end, left + self._width) - max(begin, left))


def _cycles(count: float) -> float:
    return max(round(count, DECIMALS), 0.0)
