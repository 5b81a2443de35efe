"""Evaluates the points of a study, in this process or on all processors, and keeps a journal of it."""

from collections.abc import Iterable, Sequence
from time import perf_counter

from dlpsim.sweep.journal import Journal, key_of
from dlpsim.sweep.point import Outcome, Point, evaluate
from dlpsim.sweep.pool import evaluate_on, processors

WORTH_PROCESSES_S = 3.0
"""Seconds of work left from which on processes are started: to have two takes 1.3 s on a machine of 2026."""

MEASURED_S = 0.2
"""Seconds of work that tell how long the rest will take."""


class Study:
    """Points to evaluate, and what is known of them: `outcomes` are in the order of the points.

    What the journal knows is not evaluated again. `jobs` is the number of processes; without it, all processors'.
    """

    def __init__(self, points: Iterable[Point], journal: Journal | None = None, jobs: int | None = None) -> None:
        self._points = tuple(points)
        self._journal = journal
        self._jobs = jobs
        self._keys = tuple(map(key_of, self._points)) if journal else ()
        self._outcomes: list[Outcome | None] = [None] * len(self._points)
        if journal:
            self._outcomes = [journal.known.get(key) for key in self._keys]
        self.done = len(self._points) - self._outcomes.count(None)
        """How many outcomes are known."""

    @property
    def total(self) -> int:
        """How many points there are."""
        return len(self._points)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What came of each point, once `run` has ended."""
        return tuple(outcome for outcome in self._outcomes if outcome is not None)

    def run(self) -> None:
        """Evaluate what is not known yet. Raises DlpsimError if that cannot go on."""
        left = [number for number, outcome in enumerate(self._outcomes) if outcome is None]
        points = [(number, self._points[number]) for number in self._begin(left)]
        if points:
            for number, outcome in evaluate_on(self._jobs or processors(), points):
                self._keep(number, outcome)

    def _begin(self, left: Sequence[int]) -> Sequence[int]:
        """Evaluate points in this process, until processes are worth their start; return those that are left."""
        began = perf_counter()
        for count, number in enumerate(left):
            took = perf_counter() - began
            if count and took > MEASURED_S and took / count * (len(left) - count) > WORTH_PROCESSES_S and self._many():
                return left[count:]
            self._keep(number, evaluate(self._points[number]))
        return ()

    def _many(self) -> bool:
        return (self._jobs or processors()) > 1

    def _keep(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        self.done += 1
        if self._journal:
            self._journal.add(self._keys[number], outcome)
