"""When every instruction was dispatched, started, freed and completed.

>>> history.records[0, "dram"][0]
Record(pc=0, dispatched=0, started=0, freed=16, completed=16)
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlpsim.events import Completed, Dispatched, Event, Freed, Sink, Started
from dlpsim.views.trace import Trace

MOMENTS = (Dispatched, Started, Freed, Completed)


class Record(NamedTuple):
    """One executed instruction: its index in the core's code (program counter), and four boundaries in cycles."""

    pc: int
    dispatched: int
    started: int
    freed: int
    completed: int


class History:
    """Keeps every instruction of a run. `records` writes out what repeats: for runs that fit in memory."""

    def __init__(self) -> None:
        self._trace = Trace(MOMENTS)

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the four moments of an instruction."""
        return self._trace.handlers()

    @property
    def records(self) -> Mapping[tuple[int, str], Sequence[Record]]:
        """The instructions of each (core, unit) that had any, in the order in which the unit served them.

        Instructions that had not completed when the run was stopped are left out.
        """
        times: dict[type[Event], dict[tuple[int, str], list[int]]] = {kind: defaultdict(list) for kind in MOMENTS}
        pcs: dict[tuple[int, str], list[int]] = defaultdict(list)
        for event in self._trace.whole():
            assert isinstance(event, MOMENTS)
            key = event.core, event.unit
            times[type(event)][key].append(event.time)
            if isinstance(event, Dispatched):
                pcs[key].append(event.pc)
        moments = [times[kind] for kind in MOMENTS]
        return {
            key: [Record(*row) for row in zip(executed, *(of_kind[key] for of_kind in moments), strict=False)]
            for key, executed in pcs.items()
        }
