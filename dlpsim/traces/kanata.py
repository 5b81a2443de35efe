"""Konata's format (`.kanata`, Kanata 0004): a row for each executed move, compute and sync, in stages.

    Dc    the decoder has it            Su    its DMA channel sets the move up
    St    the queue is full             Ex    its beats or operations are in progress, or wait for the port
    Wt    the sync or barrier waits     Cm    its unit has done with it, its result is on the way
    Qu    it waits in its queue

A row shows the stage at the end of each boundary; a stage that takes no time is left out. The thread is the core.
"""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from dlpsim.events import (
    Asked,
    Completed,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Freed,
    Halted,
    Occurrence,
    Stall,
    Started,
)
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.state import State
from dlpsim.traces.subject import Instruction, Subject

KINDS = (
    DecodeStarted,
    Dispatched,
    Started,
    Asked,
    Freed,
    Completed,
    DecoderStalled,
    DecoderResumed,
    Halted,
)
DECODED, STALLED, WAITING, QUEUED, SETUP, EXECUTED, COMPLETING = "Dc", "St", "Wt", "Qu", "Su", "Ex", "Cm"


@dataclass(slots=True)
class _Row:
    """An instruction in the file: its number there, the stage that it is in and the one that the file has it in."""

    number: int
    core: int
    pc: int
    stage: str
    written: str = ""
    is_over: bool = False


@dataclass(slots=True)
class _UnitRows:
    """The rows of a unit: those that are dispatched, in order, of which so many are started; asked; freed."""

    has_setup: bool
    """Whether it tells when it asks for beats."""
    undispatched: deque[_Row] = field(default_factory=deque)
    rows: deque[_Row] = field(default_factory=deque)
    started: int = 0
    asked: int = 0
    freed: int = 0


