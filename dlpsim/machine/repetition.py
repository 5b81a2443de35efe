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

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from dlpsim.machine.budget import Allowance
from dlpsim.machine.clock import Clock
from dlpsim.machine.decoder import Decoder
from dlpsim.machine.marks import Marks
from dlpsim.machine.port import Port
from dlpsim.machine.private_port import PrivatePort
from dlpsim.machine.tracker import Reference, Tracker

Part = Decoder | Port | PrivatePort

SHARE, LOOP_SHARE = 0.06, 0.04
"""The part of the work of a run that may be spent on looks, and of the work in a loop on looks at its heads.

Loops have allowances of their own so that inner ones do not use up what outer ones need.
"""

LOOKS_IN_ADVANCE = 12
"""What may be spent before anything is earned, on the run and on each loop: so many looks at the whole machine."""

PATIENCE = 16
"""So often may a loop of another core go round before it takes over from a leader that stands still."""

PATIENCE_AT_ONCE = 16
"""So many times longer it waits if no time passes meanwhile: the leader's turn at this boundary may come yet."""

ITERATION_WORK = 0.5
"""The work of an iteration beside its events, in microseconds, about: a loop that takes no time has no others."""

HEAD_COST, LOOK_COST, CORE_COST, PORT_COST = 1.0, 5.0, 1.5, 0.4
"""What it costs to think of a look, to take one, and to look at one core or port, in microseconds, about."""


