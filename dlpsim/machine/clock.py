"""Time, in whole cycles, on SimPy's event queue, and the phases of a boundary.

At a boundary everything that takes no time settles first: completions, units freeing and starting, decoders
advancing, barriers releasing. Only then do ports grant the beats of the cycle. The phases are SimPy priorities:
the `SETTLE` events of a boundary all run before its `GRANT` events, whatever the order in which they were set. No
grant makes anything else happen at its own boundary, so one round of each is enough.
"""

from collections.abc import Callable
from heapq import heappop, heappush

import simpy
from simpy.events import EventPriority

SETTLE = EventPriority(1)
GRANT = EventPriority(2)
VERDICT = EventPriority(3)
"""After everything else at a boundary: judge the state in which it leaves the machine."""


class Clock(simpy.Environment):
    """The boundary that the machine is at, and what is due at later ones.

    Time is counted twice. `ticks` are the cycles that have been simulated; `now` is the boundary, counted from the
    start of the run, `skipped` cycles ahead of them. Whatever remembers a time remembers ticks, so a skip leaves what
    is due as far ahead as it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0
        self._limit: int | None = None

    @property
    def ticks(self) -> int:
        """The cycles simulated so far."""
        return self._now  # type: ignore[return-value]  # every delay is an int, so their sum is one

    @property
    def now(self) -> int:
        """The present boundary."""
        return self._now + self.skipped  # type: ignore[return-value]

    def count_events(self) -> int:
        """Return how many events have been scheduled so far, this call included: how much work the run has been."""
        return next(self._eid)

    @property
    def room(self) -> int | None:
        """The cycles to come up to the limit; None without one."""
        return None if self._limit is None else self._limit - self.now

    def let_pass(self, limit: int | None = None) -> bool:
        """Let time pass until nothing is left to happen, or not before `limit` is over. Return whether nothing is."""
        self._limit = limit
        if limit is None:
            self._run_down()
            return True
        while self.peek() <= limit - self.skipped:
            self.step()
        self._now = limit - self.skipped
        return self.peek() == simpy.core.Infinity

    def _run_down(self) -> None:
        """Do what SimPy's `run` does, without its provisions for failed events: there are none here."""
        queue = self._queue
        while queue:
            self._now, _, _, event = heappop(queue)
            (action,), event.callbacks = event.callbacks, None  # type: ignore[assignment]
            action(event)

    def skip(self, cycles: int) -> None:
        """Be `cycles` later at once: at most `room`. What is due stays as far ahead as it was."""
        self.skipped += cycles


class Alarm(simpy.Event):
    """Calls `action` when its time has come. It can be set again from then on, but not while it is set.

    One alarm serves its part for the whole run: setting it allocates nothing but SimPy's queue entry.
    """

    def __init__(self, clock: Clock, action: Callable[[simpy.Event], None], phase: EventPriority = SETTLE) -> None:
        super().__init__(clock)
        self._ok = True
        self._value = None
        self._actions = [action]
        self._phase = phase
        self._clock = clock
        self._due = 0
        self.callbacks = None  # type: ignore[assignment]  # as SimPy leaves an event that it has processed

    @property
    def is_set(self) -> bool:
        """Whether it will ring."""
        return self.callbacks is not None

    @property
    def remaining(self) -> int | None:
        """The cycles until it rings; None if it is not set."""
        return None if self.callbacks is None else self._due - self._clock.ticks

    def cancel(self) -> None:
        """Do not ring. It cannot be set again."""
        self.callbacks = [_nothing]

    def set(self, delay: int) -> None:
        """Ring `delay` cycles from now."""
        self.callbacks = self._actions
        clock = self._clock
        self._due = due = clock._now + delay  # type: ignore[assignment]
        heappush(clock._queue, (due, self._phase, next(clock._eid), self))


def _nothing(_: simpy.Event) -> None:
    """Stand for the action of an alarm that was cancelled."""
