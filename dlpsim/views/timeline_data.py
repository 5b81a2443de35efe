"""A window of a run as data: what every unit and decoder did, from cycle to cycle and summed up by columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

DECODER = "decoder"


class Activity(Enum):
    """What a unit or a decoder is doing."""

    WORK = "works"
    """Its beats or operations are in progress."""
    PORT = "waits for its port"
    """It asks for beats, and another core's beat occupies the port."""
    SETUP = "sets up"
    """It sets an instruction up, before the first beat or operation."""
    FLIGHT = "in flight"
    """The unit has done with an instruction whose result is not there yet."""
    DECODE = "decodes"
    """The decoder spends its cycles on an instruction."""
    QUEUE = "queue is full"
    """The decoder waits until the issue queue of a unit has room."""
    SYNC = "waits at a sync"
    """The decoder waits until the core's earlier instructions have completed."""
    BARRIER = "waits at a barrier"
    """The decoder waits for other cores."""


@dataclass(frozen=True)
class Interval:
    """A unit of a core (or its decoder) is at one instruction from boundary `begin` to boundary `end`.

    `pc` is the index of the instruction in the core's code, `line` its source line (0: none). A move whose port other
    cores use as well works and waits for it by turns: that is one interval of WORK, and `worked` are the cycles in
    which it worked. They are all of any other interval of WORK, and 0 of what is none.
    """

    core: int
    unit: str
    activity: Activity
    begin: int
    end: int
    pc: int
    line: int
    worked: int

    def split(self) -> Iterator[tuple[Activity, int]]:
        """Yield its cycles by activity: those of a move whose port is shared are of two."""
        length = self.end - self.begin
        if self.activity is not Activity.WORK:
            yield self.activity, length
            return
        yield Activity.WORK, self.worked
        yield Activity.PORT, length - self.worked


@dataclass(frozen=True)
class Lane:
    """A unit of a core, or its decoder: the cycles of each activity in each column, of activities that occur.

    Moves that share their port are taken to work evenly from their first beat to their last.
    """

    core: int
    unit: str
    cycles: Mapping[Activity, Sequence[float]]


@dataclass(frozen=True)
class TimelineData:
    """The window from boundary `begin` to boundary `end` of a run that takes `cycles`.

    `lanes` are those that are used in the run at all, in columns of `column_cycles` each (the last may be shorter).
    `intervals` overlap the window; None where they are too many. `cores` is how many cores the machine has.
    """

    program: str
    machine: str
    cores: int
    cycles: int
    begin: int
    end: int
    column_cycles: int
    lanes: tuple[Lane, ...]
    intervals: tuple[Interval, ...] | None

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return -(-(self.end - self.begin) // self.column_cycles)

    def column_span(self, column: int) -> tuple[int, int]:
        """Return the boundaries of a column."""
        begin = self.begin + column * self.column_cycles
        return begin, min(begin + self.column_cycles, self.end)

    def to_dict(self) -> dict[str, Any]:
        """Return the data as JSON has it."""
        return {
            "program": self.program,
            "machine": self.machine,
            "cycles": self.cycles,
            "window": [self.begin, self.end],
            "column_cycles": self.column_cycles,
            "lanes": [
                {
                    "core": lane.core,
                    "unit": lane.unit,
                    "cycles": {activity.value: list(column) for activity, column in lane.cycles.items()},
                }
                for lane in self.lanes
            ],
            "intervals": None
            if self.intervals is None
            else [asdict(interval) | {"activity": interval.activity.value} for interval in self.intervals],
        }