class KanataWriter:
    """Writes stages as they begin; keeps the rows that are not over."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        self._file = file
        self._subject = subject
        self._lines: list[str] = []
        self._time = 0
        """The boundary that is being followed."""
        self._written_at = 0
        """The boundary that the file has come to."""
        self._count = self._retired = 0
        self._units = {
            (core, unit): _UnitRows(has_setup=unit != "compute")
            for core in subject.cores
            for unit in subject.config.units
        }
        self._syncs: dict[int, _Row] = {}
        """By core, the sync that its decoder is at."""
        self._waits: dict[int, deque[tuple[Stall, str]]] = {core: deque() for core in subject.cores}
        self._changed: dict[int, _Row] = {}
        """Rows that may be in another stage at the end of this boundary."""

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return KINDS

    def begin(self, time: int, state: State) -> None:
        """Write the head, and the rows of what is under way."""
        self._lines += ["Kanata\t0004", f"C=\t{time}"]
        self._written_at = self._time = time
        for (core, unit), rows in self._units.items():
            line = state.pipeline(core, unit)
            rows.started, rows.asked, rows.freed = line.started, line.asked, line.freed
            for index, execution in enumerate(line.executions):
                rows.rows.append(self._new(core, execution.pc, _stage(index, rows)))
        for core, waits in self._waits.items():
            waits.extend((reason, unit) for _, _, reason, unit in state.stalls.get(core, ()))
            taken, pc = state.decoding.get(core, (time, None))
            if pc is not None and (waits or taken + self._subject.config.decoder.cycles >= time):
                self._decode(core, pc)

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write the stages that begin."""
        for time, same_time in groupby(events, key=attrgetter("time")):
            self._settle(time)
            for event in same_time:
                self._follow(event)
        self._flush()

    def close(self, time: int) -> None:
        """Have the file last until then."""
        self._settle(time + 1)
        self._pass_to(time)
        self._flush()

    def _follow(self, event: Occurrence) -> None:
        match event:
            case DecodeStarted(core=core, pc=pc) if core in self._waits:
                self._leave_sync(core)
                self._decode(core, pc)
            case Dispatched() | Started() | Asked() | Freed() | Completed():
                unit = self._units.get((event.core, event.unit))
                if unit:
                    self._move_on(unit, event)
            case DecoderStalled(core=core, reason=reason, unit=name) if core in self._waits:
                self._waits[core].append((reason, name))
            case DecoderResumed(core=core) if core in self._waits:
                self._waits[core].popleft()
            case Halted(core=core):
                self._leave_sync(core)
            case _:
                pass

    def _decode(self, core: int, pc: int) -> None:
        shown = self._subject.instructions[core][pc]
        if shown.kind == "sync":
            self._syncs[core] = self._new(core, pc, DECODED)
        elif shown.unit:
            self._units[core, shown.unit].undispatched.append(self._new(core, pc, DECODED))

    def _move_on(self, unit: _UnitRows, event: Dispatched | Started | Asked | Freed | Completed) -> None:
        match event:
            case Dispatched():
                row = unit.undispatched.popleft()
                unit.rows.append(row)
                row.stage = QUEUED
            case Started():
                row = unit.rows[unit.started]
                row.stage = SETUP if unit.has_setup else EXECUTED
                unit.started += 1
            case Asked():
                row = unit.rows[unit.asked]
                row.stage = EXECUTED
                unit.asked += 1
            case Freed():
                row = unit.rows[unit.freed]
                row.stage = COMPLETING
                unit.freed += 1
            case Completed():
                row = unit.rows.popleft()
                row.is_over = True
                unit.started, unit.asked, unit.freed = unit.started - 1, max(0, unit.asked - 1), unit.freed - 1
        self._changed[row.number] = row

    def _leave_sync(self, core: int) -> None:
        row = self._syncs.pop(core, None)
        if row:
            row.is_over = True
            self._changed[row.number] = row

    def _new(self, core: int, pc: int, stage: str) -> _Row:
        row = _Row(self._count, core, pc, stage)
        self._count += 1
        self._changed[row.number] = row
        return row

    def _settle(self, following: int) -> None:
        """Write what has changed, as it is at the end of the last boundary, if the `following` is another."""
        if following == self._time:
            return
        for core, waits in self._waits.items():
            if waits:
                self._wait(core, *waits[-1])
        if self._changed:
            self._pass_to(self._time)
            for row in self._changed.values():
                self._write(row)
            self._changed.clear()
        self._time = following

    def _wait(self, core: int, reason: Stall, unit: str) -> None:
        row = self._units[core, unit].undispatched[0] if reason is Stall.QUEUE else self._syncs[core]
        row.stage = STALLED if reason is Stall.QUEUE else WAITING
        if row.stage != row.written:
            self._changed[row.number] = row

    def _write(self, row: _Row) -> None:
        if not row.written:
            shown, number = self._shown(row), row.number
            self._lines.append(f"I\t{number}\t{row.pc}\t{row.core}")
            self._lines.append(f"L\t{number}\t0\t{shown.line}: {shown.text}")
            self._lines.append(f"L\t{number}\t1\tcore {row.core}, pc {row.pc}{_details(shown)}")
        if row.stage != row.written and not (row.is_over and row.written):
            row.written = row.stage
            self._lines.append(f"S\t{row.number}\t0\t{row.stage}")
        if row.is_over:
            self._lines.append(f"R\t{row.number}\t{self._retired}\t0")
            self._retired += 1

    def _pass_to(self, time: int) -> None:
        if time > self._written_at:
            self._lines.append(f"C\t{time - self._written_at}")
            self._written_at = time

    def _shown(self, row: _Row) -> Instruction:
        return self._subject.instructions[row.core][row.pc]

    def _flush(self) -> None:
        self._file.write("".join([f"{line}\n" for line in self._lines]).encode())
        self._lines.clear()


def _stage(index: int, rows: _UnitRows) -> str:
    """Return the stage of the row with this index."""
    if index < rows.freed:
        return COMPLETING
    if index >= rows.started:
        return QUEUED
    return SETUP if rows.has_setup and index >= rows.asked else EXECUTED


def _details(shown: Instruction) -> str:
    """Return what a row tells of its instruction beside its line."""
    if not shown.unit:
        return ""
    amount = f"{shown.amount} {'bytes' if shown.kind == 'move' else 'operations'}"
    return f", {shown.unit}: {shown.what}, {amount}, {shown.work_cycles} cycles of work"
