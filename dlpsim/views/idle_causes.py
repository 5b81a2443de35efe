"""Why units were idle: their cycles without an instruction, by what the decoder of their core was at meanwhile.

>>> causes.data().of(0, "compute")
{'sync:dram': 32}

A unit is idle if nothing was dispatched to it, and that is the decoder's business: it decodes, it waits, or the
program is over. So what the decoder is at in a cycle is the cause of every idle unit of its core in that cycle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.events import (
    BarrierReleased,
    Completed,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Event,
    Freed,
    Halted,
    Keep,
    Mark,
    Repeat,
    Replay,
    Sink,
    Stall,
    Unmark,
)
from dlpsim.views.idle import IdleCause, IdleData, IdlePart
from dlpsim.views.tally import Places, Tally

CAUSES = tuple(IdleCause)
DECODING, SYNC, BARRIER, QUEUE, FINISH, ENDED = range(len(CAUSES))
"""Positions of the causes: while the machine runs, a number is looked up in a fraction of the time of a member."""

OF_STALL = {Stall.QUEUE.value: QUEUE, Stall.SYNC.value: SYNC, Stall.BARRIER.value: BARRIER}

NOWHERE = -1
"""The pc where there is no instruction to name."""
PENDING = -2
"""The unit or core waited for, as long as it is not known."""


_Key = tuple[int, int, int, int, int, int]
"""What idle cycles are counted by: core, unit, cause, pc, what is awaited, its pc. A unit is named by its position."""

Awaited = tuple[int, int]
"""The position of a unit and a pc, or the number of a core and NOWHERE."""


class _Core:
    """A core as it is at present.

    `since` is where the part of the decoder's present state begins that is not counted yet, `decoded` where decoding
    will be over. A wait began at boundary `stalled`, after mark `mark`; `is_split` if part of it has been counted. Of
    each unit: how many instructions it has, and when it was freed last. `completions` are those at boundary
    `completed`, with the last mark before each.
    """

    __slots__ = (
        "awaited",
        "cause",
        "completed",
        "completions",
        "decoded",
        "freed",
        "halted",
        "is_split",
        "load",
        "mark",
        "number",
        "pc",
        "since",
        "stalled",
    )

    def __init__(self, number: int, units: int) -> None:
        self.number = number
        self.cause = FINISH
        self.pc = NOWHERE
        self.awaited = PENDING
        self.since = self.stalled = self.decoded = 0
        self.mark = 0
        self.is_split = False
        self.load = [0] * units
        self.freed = [0] * units
        self.completed = 0
        self.completions: list[tuple[Awaited, int]] = []
        self.halted: int | None = None

    def enter(self, cause: int, time: int, pc: int, awaited: int = NOWHERE) -> None:
        self.cause, self.since, self.pc, self.awaited = cause, time, pc, awaited
        self.is_split = False

    def last_completed(self, time: int, mark: int = 0) -> Awaited | None:
        """Return unit and pc of what completed at `time`, after `mark`: the first in the order of units."""
        if self.completed != time:
            return None
        return min((awaited for awaited, after in self.completions if after >= mark), default=None)


@dataclass(frozen=True)
class _End:
    """How a wait ended that had begun before a mark: when, and what was waited for as far as the mark lets one know.

    `release` is that of a barrier. At the boundary of the mark itself, what happened before the mark counts, too, and
    may be something else when the stretch happens again.
    """

    time: int
    awaited: Awaited | None
    release: BarrierReleased | None


@dataclass(frozen=True)
class _Marked:
    """A mark: its number, its time, and by core how the wait ended that went on at it."""

    number: int
    time: int
    ends: dict[int, _End]


class IdleCauses:
    """Counts the idle cycles of every unit by cause, by the decoder's instruction, and by what was waited for.

    What is waited for is known at the end of a wait. If a mark falls into it, the part before is counted as pending.
    Unless `by_line` instructions are not told apart, which takes no memory for long programs.
    """

    def __init__(self, config: MachineConfig, *, by_line: bool = True) -> None:
        self._config = config
        self._by_line = by_line
        self._units = {name: position for position, name in enumerate(config.units)}
        self._cores = [_Core(number, len(self._units)) for number in range(config.total_cores)]
        self._tally = Tally(_relocate)
        self._marks: list[_Marked] = []
        self._last_mark = 0

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the decoder, to what keeps units busy, and to what repeats."""
        decoding: Mapping[type[Event], Sink] = {DecodeStarted: self._decode} if self._config.decoder.cycles else {}
        return {
            **decoding,
            Dispatched: self._dispatch,
            Freed: self._free,
            Completed: self._complete,
            DecoderStalled: self._stall,
            DecoderResumed: self._resume,
            BarrierReleased: self._release,
            Halted: self._halt,
            **self._tally.handlers(),
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
        }

    def data(self) -> IdleData:
        """Return the causes, once the run is over."""
        end = max((core.halted or 0 for core in self._cores), default=0)
        found: dict[tuple[int, str], list[IdlePart]] = {
            (core, unit): [] for core in range(len(self._cores)) for unit in self._units
        }
        names = self._config.units
        for key, cycles in self._tally.total().items():
            if cycles:
                found[key[0], names[key[1]]].append(self._part(key, cycles))
        for core in self._cores:
            rest = end - (core.halted or 0)
            for unit in names if rest else ():
                found[core.number, unit].append(IdlePart(CAUSES[ENDED], "", None, None, rest))
        return IdleData({place: tuple(sorted(parts, key=_order)) for place, parts in found.items()})

    def _part(self, key: _Key, cycles: int) -> IdlePart:
        _, _, cause, pc, awaited, awaited_pc = key
        name = ""
        if awaited != NOWHERE:
            name = f"core {awaited}" if cause == BARRIER else self._config.units[awaited]
        return IdlePart(CAUSES[cause], name, _known(pc), _known(awaited_pc), cycles)

    def _decode(self, event: DecodeStarted) -> None:
        core = self._cores[event.core]
        self._count(core, event.time)
        core.enter(DECODING, event.time, event.pc if self._by_line else NOWHERE)
        core.decoded = event.time + self._config.decoder.cycles

    def _dispatch(self, event: Dispatched) -> None:
        time, number, unit, _ = event
        core = self._cores[number]
        if core.since < time:
            self._count(core, time)
        core.enter(FINISH, time, NOWHERE, PENDING)
        core.load[self._units[unit]] += 1

    def _free(self, event: Freed) -> None:
        core, unit = self._cores[event.core], self._units[event.unit]
        core.load[unit] -= 1
        core.freed[unit] = event.time

    def _complete(self, event: Completed) -> None:
        time, number, unit, pc = event
        core = self._cores[number]
        if core.completed != time:
            core.completed = time
            core.completions.clear()
        core.completions.append(((self._units[unit], pc if self._by_line else NOWHERE), self._last_mark))

    def _stall(self, event: DecoderStalled) -> None:
        core = self._cores[event.core]
        self._count(core, event.time)
        awaited = self._units[event.unit] if event.unit else PENDING
        core.enter(OF_STALL[event.reason._value_], event.time, event.pc if self._by_line else NOWHERE, awaited)
        core.stalled, core.mark = event.time, self._last_mark

    def _resume(self, event: DecoderResumed) -> None:
        core = self._cores[event.core]
        if core.cause == QUEUE:
            self._count(core, event.time)
        elif core.cause == SYNC:
            self._end_wait(core, event.time, lambda mark: core.last_completed(event.time, mark))
        core.enter(FINISH, event.time, NOWHERE, PENDING)

    def _release(self, event: BarrierReleased) -> None:
        last = [number for number in event.cores if self._cores[number].stalled == event.time]

        def arrived(mark: int) -> Awaited | None:
            return next(((number, NOWHERE) for number in last if self._cores[number].mark >= mark), None)

        for number in event.cores:
            self._end_wait(self._cores[number], event.time, arrived, event)

    def _halt(self, event: Halted) -> None:
        core = self._cores[event.core]
        self._count_decoding(core, event.time)
        self._end_wait(core, event.time, lambda mark: core.last_completed(event.time, mark))
        core.halted = event.time

    def _end_wait(
        self,
        core: _Core,
        time: int,
        awaited: Callable[[int], Awaited | None],
        release: BarrierReleased | None = None,
    ) -> None:
        """Count a wait that ends at `time`. `awaited` says for what it was, of what happened after a mark."""
        found = awaited(0) or (NOWHERE, NOWHERE)
        self._add(core, time, found)
        if core.is_split:
            self._settle(core, found)
        if core.mark < self._last_mark:
            for marked in self._marks:
                if core.mark < marked.number:
                    known = awaited(marked.number) if marked.time == time else found
                    marked.ends[core.number] = _End(time, known, release)

    def _settle(self, core: _Core, awaited: Awaited) -> None:
        """Count what was pending as waiting for what it turned out to be."""
        core.is_split = False
        for unit in range(len(core.load)):
            pending = self._pending(core, unit)
            for sums in self._tally.frames:
                cycles = sums.pop(pending, 0)
                if cycles:
                    sums[pending[:4] + awaited] += cycles

    def _pending(self, core: _Core, unit: int) -> _Key:
        return core.number, unit, core.cause, core.pc, PENDING, NOWHERE

    def _count_decoding(self, core: _Core, time: int) -> None:
        """Count decoding that is over, though nobody said so: the program ends with it."""
        if core.cause == DECODING and core.decoded <= time:
            self._count(core, core.decoded)
            core.enter(FINISH, core.decoded, NOWHERE, PENDING)

    def _count(self, core: _Core, time: int) -> None:
        """Count the present state of the decoder up to `time`."""
        if time > core.since:
            self._add(core, time, (core.awaited, NOWHERE))
            core.is_split |= core.awaited == PENDING
            core.since = time

    def _add(self, core: _Core, time: int, awaited: Awaited) -> None:
        """Count the cycles up to `time` of each unit that is idle then, and has been since it was freed."""
        since, freed = core.since, core.freed
        for unit, load in enumerate(core.load):
            if not load:
                begin = freed[unit]
                cycles = time - (begin if begin > since else since)
                if cycles > 0:
                    self._tally.sums[core.number, unit, core.cause, core.pc, *awaited] += cycles

    def _count_all(self, time: int) -> None:
        for core in self._cores:
            if core.halted is None:
                self._count_decoding(core, time)
                self._count(core, time)

    def _mark(self, event: Mark) -> None:
        self._count_all(event.time)
        self._tally.mark(event)
        self._marks.append(_Marked(event.mark, event.time, {}))
        self._last_mark = event.mark

    def _unmark(self, event: Unmark) -> None:
        self._tally.unmark(event)
        self._forget(event.mark)

    def _forget(self, mark: int) -> None:
        self._marks = [marked for marked in self._marks if marked.number != mark]

    def _repeat(self, event: Repeat) -> None:
        self._count_all(event.time)
        while self._marks[-1].number != event.mark:
            self._marks.pop()
        marked = self._marks.pop()
        pending = self._pending_since(marked)
        self._tally.repeat(event)
        self._settle_repeated(marked, pending, event)
        skipped = event.period * event.times
        for core in self._cores:
            _move(core, event.time, skipped)

    def _pending_since(self, marked: _Marked) -> Mapping[_Key, int]:
        """Return what is pending of what came since a mark, of cores that waited at the mark for something else."""
        frames = self._tally.frames[len(self._marks) + 1 :]
        keys = [self._pending(self._cores[core], unit) for core in marked.ends for unit in range(len(self._units))]
        sums = {key: sum(frame.get(key, 0) for frame in frames) for key in keys}
        return {key: cycles for key, cycles in sums.items() if cycles}

    def _settle_repeated(self, marked: _Marked, pending: Mapping[_Key, int], event: Repeat) -> None:
        """Count what was pending at the end of each period but the last as its wait ended in the next period."""
        sums = self._tally.sums
        for key, cycles in pending.items():
            sums[key] -= cycles * event.times
            sums[key[:4] + self._awaited_again(marked, key[0], event.time)] += cycles * event.times

    def _awaited_again(self, marked: _Marked, core: int, time: int) -> Awaited:
        """Return for what a core waits at boundary `time`, if all goes on as it did at the mark."""
        end = marked.ends[core]
        candidates = [end.awaited]
        if end.time == marked.time and end.release:
            candidates += [(other.number, NOWHERE) for other in self._cores if _waits_since(other, time, marked, end)]
        elif end.time == marked.time:
            candidates.append(self._cores[core].last_completed(time))
        return min(one for one in candidates if one is not None)

    def _keep(self, event: Keep) -> None:
        self._count_all(event.time)
        self._tally.keep(event)
        self._forget(event.mark)

    def _replay(self, event: Replay) -> None:
        self._count_all(event.time)
        self._tally.replay(event)
        for core in self._cores:
            core.enter(FINISH, event.time + event.period, NOWHERE, PENDING)


