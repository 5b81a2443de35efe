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
        self._cores = cores
        self._stuck = stuck
        self._clock = clock
        self._waiting: list[Callable[[], None]] = []
        self._ended = 0
        self._release = Alarm(clock, self._let_go)
        self._verdict = Alarm(clock, self._judge, VERDICT)
        self._emit_released = bus.sink(BarrierReleased)

    def arrive(self, go_on: Callable[[], None]) -> None:
        """Wait until all cores have arrived; `go_on` is called then, at the same boundary as the last arrival."""
        self._waiting.append(go_on)
        if len(self._waiting) == len(self._cores):
            self._release.set(0)
        self._check()

    def leave(self) -> None:
        """Take note that the program of one of the cores has ended: it will never arrive again."""
        self._ended += 1
        self._check()

    def _check(self) -> None:
        if self._waiting and self._ended and not self._verdict.is_set:
            self._verdict.set(0)

    def _let_go(self, _: simpy.Event) -> None:
        released, self._waiting = self._waiting, []
        if self._emit_released:
            self._emit_released(BarrierReleased(self._clock.now, self.scope, self._cores))
        for go_on in released:
            go_on()

    def _judge(self, _: simpy.Event) -> None:
        self._stuck()
