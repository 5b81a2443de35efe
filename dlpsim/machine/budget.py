"""How much may be spent on the search for repetition: a small part of the work of the run itself.

The unit of account is what it takes to simulate a cheap instruction, about a microsecond. Real time is not looked at,
so that a run takes the same course every time.
"""

from collections.abc import Hashable

SHARE = 0.08
"""The part of a run's work that may be spent on searching."""

LOOP_SHARE = 0.05
"""The part of the work in a loop that may be spent on searching at its heads."""

ADVANCE = 6
"""What may be spent before anything is earned, on the run and on each loop: so many looks at the whole machine."""


class Budget:
    """What has been earned by work and spent on looks, in all and by loop. `full_look` is what a full look costs.

    Loops have accounts of their own so that inner loops cannot use up what the outer ones need.
    """

    def __init__(self, full_look: float) -> None:
        self._advance = ADVANCE * full_look
        self._work = 0
        self._spent = 0.0
        self._loops: dict[Hashable, _Account] = {}

    def work(self, instructions: int) -> None:
        """Take note of work that has been done."""
        self._work += instructions

    def enter(self, loop: Hashable) -> None:
        """Count the work from here on for `loop`."""
        if loop not in self._loops:
            self._loops[loop] = _Account(self._advance)
        self._loops[loop].since = self._work

    def allows(self, loop: Hashable) -> bool:
        """Return whether a look may be taken at a head of `loop`, after another iteration of it."""
        account = self._loops[loop]
        account.balance += (self._work - account.since) * LOOP_SHARE
        account.since = self._work
        return account.balance > 0 and self._spent < self._advance + self._work * SHARE

    def spend(self, loop: Hashable, cost: float) -> None:
        """Charge a look to `loop`."""
        self._loops[loop].balance -= cost
        self._spent += cost


class _Account:
    """What is left for a loop, and the work that had been done in all when it was last counted."""

    def __init__(self, balance: float) -> None:
        self.balance = balance
        self.since = 0
