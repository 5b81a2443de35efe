"""Finds out that a run repeats itself, and skips what would only be said again.

A machine that comes back to a state it has been in repeats itself. So the whole machine is looked at, now and then,
when a decoder is at the head of an iteration: decoders, queues, units in progress, results in flight, ports and
barriers, all times relative to now. If everything is as at an earlier head, but for loops that have fewer iterations
to come, then the stretch between the two happens again, and again, as often as the loops allow.

Let `a` be the iterations to come of a core's loops at the earlier head, outermost loop first, and `b` those at the
later. Loops outside the first that differs stand still; that one goes back a - b times in each period; those inside
were entered anew and must be the same. The next k periods take the same course if it can go back as often: if
b - k (a - b) is still 1 or more. A core whose loops stand still stands still itself.

In which order things happen within one boundary does not matter to what comes of them, so it is no part of the state.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from dlpsim.events import Bus, Mark, Repeat, Unmark
from dlpsim.machine.budget import Budget
from dlpsim.machine.clock import Clock
from dlpsim.machine.decoder import Decoder
from dlpsim.machine.port import Port
from dlpsim.machine.step import Step
from dlpsim.machine.tracker import Reference, Tracker

PATIENCE = 16
"""So often may another core loop back before it takes over from the leader, which has not looped back meanwhile."""

LOOK_COST, CORE_COST, PORT_COST = 2.0, 1.0, 0.25
"""What it costs to look at all, and to look at one core or port, as the budget counts."""


class Repetition:
    """Looks out for repetition at the loops of one core, the leader, and lets the clock and all decoders skip it.

    If one core repeats itself within a period of the machine, so do all that loop in it: one leader is enough.
    """

    def __init__(self, decoders: Sequence[Decoder], ports: Sequence[Port], clock: Clock, bus: Bus) -> None:
        self._decoders = decoders
        self._ports = ports
        self._clock = clock
        self._full_look = LOOK_COST + CORE_COST * len(decoders) + PORT_COST * len(ports)
        self._budget = Budget(self._full_look)
        self._orders: dict[int, Sequence[Decoder | Port]] = {}
        self._leader: int | None = None
        self._loopbacks: Counter[int] = Counter()
        """By core, how often it has looped back since the leader did."""
        self._trackers: dict[int, list[Tracker]] = {}
        """By core, a tracker for each loop around it, outermost first."""
        self._marks = 0
        self._emit_mark = bus.sink(Mark)
        self._emit_unmark = bus.sink(Unmark)
        self._emit_repeat = bus.sink(Repeat)
        for decoder in decoders:
            decoder.observe(self._looped_back, self._look)

    def _looped_back(self, core: int, endloop: Step) -> bool:
        """Say whether to look at the machine at the head that `core` has come to."""
        self._budget.work(endloop.pc - endloop.target)
        if core != self._leader and not self._takes_over(core):
            return False
        self._loopbacks.clear()
        tracker = self._tracker(core)
        if not tracker.is_due():
            return False
        if not self._budget.allows((core, tracker.loop)):
            tracker.pass_by()
            return False
        return True

    def _takes_over(self, core: int) -> bool:
        self._loopbacks[core] += 1
        if self._leader is not None and self._loopbacks[core] <= PATIENCE:
            return False
        self._leader = core
        return True

    def _tracker(self, core: int) -> Tracker:
        """Return the tracker of the innermost loop around `core`; forget those of loops that it has left."""
        loops = [loop for loop, _ in self._decoders[core].iterations]
        trackers = self._trackers.setdefault(core, [])
        known = 0
        for tracker, loop in zip(trackers, loops, strict=False):
            if tracker.loop != loop:
                break
            known += 1
        for tracker in trackers[known:]:
            self._forget(tracker)
        del trackers[known:]
        for loop in loops[known:]:
            trackers.append(Tracker(loop))
            self._budget.enter((core, loop))
        return trackers[-1]

    def _look(self, core: int) -> None:
        """Compare the machine with what it was, and skip what repeats."""
        tracker = self._tracker(core)
        if tracker.reference is not None and self._is_back(core, tracker) and self._skip(tracker.reference):
            return
        if tracker.is_stale():
            self._forget(tracker)
            tracker.renew(self._capture(core, tracker.loop))

    def _capture(self, core: int, loop: int) -> Reference:
        """Return the state of the machine, and mark where it is in the stream of events."""
        self._marks += 1
        if self._emit_mark:
            self._emit_mark(Mark(self._clock.now, self._marks))
        self._budget.spend((core, loop), self._full_look)
        return Reference(
            self._marks,
            self._clock.now,
            tuple([part.snapshot() for part in self._parts(core)]),
            tuple([decoder.to_come() for decoder in self._decoders]),
        )

    def _is_back(self, core: int, tracker: Tracker) -> bool:
        """Return whether all parts are in the state of the reference. The first that is not ends the comparison."""
        assert tracker.reference is not None
        cost, same = LOOK_COST, True
        for part, before in zip(self._parts(core), tracker.reference.snapshots, strict=True):
            cost += CORE_COST if isinstance(part, Decoder) else PORT_COST
            if part.snapshot() != before:
                same = False
                break
        self._budget.spend((core, tracker.loop), cost)
        return same

    def _skip(self, reference: Reference) -> bool:
        """Skip all periods from `reference` to here that are sure to follow; return whether there are any."""
        period = self._clock.now - reference.time
        changes = [
            _Change(decoder, before, decoder.to_come())
            for decoder, before in zip(self._decoders, reference.iterations, strict=True)
            if decoder.to_come() != before
        ]
        times = min(change.periods_to_come() for change in changes)
        if period and self._clock.room is not None:
            times = min(times, self._clock.room // period)
        if times < 1:
            return False
        if self._emit_repeat:
            self._emit_repeat(Repeat(self._clock.now, reference.mark, period, times))
        self._clock.skip(times * period)
        for change in changes:
            change.repeat(times)
        self._start_again(reference.mark)
        return True

    def _start_again(self, mark: int) -> None:
        """Forget all references from `mark` on: the machine has jumped ahead since."""
        for tracker in chain.from_iterable(self._trackers.values()):
            if tracker.reference is not None and tracker.reference.mark >= mark:
                tracker.start_again()

    def _forget(self, tracker: Tracker) -> None:
        """Say that the stretch since the reference of `tracker` is not going to repeat."""
        if tracker.reference is not None and self._emit_unmark:
            self._emit_unmark(Unmark(self._clock.now, tracker.reference.mark))

    def _parts(self, core: int) -> Sequence[Decoder | Port]:
        """Return the parts of the machine, first those that are most likely to have changed since `core` looked."""
        if core not in self._orders:
            others = [decoder for decoder in self._decoders if decoder.core != core]
            self._orders[core] = [self._decoders[core], *self._ports, *others]
        return self._orders[core]


class _Change:
    """How the loops around one core went on within a period: `before` and `after` are the iterations to come."""

    def __init__(self, decoder: Decoder, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        self._decoder = decoder
        self._level = next(level for level, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
        self._left = after[self._level]
        self._pace = before[self._level] - self._left
        self._inner_are_same = before[self._level + 1 :] == after[self._level + 1 :]

    def periods_to_come(self) -> int:
        """Return how many more periods are sure to take the same course."""
        return (self._left - 1) // self._pace if self._inner_are_same else 0

    def repeat(self, times: int) -> None:
        """Have the core as many iterations further as it will be after so many periods."""
        self._decoder.skip_iterations(self._level, self._pace * times)