def _relocate(key: _Key) -> Callable[[Places], _Key]:
    core, unit, cause, pc, awaited, awaited_pc = key

    def elsewhere(places: Places) -> _Key:
        moved = places[core]
        return core, unit, cause, moved.get(pc, NOWHERE), awaited, moved.get(awaited_pc, NOWHERE)

    return elsewhere


def _waits_since(core: _Core, time: int, marked: _Marked, end: _End) -> bool:
    """Return whether `core` came to a barrier at boundary `time`, and will be released as it was after the mark."""
    if core.cause != BARRIER or core.stalled != time or core.number not in marked.ends:
        return False
    return marked.ends[core.number].release is end.release


def _move(core: _Core, time: int, skipped: int) -> None:
    """Let what `core` is at go on `skipped` cycles later; `time` was the present boundary."""
    core.since += skipped
    core.decoded += skipped
    if core.stalled == time:
        core.stalled += skipped
    if core.completed == time:
        core.completed += skipped


def _known(pc: int) -> int | None:
    return None if pc == NOWHERE else pc


def _order(part: IdlePart) -> tuple[int, str, int, int]:
    pcs = [NOWHERE if pc is None else pc for pc in (part.pc, part.awaited_pc)]
    return CAUSES.index(part.cause), part.awaited, pcs[0], pcs[1]
