"""What is under way at a boundary, as follows from the events so far."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    PortShared,
    Stall,
    Started,
)

Part = tuple[str, int, str]
"""A part of the machine that something is under way in: what kind of thing, the core or group, the unit or port."""


@dataclass(slots=True)
class Execution:
    """An instruction that a unit has or had, with its moments as boundaries; None for what has not happened."""

    core: int
    unit: str
    pc: int
    dispatched: int
    started: int | None = None
    asked: int | None = None
    freed: int | None = None
    completed: int | None = None

    def moments(self, origin: int = 0) -> tuple[int | None, ...]:
        """Return the moments in the order of time, counted from `origin`."""
        moments = self.dispatched, self.started, self.asked, self.freed, self.completed
        return tuple([None if moment is None else moment - origin for moment in moments])

    def shift(self, cycles: int) -> None:
        """Have everything happened so many cycles later."""
        self.dispatched += cycles
        self.started = None if self.started is None else self.started + cycles
        self.asked = None if self.asked is None else self.asked + cycles
        self.freed = None if self.freed is None else self.freed + cycles


@dataclass(slots=True)
class Pipeline:
    """The instructions of one core's unit that are not complete, in order, and how many it has begun and done with."""

    executions: deque[Execution] = field(default_factory=deque)
    started: int = 0
    """Of `executions`, the first so many have been started, the first `freed` of these the unit is done with."""
    asked: int = 0
    freed: int = 0

    @property
    def waiting(self) -> int:
        """How many wait in the queue."""
        return len(self.executions) - self.started

    @property
    def served(self) -> Execution | None:
        """The one that the unit serves."""
        return self.executions[self.freed] if self.started > self.freed else None


class State:
    """Follows the events of a run in the order of time.

    `pipelines` are by core and unit. `decoding` has the boundary at which each core's decoder took its last
    instruction and the index of that; `stalls` the waits of each decoder that are not over, `askers` who asks a port,
    by name and group.
    """

    def __init__(self) -> None:
        self.pipelines: dict[tuple[int, str], Pipeline] = {}
        self.decoding: dict[int, tuple[int, int]] = {}
        self.stalls: dict[int, deque[tuple[int, int, Stall, str]]] = {}
        self.askers: dict[tuple[str, int], tuple[int, ...]] = {}
        self.halted: set[int] = set()

    def pipeline(self, core: int, unit: str) -> Pipeline:
        """Return that of a unit of a core."""
        found = self.pipelines.get((core, unit))
        if found is None:
            found = self.pipelines[core, unit] = Pipeline()
        return found

    def take(self, event: Occurrence) -> Execution | None:
        """Take note of an event; return the instruction that is complete now, if one is."""
        match event:
            case DecodeStarted():
                self.decoding[event.core] = event.time, event.pc
            case Dispatched() | Started() | Asked() | Freed() | Completed():
                return self._move_on(event)
            case DecoderStalled():
                waits = self.stalls.setdefault(event.core, deque())
                waits.append((event.time, event.pc, event.reason, event.unit))
            case DecoderResumed():
                self.stalls[event.core].popleft()
            case PortShared():
                self.askers[event.port, event.group] = event.askers
            case Halted():
                self.halted.add(event.core)
        return None

    def _move_on(self, event: Dispatched | Started | Asked | Freed | Completed) -> Execution | None:
        line = self.pipeline(event.core, event.unit)
        executions = line.executions
        match event:
            case Dispatched():
                executions.append(Execution(event.core, event.unit, event.pc, event.time))
            case Started():
                executions[line.started].started = event.time
                line.started += 1
            case Asked():
                executions[line.asked].asked = event.time
                line.asked += 1
            case Freed():
                executions[line.freed].freed = event.time
                line.freed += 1
            case Completed():
                done = executions.popleft()
                done.completed = event.time
                line.started -= 1
                line.asked = max(0, line.asked - 1)
                line.freed -= 1
                return done
        return None

    def parts(self, origin: int = 0) -> Mapping[Part, object]:
        """Return what is under way in each part, its times counted from `origin`, to be compared."""
        found: dict[Part, object] = {}
        for (core, unit), line in self.pipelines.items():
            found["unit", core, unit] = [(each.pc, *each.moments(origin)) for each in line.executions]
        for core, (time, pc) in self.decoding.items():
            found["decoding", core, ""] = time - origin, pc
        for core, waits in self.stalls.items():
            found["stalls", core, ""] = [(time - origin, *wait) for time, *wait in waits]
        for (port, group), askers in self.askers.items():
            found["askers", group, port] = askers
        return found

    def shift(self, part: Part, cycles: int) -> None:
        """Have what is under way in a part begun so many cycles later."""
        kind, core, unit = part
        if kind == "unit":
            for execution in self.pipelines[core, unit].executions:
                execution.shift(cycles)
        elif kind == "decoding":
            time, pc = self.decoding[core]
            self.decoding[core] = time + cycles, pc
        elif kind == "stalls":
            self.stalls[core] = deque((time + cycles, pc, reason, unit) for time, pc, reason, unit in self.stalls[core])