class Repetition:
    """Looks out for repetition at the loops of one core, the leader, and lets the clock and all decoders skip it.

    When the machine repeats itself, so does every core that loops meanwhile: one leader is enough. But each level of
    loops has its own, since the cores that take turns in inner loops may lead there one after the other.
    """

    def __init__(
        self, decoders: Sequence[Decoder], ports: Sequence[Port | PrivatePort], marks: Marks, clock: Clock
    ) -> None:
        self._decoders = decoders
        self._ports = ports
        self._marks = marks
        self._clock = clock
        self._full_look = LOOK_COST + CORE_COST * len(decoders) + PORT_COST * len(ports)
        self._advance = LOOKS_IN_ADVANCE * self._full_look
        self._allowance = Allowance(SHARE, self._advance)
        self._orders: dict[int, Sequence[Part]] = {}
        self._leaders: dict[int, Decoder] = {}
        """By level."""
        self._leader_seen: dict[tuple[int, int], _LeaderSeen] = {}
        """By core and level, how the leader there stood when the core was asked last."""
        self._trackers: dict[tuple[int, int], Tracker] = {}
        """By core and loop."""
        self._around: dict[int, list[Tracker]] = {}
        """By core, the trackers of the loops around it, outermost first."""
        for decoder in decoders:
            decoder.observe(self._reached_head, self._look)

    def _reached_head(self, core: int, level: int) -> int:
        """Say how many more heads `core` may pass: none if the machine is to be looked at here."""
        if not self._leads(core, level):
            decoder = self._decoders[core]
            decoder.heads_to_pass[decoder.loops[level]] = PATIENCE
            return PATIENCE
        tracker = self._tracker(core, level)
        to_come = self._decoders[core].to_come[level]
        tracker.allowance.earn(tracker.stride * ITERATION_WORK)
        self._allowance.earn(tracker.stride * ITERATION_WORK)
        if tracker.may_be_back(to_come) or tracker.is_stale(to_come):
            if self._affords(tracker):
                return 0
            tracker.pass_by()
        self._charge(tracker, HEAD_COST)
        return self._pass(tracker)

    def _affords(self, tracker: Tracker) -> bool:
        """Return whether both the run and the loop have enough left for a look."""
        events = self._clock.count_events()
        return tracker.allowance.allows(events) and self._allowance.allows(events)

    def _charge(self, tracker: Tracker, cost: float) -> None:
        tracker.allowance.spend(cost)
        self._allowance.spend(cost)

    def _pass(self, tracker: Tracker) -> int:
        """Return how many heads of a loop may be passed, also when it is entered again."""
        self._decoders[tracker.core].heads_to_pass[tracker.loop] = tracker.stride
        return tracker.stride

    def _leads(self, core: int, level: int) -> bool:
        """Return whether `core` is the leader at this level or takes over now."""
        leader = self._leaders.get(level)
        if leader is not None:
            if leader.core == core:
                return True
            stands_at = leader.core, tuple(leader.to_come[: level + 1])
            before = self._leader_seen.get((core, level))
            if before is None or before.stands_at != stands_at:
                self._leader_seen[core, level] = _LeaderSeen(stands_at, self._clock.now)
                return False
            before.asked += 1
            if before.time == self._clock.now and before.asked < PATIENCE_AT_ONCE:
                return False
        self._leaders[level] = self._decoders[core]
        self._decoders[core].heads_to_pass.clear()
        return True

    def _tracker(self, core: int, level: int) -> Tracker:
        """Return the tracker of the loop at `level` around `core`. Forget what is over, and the loops inside."""
        loops, to_come = self._decoders[core].loops[: level + 1], self._decoders[core].to_come
        around = self._around.setdefault(core, [])
        while around and not (len(around) <= len(loops) and around[-1].is_for(loops, to_come)):
            self._forget(around.pop())
        for outside in range(len(around), len(loops)):
            key = core, loops[outside]
            if key not in self._trackers:
                self._trackers[key] = Tracker(*key, outside, Allowance(LOOP_SHARE, self._advance))
            around.append(self._trackers[key])
            around[-1].allowance.enter(self._clock.count_events())
        return around[-1]

    def _forget(self, tracker: Tracker) -> None:
        self._unmark(tracker)
        tracker.forget()

    def _unmark(self, tracker: Tracker) -> None:
        """Say that the stretch since the reference of `tracker` is not going to repeat."""
        if tracker.reference is not None:
            self._marks.remove(tracker.reference.mark)

    def _look(self, core: int, level: int) -> int:
        """Compare the machine with what it was, and skip what repeats. Return how many heads may be passed then."""
        tracker = self._tracker(core, level)
        to_come = self._decoders[core].to_come[level]
        if tracker.may_be_back(to_come) and self._is_back(tracker):
            assert tracker.reference is not None
            if self._skip(tracker.reference):
                return self._pass(tracker)
        if tracker.is_stale(to_come):
            self._unmark(tracker)
            tracker.renew(self._capture(tracker))
        return self._pass(tracker)

    def _capture(self, tracker: Tracker) -> Reference:
        """Return the state of the machine, and mark where it is in the stream of events."""
        self._charge(tracker, self._full_look)
        return Reference(
            self._marks.set(),
            self._clock.now,
            [part.snapshot() for part in self._parts(tracker.core)],
            [decoder.to_come.copy() for decoder in self._decoders],
        )

    def _is_back(self, tracker: Tracker) -> bool:
        """Return whether all parts are in the state of the reference. The first that is not ends the comparison."""
        assert tracker.reference is not None
        cost, same = LOOK_COST, True
        for part, before in zip(self._parts(tracker.core), tracker.reference.snapshots, strict=True):
            cost += CORE_COST if isinstance(part, Decoder) else PORT_COST
            if part.snapshot() != before:
                same = False
                break
        self._charge(tracker, cost)
        return same

    def _skip(self, reference: Reference) -> bool:
        """Skip all periods from `reference` to here that are sure to follow; return whether there are any."""
        period = self._clock.now - reference.time
        changes = [
            _Change(decoder, before)
            for decoder, before in zip(self._decoders, reference.to_come, strict=True)
            if decoder.to_come != before
        ]
        times = min(change.periods_to_come() for change in changes)
        if period and self._clock.room is not None:
            times = min(times, self._clock.room // period)
        if times < 1:
            return False
        self._marks.repeat(reference.mark, period, times)
        self._clock.skip(times * period)
        for change in changes:
            change.repeat(times)
        self._start_again(reference.mark)
        return True

    def _start_again(self, mark: int) -> None:
        """Forget all references from `mark` on: the machine has jumped ahead since."""
        for tracker in chain.from_iterable(self._around.values()):
            if tracker.reference is not None and tracker.reference.mark >= mark:
                tracker.forget()

    def _parts(self, core: int) -> Sequence[Part]:
        """Return the parts of the machine, first those that are most likely to have changed since `core` looked."""
        if core not in self._orders:
            others = [decoder for decoder in self._decoders if decoder.core != core]
            self._orders[core] = [self._decoders[core], *self._ports, *others]
        return self._orders[core]


@dataclass
class _LeaderSeen:
    """Who led and how many iterations it had to come, since when, and how often that was found again."""

    stands_at: tuple[int, tuple[int, ...]]
    time: int
    asked: int = 0


class _Change:
    """How the loops around one core have gone on within a period; `before` are the iterations that were to come."""

    def __init__(self, decoder: Decoder, before: Sequence[int]) -> None:
        after = decoder.to_come
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
