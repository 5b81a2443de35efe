"""A port that one core has to itself: there is nothing to arbitrate, so it grants beat after beat."""

from collections.abc import Callable

import simpy

from dlpsim.config import PortConfig
from dlpsim.events import Bus, PortShared
from dlpsim.machine.clock import GRANT, Alarm, Clock


class PrivatePort:
    """Does for a single core what `Port` does for several, in fewer events. `group` tells the instances apart."""

    def __init__(self, config: PortConfig, group: int, clock: Clock, bus: Bus) -> None:
        self._name = config.name
        self._beat_cycles = config.beat_cycles
        self._group = group
        self._clock = clock
        self._core = 0
        self._served: Callable[[], None] | None = None
        self._finish = Alarm(clock, self._serve)
        self._emit_shared = bus.sink(PortShared)
        self._change = Alarm(clock, self._tell, GRANT)
        self.has_memory = self._emit_shared is not None
        """Whether there is anything left of a move when the port is idle: here, something to be told."""

    def attach(self, core: int, served: Callable[[], None]) -> None:
        """Connect the channel of `core`; `served` is called at the end of the last beat that it asked for."""
        assert self._served is None
        self._core = core
        self._served = served

    def ask(self, _: int, beats: int) -> None:
        """Ask for `beats` beats, from this boundary on. The port is free: the channel asks for one move at a time."""
        self._finish.set(beats * self._beat_cycles)
        self._tell_later()

    def snapshot(self) -> object:
        """Return what decides how the port goes on, its times relative to now."""
        return self._finish.remaining, self._change.is_set

    def resume(self, snapshot: object) -> None:
        """Go on as from `snapshot`. The port is idle, as it was then."""
        assert isinstance(snapshot, tuple)
        if snapshot[1]:
            self._tell_later()
        elif self._change.is_set:
            self._change.cancel()
            self._change = Alarm(self._clock, self._tell, GRANT)

    def _serve(self, _: simpy.Event) -> None:
        assert self._served is not None
        self._tell_later()
        self._served()

    def _tell_later(self) -> None:
        if self._emit_shared and not self._change.is_set:
            self._change.set(0)

    def _tell(self, _: simpy.Event) -> None:
        assert self._emit_shared is not None
        askers = (self._core,) if self._finish.is_set else ()
        self._emit_shared(PortShared(self._clock.now, self._name, self._group, askers))
