"""Looks out for the return of a state at the head of one loop, by Brent's algorithm.

The state at one head, the reference, is compared with those at the heads that follow. A power of two of heads later
the reference is renewed and the power doubled. So a loop that comes to a period of p iterations after s others is
found out within about 3 × max(s, p) iterations, whatever they are, and one state is remembered at any time.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """The machine at the head of an iteration: the number of its mark in the stream of events, the time in cycles.

    `snapshots` are those of its parts, the tracked core's first. `iterations` are those to come of each core's loops.
    """

    mark: int
    time: int
    snapshots: tuple[object, ...]
    iterations: tuple[tuple[int, ...], ...]


class Tracker:
    """What is known of the loop whose index in the code is `loop`, for as long as its core stays in it.

    Heads may be passed by when a look costs too much, then regularly: a period that has a power of two times as many
    iterations is found all the same.
    """

    def __init__(self, loop: int) -> None:
        self.loop = loop
        self.reference: Reference | None = None
        self._heads = 0
        self._power = 1
        self._stride = 1

    def is_due(self) -> bool:
        """Count a head, and return whether it should be looked at."""
        self._heads += 1
        return self.reference is None or self._heads % self._stride == 0

    def pass_by(self) -> None:
        """Do not look at this head, and look less often from now on."""
        self._stride *= 2

    def is_stale(self) -> bool:
        """Return whether the reference is to be renewed, once it has been compared."""
        return self.reference is None or self._heads >= self._power

    def renew(self, reference: Reference) -> None:
        """Compare with `reference` from now on."""
        if self.reference is not None:
            self._power *= 2
        self._power = max(self._power, self._stride)
        self._heads = 0
        self.reference = reference

    def start_again(self) -> None:
        """Forget what has been learnt of the loop: the machine has just jumped ahead."""
        self.reference = None
        self._heads = 0
        self._power = self._stride = 1
