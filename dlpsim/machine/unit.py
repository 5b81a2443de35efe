"""What the compute unit and the DMA channels have in common: a queue served in order, one instruction at a time."""

from abc import ABC, abstractmethod
from collections import deque

import simpy

from dlpsim.events import Completed, Dispatched, Freed, Started
from dlpsim.machine.clock import Alarm
from dlpsim.machine.core import Core
from dlpsim.machine.issue_queue import IssueQueue
from dlpsim.machine.step import Step


class Unit(ABC):
    """A unit of one core. Subclasses say how long it serves an instruction: they begin it, and call `_free` later.

    The result of an instruction is there `latency` cycles after the unit was freed.
    """

    def __init__(self, core: Core, name: str, latency: int) -> None:
        self.name = name
        self.queue = IssueQueue(core.queue_depth)
        self._core = core.number
        self._clock = core.clock
        self._completed = core.completed
        self._latency = latency
        self._serving: Step | None = None
        self._started_at = 0
        self._in_flight: deque[tuple[int, Step]] = deque()
        """What the unit is through with and when its result will be there, in ticks, soonest first."""
        self._arrival = Alarm(core.clock, self._arrive)
        self._emit_dispatched = core.bus.sink(Dispatched)
        self._emit_started = core.bus.sink(Started)
        self._emit_freed = core.bus.sink(Freed)
        self._emit_completed = core.bus.sink(Completed)

    def accept(self, step: Step) -> bool:
        """Take `step` from the decoder: begin it at once if idle, else queue it. Return False if the queue is full.

        A unit with waiting instructions is never idle, so an idle unit has an empty queue.
        """
        idle = self._serving is None
        if not idle and not self.queue.offer(step):
            return False
        if self._emit_dispatched:
            self._emit_dispatched(Dispatched(self._clock.now, self._core, self.name, step.pc))
        if idle:
            self._start(step)
        return True

    def snapshot(self) -> object:
        """Return what decides how the unit goes on, its times relative to now. Its alarms follow from that.

        None if it has nothing at all.
        """
        serving, now = self._serving, self._clock.ticks
        if serving is None and not self._in_flight:
            return None
        elapsed = 0 if serving is None else now - self._started_at
        return serving, elapsed, self.queue.snapshot(), tuple([(due - now, step) for due, step in self._in_flight])

    def _start(self, step: Step) -> None:
        self._serving = step
        self._started_at = self._clock.ticks
        if self._emit_started:
            self._emit_started(Started(self._clock.now, self._core, self.name, step.pc))
        self._begin(step)

    @abstractmethod
    def _begin(self, step: Step) -> None:
        """Serve `step`, and call `_free` when done with it."""

    def _free(self) -> None:
        """Let go of the instruction being served, take the next, and complete the first after the latency."""
        done = self._serving
        assert done is not None
        if self._emit_freed:
            started = self._started_at + self._clock.skipped
            self._emit_freed(Freed(self._clock.now, self._core, self.name, done.pc, started))
        self._serving = None
        following = self.queue.take()
        if following is not None:
            self._start(following)
            self.queue.tell_room()
        if self._latency:
            self._in_flight.append((self._clock.ticks + self._latency, done))
            if not self._arrival.is_set:
                self._arrival.set(self._latency)
        else:
            self._complete(done)

    def _arrive(self, _: simpy.Event) -> None:
        step = self._in_flight.popleft()[1]
        if self._in_flight:
            self._arrival.set(self._in_flight[0][0] - self._clock.ticks)
        self._complete(step)

    def _complete(self, step: Step) -> None:
        if self._emit_completed:
            self._emit_completed(Completed(self._clock.now, self._core, self.name, step.pc))
        self._completed()
