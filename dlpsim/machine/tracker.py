"""Looks out for the return of a state at the heads of one loop, by Brent's algorithm.

The state at one head, the reference, is compared with those at the heads that follow. A power of two of heads later
the reference is renewed and the power doubled. So a loop that comes to a period of p iterations after s others is
found out within about 3 × max(s, p) iterations, whatever they are, and one state is remembered at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.machine.budget import Allowance

MAX_STRIDE = 64
"""So many heads may be passed at most, where more cannot be afforded."""


@dataclass(frozen=True)
class Reference:
    """The machine at the head of an iteration: the number of its mark in the stream of events, the time in cycles.

    `snapshots` are those of its parts, in the order in which they are compared. `to_come` are the iterations to come
    of the loops around each core.
    """

    mark: int
    time: int
    snapshots: Sequence[object]
    to_come: Sequence[Sequence[int]]


class Tracker:
    """What is known of the loop of `core` whose index in its code is `loop`, inside `level` others.

    Heads are passed where looks cost too much: regularly, so that a period is still found, or a multiple of it.
    """

    def __init__(self, core: int, loop: int, level: int, allowance: Allowance) -> None:
        self.core = core
        self.loop = loop
        self._level = level
        self.allowance = allowance
        self.reference: Reference | None = None
        self.stride = 1
        self._power = 1

    def pass_by(self) -> None:
        """Look less often from now on."""
        self.stride = min(2 * self.stride, MAX_STRIDE)

    def forget(self) -> None:
        """Begin anew: the loop has been entered again, or the machine has jumped ahead."""
        self.reference = None
        self._power = 1

    def may_be_back(self, to_come: int) -> bool:
        """Return whether the reference should be compared when so many iterations are to come.

        If the state is back, another period must fit into what is to come, or nothing would be gained.
        """
        return self.reference is not None and to_come > self._heads(to_come)

    def is_stale(self, to_come: int) -> bool:
        """Return whether the reference should be renewed when so many iterations are to come."""
        return to_come > 2 and (self.reference is None or self._heads(to_come) >= self._power)

    def renew(self, reference: Reference) -> None:
        """Compare with `reference` from now on."""
        if self.reference is not None:
            self._power = max(2 * self._power, self.stride)
            self.stride = max(self.stride // 2, 1)
        self.reference = reference

    def is_for(self, loops: Sequence[int], to_come: Sequence[int]) -> bool:
        """Return whether these are the loops around the core, and no loop outside has gone on since the reference."""
        if len(loops) <= self._level or loops[self._level] != self.loop:
            return False
        return self.reference is None or self._seen[: self._level] == to_come[: self._level]

    @property
    def _seen(self) -> Sequence[int]:
        assert self.reference is not None
        return self.reference.to_come[self.core]

    def _heads(self, to_come: int) -> int:
        """Return how many heads ago the reference was taken."""
        return self._seen[self._level] - to_come
