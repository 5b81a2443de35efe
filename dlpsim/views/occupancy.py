"""For how many cycles each instruction held its unit.

>>> occupancy.data()[0, 3]
2048
"""

from collections.abc import Mapping

from dlpsim.events import Event, Freed, Sink
from dlpsim.views.tally import Columns, Tally
from isa.program import Program


class Occupancy:
    """Adds up how long units are held, by instruction."""

    def __init__(self, program: Program) -> None:
        self._columns = Columns(program.cores, columns=1)
        self._tally = Tally(self._columns.relocate)

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to units being freed."""
        return {Freed: self._freed, **self._tally.handlers()}

    def data(self) -> Mapping[tuple[int, int], int]:
        """Return the cycles by core and index in the core's code, of what was executed."""
        named = ((self._columns.named(place), cycles) for place, cycles in self._tally.total().items())
        return {(core, pc): cycles for (core, pc, _), cycles in named}

    def _freed(self, event: Freed) -> None:
        time, core, _, pc, started = event
        self._tally.sums[self._columns.first[core] + pc] += time - started
