"""The critical path once more: found by walking back over all the events of a run, by the rules of the view's table."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from dlpsim.config import MachineConfig
from dlpsim.events import (
    OCCURRENCES,
    BarrierReleased,
    Completed,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Event,
    Freed,
    Halted,
    Occurrence,
    Sink,
    Stall,
    Started,
)
from isa.program import Program

Part = tuple[int, int, str]
"""Core, index of the instruction, and what went on: `decode`, `serve` or `latency`."""


Step = Callable[[], "Step | None"]
"""Takes one step back, and returns the next; None at the start of the run."""


class Events:
    """Keeps everything that happens; takes nothing that is repeated, so the machine skips nothing."""

    def __init__(self) -> None:
        self.all: list[Occurrence] = []

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to everything."""
        return dict.fromkeys(OCCURRENCES, self.all.append)


@dataclass
class Served:
    """One instruction as its unit served it, and how many events its decoder had before it was dispatched."""

    pc: int
    dispatched: int
    decoded: int
    started: int = -1
    freed: int = -1
    completed: int = -1


class Walk:
    """Walks back from the end, one boundary after the other."""

    def __init__(self, program: Program, config: MachineConfig, events: list[Occurrence]) -> None:
        self._config = config
        self.parts: Counter[Part] = Counter()
        self._decoder: list[list[Occurrence]] = [[] for _ in program.cores]
        self._served: defaultdict[tuple[int, str], list[Served]] = defaultdict(list)
        for event in events:
            self._read(event)

    def _read(self, event: Occurrence) -> None:
        if isinstance(event, BarrierReleased):
            for core in event.cores:
                self._decoder[core].append(event)
        elif isinstance(event, DecodeStarted | DecoderStalled | DecoderResumed | Halted):
            self._decoder[event.core].append(event)
        elif isinstance(event, Dispatched):
            before = len(self._decoder[event.core])
            self._served[event.core, event.unit].append(Served(event.pc, event.time, before))
        elif isinstance(event, Started | Freed | Completed):
            name = type(event).__name__.lower()
            served = self._served[event.core, event.unit]
            setattr(next(one for one in served if getattr(one, name) < 0), name, event.time)

    def walk(self) -> Counter[Part]:
        """Return the cycles of each part of the path."""
        halts = [each for events in self._decoder for each in events if isinstance(each, Halted)]
        end = max(halts, key=lambda each: (each.time, -each.core))
        position = len(self._decoder[end.core]) - 1
        came = self._came(end.core, position)
        step: Step | None = partial(self._decoder_before, end.core, position)
        if came != end.time:
            step = self._completed(end.core, end.time)
        while step:
            step = step()
        return self.parts

    def _came(self, core: int, position: int) -> int:
        """Return when the decoder had done with what it did before this event of it."""
        for event in reversed(self._decoder[core][:position]):
            if isinstance(event, DecoderResumed):
                return event.time
            if isinstance(event, DecodeStarted):
                return event.time + self._config.decoder.cycles
        return 0

    def _decoder_before(self, core: int, position: int) -> "Step | None":
        """Go on from what the decoder did before this event of it."""
        before = position - 1
        if before < 0:
            return None
        event, go_on = self._decoder[core][before], partial(self._decoder_before, core, before)
        if isinstance(event, DecodeStarted):
            self._take(core, event.pc, "decode", self._config.decoder.cycles)
        elif isinstance(event, BarrierReleased):
            return self._released(event)
        elif isinstance(event, DecoderResumed) and event.reason is not Stall.BARRIER:
            stalled = self._decoder[core][before - 1]
            assert isinstance(stalled, DecoderStalled)
            if stalled.time < event.time and event.reason is Stall.SYNC:
                return self._completed(core, event.time)
            if stalled.time < event.time:
                served = self._served[core, stalled.unit]
                return partial(self._start, core, stalled.unit, _index(served, "started", event.time))
        return go_on

    def _released(self, event: BarrierReleased) -> "Step":
        for core in event.cores:
            position = self._decoder[core].index(event)
            came = self._decoder[core][position - 1]
            assert isinstance(came, DecoderStalled)
            if came.time == event.time:
                return partial(self._decoder_before, core, position)
        raise AssertionError("no core came last")

    def _completed(self, core: int, time: int) -> "Step":
        """Go on from the first unit with an instruction that completed now."""
        for unit in self._config.units:
            served = self._served[core, unit]
            if any(one.completed == time for one in served):
                return partial(self._end, core, unit, _index(served, "completed", time))
        raise AssertionError("nothing completed")

    def _end(self, core: int, unit: str, number: int) -> "Step":
        one = self._served[core, unit][number]
        self._take(core, one.pc, "latency", one.completed - one.freed)
        self._take(core, one.pc, "serve", one.freed - one.started)
        return partial(self._start, core, unit, number)

    def _start(self, core: int, unit: str, number: int) -> "Step":
        one = self._served[core, unit][number]
        if one.dispatched == one.started:
            return partial(self._decoder_before, core, one.decoded)
        before = self._served[core, unit][number - 1]
        assert before.freed == one.started
        self._take(core, before.pc, "serve", before.freed - before.started)
        return partial(self._start, core, unit, number - 1)

    def _take(self, core: int, pc: int, what: str, cycles: int) -> None:
        if cycles:
            self.parts[core, pc, what] += cycles


def _index(served: list[Served], what: str, time: int) -> int:
    return next(number for number, one in enumerate(served) if getattr(one, what) == time)
