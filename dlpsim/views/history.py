"""When every instruction was dispatched, started, freed and completed.

>>> history.records[0, "dram"][0]
Record(pc=0, dispatched=0, started=0, freed=16, completed=16)
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlpsim.events import Completed, Dispatched, Event, Freed, Sink, Started


class Record(NamedTuple):
    """One executed instruction: its index in the core's code (program counter), and four boundaries in cycles."""

    pc: int
    dispatched: int
    started: int
    freed: int
    completed: int


class History:
    """Keeps every instruction of a run, for runs that fit in memory."""

    def __init__(self) -> None:
        self._times: dict[type[Event], dict[tuple[int, str], list[int]]] = {
            kind: defaultdict(list) for kind in (Dispatched, Started, Freed, Completed)
        }
        self._pcs: dict[tuple[int, str], list[int]] = defaultdict(list)

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the four moments of an instruction."""
        return dict.fromkeys(self._times, self._keep)

    @property
    def records(self) -> Mapping[tuple[int, str], Sequence[Record]]:
        """The instructions of each (core, unit) that had any, in the order in which the unit served them.

        Instructions that had not completed when the run was stopped are left out.
        """
        moments = [self._times[kind] for kind in (Dispatched, Started, Freed, Completed)]
        return {
            key: [Record(*row) for row in zip(pcs, *(times[key] for times in moments), strict=False)]
            for key, pcs in self._pcs.items()
        }

    def _keep(self, event: Dispatched | Started | Freed | Completed) -> None:
        key = event.core, event.unit
        self._times[type(event)][key].append(event.time)
        if isinstance(event, Dispatched):
            self._pcs[key].append(event.pc)
