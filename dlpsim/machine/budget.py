"""How much may be spent on the search for repetition: a small part of the work of the run itself.

Work and cost are counted in microseconds, about, wherever the run takes place. Real time is not looked at, so that a
run takes the same course every time.
"""

EVENT_WORK = 2.0
"""The work of an event of the machine: 1.7 to 2.2 where this was measured."""


class Allowance:
    """What may be spent: `advance`, and `share` of the work done since it was entered."""

    def __init__(self, share: float, advance: float) -> None:
        self._share = share
        self._balance = advance
        self._events = 0

    def enter(self, events: int) -> None:
        """Earn for what comes after so many events."""
        self._events = events

    def allows(self, events: int) -> bool:
        """Earn for all events since it was last asked; return whether anything may be spent after so many."""
        self._balance += (events - self._events) * EVENT_WORK * self._share
        self._events = events
        return self._balance > 0

    def earn(self, work: float) -> None:
        """Take note of work that was no event."""
        self._balance += work * self._share

    def spend(self, cost: float) -> None:
        """Charge what was done; what was saved is a cost below 0."""
        self._balance -= cost
