"""A barrier: the cores of a cluster, or of the chip, wait for each other."""

from collections.abc import Callable

import simpy

from dlpsim.events import BarrierReleased, Bus
from dlpsim.machine.clock import VERDICT, Alarm, Clock
from isa.vocabulary import Scope


class Barrier:
    """The barrier of one cluster or of the chip, used again and again by its `cores`.

    `stuck` is called, once the boundary has settled, when a core waits for one whose program has ended.
    """

    def __init__(self, scope: Scope, cores: tuple[int, ...], stuck: Callable[[], None], clock: Clock, bus: Bus) -> None:
        self.scope = scope
        self.cores = cores
        self._stuck = stuck
        self._clock = clock
        self._waiting: list[tuple[Callable[[], None], Callable[[], None]]] = []
        self._ended = 0
        self._at_quiet_point: Callable[[], None] | None = None
        self._release = Alarm(clock, self._let_go)
        self._verdict = Alarm(clock, self._judge, VERDICT)
        self._emit_released = bus.sink(BarrierReleased)

    def observe(self, at_quiet_point: Callable[[], None]) -> None:
        """Have `at_quiet_point` called when all cores have been released and none has gone on."""
        self._at_quiet_point = at_quiet_point

    def arrive(self, release: Callable[[], None], go_on: Callable[[], None]) -> None:
        """Wait until all cores have arrived.

        At the same boundary as the last arrival, `release` is called for each, and then `go_on`.
        """
        self._waiting.append((release, go_on))
        if len(self._waiting) == len(self.cores):
            self._release.set(0)
        self._check()

    def leave(self) -> None:
        """Take note that the program of one of the cores has ended: it will never arrive again."""
        self._ended += 1
        self._check()

    def _check(self) -> None:
        if self._waiting and self._ended and not self._verdict.is_set:
            self._verdict.set(0)

    def _let_go(self, _event: simpy.Event) -> None:
        released, self._waiting = self._waiting, []
        if self._emit_released:
            self._emit_released(BarrierReleased(self._clock.now, self.scope, self.cores))
        for release, _ in released:
            release()
        if self._at_quiet_point:
            self._at_quiet_point()
        for _, go_on in released:
            go_on()

    def _judge(self, _: simpy.Event) -> None:
        self._stuck()
