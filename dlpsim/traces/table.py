"""The table of executed instructions that Parquet and CSV files have: one row for each, in the order of completion."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dlpsim.events import Asked, Completed, Dispatched, Freed, Occurrence, Started
from dlpsim.traces.state import Execution, State
from dlpsim.traces.subject import Subject

MOMENTS = (Dispatched, Started, Asked, Freed, Completed)
"""The events that rows are made of."""


@dataclass(frozen=True)
class Column:
    """A column: whether it has numbers, their unit, and what they mean."""

    is_number: bool
    unit: str
    meaning: str


class Row(NamedTuple):
    """One executed instruction; None is what the trace does not have, or what does not apply."""

    core: int
    unit: str
    pc: int
    line: int
    text: str
    kind: str
    what: str
    bytes: int | None
    operations: int | None
    dispatched: int
    started: int | None
    asked: int | None
    freed: int | None
    completed: int | None
    work_cycles: int
    setup_cycles: int
    port_cycles: int | None
    queue_cycles: int | None


COLUMNS = {
    "core": Column(True, "", "number of the core, counted over the whole chip"),
    "unit": Column(False, "", "unit that executed the instruction: compute, or the port of its DMA channel"),
    "pc": Column(True, "", "index of the instruction in the core's code (program counter)"),
    "line": Column(True, "", "line of the source, counted from 1; 0: it has none"),
    "text": Column(False, "", "the source line without its comment"),
    "kind": Column(False, "", "move or compute"),
    "what": Column(False, "", "path of the move, such as DRAM->NRAM, or type of the operations"),
    "bytes": Column(True, "bytes", "bytes that the move reads from its source; empty for a compute"),
    "operations": Column(True, "operations", "operations of the compute; empty for a move"),
    "dispatched": Column(True, "cycle", "boundary at which it entered the queue of its unit"),
    "started": Column(True, "cycle", "boundary at which its unit began it; empty: not in the trace"),
    "asked": Column(True, "cycle", "boundary at which its setup was over and its channel asked the port"),
    "freed": Column(True, "cycle", "boundary at which its unit had done with it"),
    "completed": Column(True, "cycle", "boundary at which its result was there"),
    "work_cycles": Column(True, "cycles", "cycles of its beats or operations"),
    "setup_cycles": Column(True, "cycles", "cycles of setup before them"),
    "port_cycles": Column(True, "cycles", "cycles in which another core's beats occupied the port"),
    "queue_cycles": Column(True, "cycles", "cycles from dispatch to start"),
}
"""The columns of a row, in their order."""


class Table:
    """Makes rows of events as they come; keeps what is under way."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._shown = subject.shown
        self._state = State()

    def begin(self, state: State) -> None:
        """Go on from there."""
        self._state = state

    def rows(self, events: Iterable[Occurrence]) -> Iterator[Row]:
        """Yield a row for each instruction that completes."""
        take, shown = self._state.take, self._shown
        for event in events:
            done = take(event)
            if done and done.core in shown:
                yield self._row(done)

    def left(self) -> Iterator[Row]:
        """Yield a row for each instruction that is under way, by core and unit."""
        for (core, _), line in sorted(self._state.pipelines.items()):
            if core in self._shown:
                yield from map(self._row, line.executions)

    def _row(self, done: Execution) -> Row:
        shown = self._subject.instructions[done.core][done.pc]
        is_move = shown.kind == "move"
        started, freed = done.started, done.freed
        held = None if started is None or freed is None else freed - started
        return Row(
            done.core,
            done.unit,
            done.pc,
            shown.line,
            shown.text,
            shown.kind,
            shown.what,
            shown.amount if is_move else None,
            None if is_move else shown.amount,
            done.dispatched,
            started,
            done.asked,
            freed,
            done.completed,
            shown.work_cycles,
            shown.setup_cycles,
            None if held is None else held - shown.work_cycles - shown.setup_cycles,
            None if started is None else started - done.dispatched,
        )


def columns(rows: Sequence[Row]) -> dict[str, list[object]]:
    """Return rows by column."""
    return {name: [row[index] for row in rows] for index, name in enumerate(COLUMNS)}
