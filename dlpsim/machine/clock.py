"""Time, in whole cycles, on SimPy's event queue, and the phases of a boundary.

At a boundary everything that takes no time settles first: completions, units freeing and starting, decoders
advancing, barriers releasing. Only then do ports grant the beats of the cycle. The phases are SimPy priorities:
the `SETTLE` events of a boundary all run before its `GRANT` events, whatever the order in which they were set. No
grant makes anything else happen at its own boundary, so one round of each is enough.
"""

from collections.abc import Callable

import simpy
from simpy.events import EventPriority

SETTLE = EventPriority(1)
GRANT = EventPriority(2)
VERDICT = EventPriority(3)
"""After everything else at a boundary: judge the state in which it leaves the machine."""


class Clock:
    """The boundary that the machine is at, in cycles from the start of the run."""

    def __init__(self) -> None:
        self.env = simpy.Environment()

    @property
    def now(self) -> int:
        """The present boundary."""
        return self.env.now  # type: ignore[return-value]  # every delay is an int, so their sum is one

    def run(self) -> None:
        """Let time pass until nothing is left to happen."""
        self.env.run()


class Alarm(simpy.Event):
    """Calls `action` when its time has come. It can be set again from then on, but not while it is set.

    One alarm serves its part for the whole run: setting it allocates nothing but SimPy's queue entry.
    """

    def __init__(self, clock: Clock, action: Callable[[simpy.Event], None], phase: EventPriority = SETTLE) -> None:
        super().__init__(clock.env)
        self._ok = True
        self._value = None
        self._actions = [action]
        self._phase = phase
        self._schedule = clock.env.schedule
        self.callbacks = None  # type: ignore[assignment]  # as SimPy leaves an event that it has processed

    @property
    def is_set(self) -> bool:
        """Whether it will ring."""
        return self.callbacks is not None

    def set(self, delay: int) -> None:
        """Ring `delay` cycles from now."""
        self.callbacks = self._actions
        self._schedule(self, self._phase, delay)
