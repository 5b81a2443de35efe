"""How much may be spent on the search for repetition: a small part of the work of the run itself.

Work and cost are counted in microseconds, about, wherever the run takes place. Real time is not looked at, so that a
run takes the same course every time.
"""

SHARE = 0.06
"""The part of the work of a run that may be spent on searching."""

LOOP_SHARE = 0.04
"""The part of the work in a loop that may be spent on searching at its heads."""

LOOKS_IN_ADVANCE = 6
"""What may be spent before anything is earned, on the run and on each loop: so many looks at the whole machine."""

EVENT_WORK = 2
"""The work of an event of the machine."""


class Budget:
    """What the run has earned by work and spent on searching."""

    def __init__(self, full_look: float) -> None:
        self.advance = LOOKS_IN_ADVANCE * full_look
        self._spent = -self.advance

    def allows(self, events: int) -> bool:
        """Return whether anything may be spent after so many events."""
        return self._spent < events * EVENT_WORK * SHARE

    def spend(self, cost: float) -> None:
        """Charge what was done."""
        self._spent += cost


class LoopBudget:
    """What one loop may spend of it, so that inner loops do not use up what outer ones need."""

    def __init__(self, budget: Budget) -> None:
        self._run = budget
        self._balance = budget.advance
        self._events = 0

    def enter(self, events: int) -> None:
        """Let the loop earn for what comes after so many events."""
        self._events = events

    def allows(self, events: int) -> bool:
        """Let the loop earn for all events since it was last asked; return whether anything may be spent on it."""
        self._balance += (events - self._events) * EVENT_WORK * LOOP_SHARE
        self._events = events
        return self._balance > 0 and self._run.allows(events)

    def spend(self, cost: float) -> None:
        """Charge what was done at a head of the loop."""
        self._balance -= cost
        self._run.spend(cost)
