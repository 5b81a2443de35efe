"""A port between memories: grants beats to the channels that ask, one at a time, round robin.

Between changes of the set of askers the grants follow a fixed pattern, so the port never simulates a beat: it works
out when the first asker will have had its last beat, and wakes up then or when another channel asks.

The pattern is described by *sweeps*. In each sweep the pointer passes over the cores in ascending order and every
asker that it meets gets one beat. An asker with r beats to come, that the pointer has not passed in sweep s, gets
its last beat in sweep s + r - 1; one that it has passed, in sweep s + r. Neither changes when others come and go, so
askers wait in a heap ordered by (last sweep, core), which is the order in which they finish.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heappop, heappush

import simpy

from dlpsim.config import PortConfig
from dlpsim.events import Bus, PortShared
from dlpsim.machine.clock import GRANT, Alarm, Clock


class Port:
    """One instance of a port, shared by the cores that are attached to it; `group` tells the instances apart."""

    has_memory = True
    """Whether there is anything left of a move when the port is idle: here the pointer."""

    def __init__(self, config: PortConfig, group: int, clock: Clock, bus: Bus) -> None:
        self._name = config.name
        self._beat_cycles = config.beat_cycles
        self._group = group
        self._clock = clock
        self._emit_shared = bus.sink(PortShared)
        self._last = 0
        self._served: dict[int, Callable[[], None]] = {}
        self._arrivals: list[tuple[int, int]] = []
        self._askers: list[int] = []
        self._finish_order: list[tuple[int, int]] = []
        self._sweep = 0
        self._pointer = 0
        self._next_grant = 0
        self._arbitration = Alarm(clock, self._arbitrate, GRANT)
        self._finish = Alarm(clock, self._serve)
        self._end = 0
        """When the last beat of the first asker ends, in ticks."""

    def attach(self, core: int, served: Callable[[], None]) -> None:
        """Connect the channel of `core`; `served` is called at the end of the last beat that it asked for."""
        self._served[core] = served
        self._last = max(self._last, core)

    def ask(self, core: int, beats: int) -> None:
        """Ask for `beats` beats, from this boundary on."""
        self._arrivals.append((core, beats))
        self._settle_later()

    def snapshot(self) -> object:
        """Return what decides how the port goes on, its times and sweeps relative to now.

        A pointer behind the last core is as good as one at the lowest core in the next sweep.
        """
        self._catch_up()
        pointer, sweep = (0, self._sweep + 1) if self._pointer > self._last else (self._pointer, self._sweep)
        if not self._finish_order and not self._arrivals:
            return pointer, self._arbitration.is_set
        return (
            pointer,
            self._arbitration.is_set,
            self._next_grant - self._clock.ticks,
            sorted([(last_sweep - sweep, core) for last_sweep, core in self._finish_order]),
            sorted(self._arrivals),
        )

    def resume(self, snapshot: object) -> None:
        """Go on as from `snapshot`. The port is idle, as it was then."""
        assert isinstance(snapshot, tuple)
        self._pointer, arbitrates = snapshot
        if arbitrates:
            self._settle_later()
        elif self._arbitration.is_set:
            self._arbitration.cancel()
            self._arbitration = Alarm(self._clock, self._arbitrate, GRANT)

    def _settle_later(self) -> None:
        if not self._arbitration.is_set:
            self._arbitration.set(0)

    def _arbitrate(self, _: simpy.Event) -> None:
        """Take the new askers in, and find out who will be served first. Comes after all that settles here."""
        self._catch_up()
        for core, beats in self._arrivals:
            passed = core < self._pointer
            heappush(self._finish_order, (self._sweep + beats - (not passed), core))
            insort(self._askers, core)
        self._arrivals.clear()
        if self._emit_shared:
            self._emit_shared(PortShared(self._clock.now, self._name, self._group, tuple(self._askers)))
        if self._askers:
            self._expect_finish()

    def _catch_up(self) -> None:
        """Account for the grants made before this boundary, all among the askers known so far."""
        late = self._clock.ticks - self._next_grant
        if late <= 0:
            return
        if not self._askers:
            self._next_grant = self._clock.ticks
            return
        grants = -(-late // self._beat_cycles)
        self._next_grant += grants * self._beat_cycles
        sweeps, last = divmod(bisect_left(self._askers, self._pointer) + grants - 1, len(self._askers))
        self._sweep += sweeps
        self._pointer = self._askers[last] + 1

    def _expect_finish(self) -> None:
        """Wake up at the end of the last beat of the asker that is served first."""
        last_sweep, core = self._finish_order[0]
        askers, first = self._askers, bisect_left(self._askers, self._pointer)
        grants = (last_sweep - self._sweep) * len(askers) + bisect_left(askers, core) - first + 1
        delay = self._next_grant + grants * self._beat_cycles - self._clock.ticks
        self._end = self._clock.ticks + delay
        remaining = self._finish.remaining
        if remaining is None:
            self._finish.set(delay)
        elif remaining > delay:
            self._finish = Alarm(self._clock, self._serve)  # the old one rings in vain
            self._finish.set(delay)

    def _serve(self, event: simpy.Event) -> None:
        """Let the asker go whose last beat ends here, unless others came in between and the end moved."""
        if event is not self._finish:
            return
        if self._end > self._clock.ticks:
            self._finish.set(self._end - self._clock.ticks)
            return
        self._sweep, core = heappop(self._finish_order)
        self._askers.remove(core)
        self._pointer = core + 1
        self._next_grant = self._clock.ticks
        if self._askers or self._emit_shared:
            self._settle_later()
        self._served[core]()
