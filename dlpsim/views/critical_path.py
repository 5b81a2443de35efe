"""The critical path: what determined when the run ended, cycle by cycle.

>>> path.data().parts[0]
PathPart(core=0, pc=0, unit='dram', cause=<PathCause.WORK: 'work'>, cycles=16)

Each boundary at which something happened is that of something before it, plus cycles:

| what                          | follows                                                                    |
| ----------------------------- | -------------------------------------------------------------------------- |
| an instruction is decoded     | the decoder was ready for it, + `decoder.cycles`                           |
| it starts                     | it was dispatched, if at this boundary; else its unit was freed            |
| its unit is freed             | it started, + setup, port and work                                         |
| it is complete                | its unit was freed, + latency                                              |
| the decoder passes a sync     | it came there, if now; else the instruction that completed now             |
| it goes on from a full queue  | it came there, if now; else the start that made room                       |
| a barrier is released         | the last core came there                                                   |
| a core halts                  | its decoder came to the end, if now; else the instruction that completed   |

Of several that happened at once, the first unit in the order of the machine counts, or the lowest core. The path is
what one comes by going back from the end; its cycles add up to those of the run.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from dlpsim.config import MachineConfig
from dlpsim.events import (
    BarrierReleased,
    Completed,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Drop,
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
from dlpsim.views import chain
from dlpsim.views.chain import NEVER, Moment, Node, Origin, Step, Stretch, choose, has_happened, moment_at
from dlpsim.views.path import PathCause, PathData, PathPart
from dlpsim.views.service import service
from dlpsim.views.tally import Columns, Places
from isa.program import Program

DECODE, SERVE, LATENCY, COLUMNS = 0, 2, 4, 6
"""Columns of an instruction: how often it was decoded, served, waited for after that, and behind each its cycles."""

MOST_NODES = 20_000
"""So many nodes are made at least before those that can be are summed up."""

Slot = tuple[Node | None, Moment]


class _Unit:
    """A unit: where the chain of the instruction being served starts, and the chains of others, oldest first."""

    __slots__ = ("completed", "completed_at", "flying", "queue", "start")

    def __init__(self) -> None:
        self.start: Node | None = None
        self.queue: deque[Slot] = deque()
        self.flying: deque[Node] = deque()
        self.completed: Node | None = None
        self.completed_at: Moment = NEVER


class _Core:
    """A core: the chain of its decoder, which was `ready` then, and why it is stalled, since when, on which unit."""

    __slots__ = ("chain", "ready", "stall", "stalled", "stalled_on", "units")

    def __init__(self, units: int) -> None:
        self.chain: Node | None = None
        self.ready = 0
        self.stall: Stall | None = None
        self.stalled: Moment = NEVER
        self.stalled_on = 0
        self.units = [_Unit() for _ in range(units)]


class CriticalPath:
    """Follows every chain that may turn out to be the critical one."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        self._program = program
        self._config = config
        self._columns = Columns(program.cores, COLUMNS)
        self._first = self._columns.first
        self._units = {name: position for position, name in enumerate(config.units)}
        self._latency = [config.compute.latency, *(port.latency for port in config.ports)]
        self._cores = [_Core(len(self._units)) for _ in program.cores]
        self._end: tuple[int, int, Node | None] = (NEVER, 0, None)
        """When the last core so far halted, its number, negated, and the chain to there."""
        self._marks: dict[int, chain.Mark] = {}
        self._kept: dict[int, Sequence[tuple[Callable[[Places], int], int]]] = {}
        self._made = 0
        self._limit = MOST_NODES

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to decoders, units and barriers, and to what repeats."""
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
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
            Drop: self._drop,
        }

    def data(self) -> PathData:
        """Return the path, once the run is over."""
        _, sums = chain.back_to(None, self._end[2])
        return PathData(tuple(self._parts(sums)))

    def _parts(self, sums: chain.Sums) -> Iterator[PathPart]:
        for place in sorted(place for place in sums if not place % 2):
            core, pc, column = self._columns.named(place)
            count, cycles = sums[place], sums[place + 1]
            cost = service(self._program.cores[core][pc], self._config)
            unit = cost.unit if cost else ""
            if column == DECODE:
                split, unit = {PathCause.DECODE: cycles}, ""
            elif column == LATENCY:
                split = {PathCause.LATENCY: cycles}
            else:
                assert cost is not None
                setup, work = count * cost.setup, count * cost.work
                split = {PathCause.SETUP: setup, PathCause.WORK: work, PathCause.PORT: cycles - setup - work}
            for cause, part in split.items():
                if part:
                    yield PathPart(core, pc, unit, cause, part)

    def _decode(self, event: DecodeStarted) -> None:
        core, cycles = self._cores[event.core], self._config.decoder.cycles
        core.chain = Step(core.chain, self._first[event.core] + COLUMNS * event.pc, cycles)
        core.ready = event.time + cycles
        self._note(1)

    def _dispatch(self, event: Dispatched) -> None:
        time, number, name, _ = event
        core = self._cores[number]
        unit = core.units[self._units[name]]
        start = core.chain if core.chain is not None else _ROOT
        if unit.start is None:
            unit.start = start
        else:
            unit.queue.append((start, time))

    def _free(self, event: Freed) -> None:
        time, core, name, pc, started = event
        unit = self._cores[core].units[self._units[name]]
        node = Step(unit.start, self._first[core] + COLUMNS * pc + SERVE, time - started)
        unit.flying.append(node)
        unit.start = choose(time, (unit.queue.popleft(), (node, time))) if unit.queue else None
        self._note(1)

    def _complete(self, event: Completed) -> None:
        time, core, name, pc = event
        position = self._units[name]
        unit = self._cores[core].units[position]
        node: Node = unit.flying.popleft()
        latency = self._latency[position]
        unit.completed = Step(node, self._first[core] + COLUMNS * pc + LATENCY, latency) if latency else node
        unit.completed_at = time

    def _stall(self, event: DecoderStalled) -> None:
        core = self._cores[event.core]
        core.stall, core.stalled = event.reason, event.time
        if event.unit:
            core.stalled_on = self._units[event.unit]
        else:
            for unit in core.units:
                unit.completed, unit.completed_at = None, NEVER

    def _resume(self, event: DecoderResumed) -> None:
        time, core = event.time, self._cores[event.core]
        own = core.chain, core.stalled
        if core.stall is Stall.SYNC:
            core.chain = choose(time, (own, *_completions(core)))
        elif core.stall is Stall.QUEUE:
            core.chain = choose(time, (own, (core.units[core.stalled_on].start, time)))
        core.stall, core.ready = None, time

    def _release(self, event: BarrierReleased) -> None:
        cores = [self._cores[number] for number in event.cores]
        last = choose(event.time, [(core.chain, core.stalled) for core in cores])
        for core in cores:
            core.chain = last

    def _halt(self, event: Halted) -> None:
        core = self._cores[event.core]
        node = choose(event.time, ((core.chain, core.ready), *_completions(core)))
        self._end = max(self._end, (event.time, -event.core, node), key=lambda end: end[:2])

    def _note(self, nodes: int) -> None:
        """Take note that nodes were made, and sum up when there are many."""
        self._made += nodes
        if self._made > self._limit:
            alive = [node for node, _ in self._slots()]
            alive += [unit.completed for core in self._cores for unit in core.units]
            self._made = chain.compress((*alive, self._end[2]))
            self._limit = max(MOST_NODES, 4 * self._made)

    def _slots(self) -> Iterator[Slot]:
        """Yield all chains that something may follow, in an order that only the state of the machine determines."""
        for core in self._cores:
            yield core.chain, core.stalled if core.stall else NEVER
            for unit in core.units:
                if unit.start is not None:
                    yield unit.start, NEVER
                yield from unit.queue
                for node in unit.flying:
                    yield node, NEVER
                if core.stall is Stall.SYNC:
                    yield unit.completed, unit.completed_at

    def _replace(self, slots: Iterator[Slot]) -> None:
        """Have other chains in place of those that `_slots` yields, in its order."""
        for core in self._cores:
            core.chain, core.stalled = next(slots)
            for unit in core.units:
                if unit.start is not None:
                    unit.start = next(slots)[0]
                unit.queue = deque([next(slots) for _ in unit.queue])
                unit.flying = deque([_certain(next(slots)[0]) for _ in unit.flying])
                if core.stall is Stall.SYNC:
                    unit.completed, unit.completed_at = next(slots)

    def _mark(self, event: Mark) -> None:
        time = event.time
        mark = self._marks[event.mark] = chain.Mark(time)
        origins = [
            Origin(node, mark, slot, moment_at(time, moment)) for slot, (node, moment) in enumerate(self._slots())
        ]
        self._replace(iter([(origin, origin) for origin in origins]))
        self._note(len(origins))

    def _unmark(self, event: Unmark) -> None:
        self._marks.pop(event.mark).is_set = False

    def _repeat(self, event: Repeat) -> None:
        number, mark = self._marks.popitem()
        while number != event.mark:
            mark.is_set = False
            number, mark = self._marks.popitem()
        slots = list(self._slots())
        again = _Again(mark, slots, event.time)
        skipped = event.period * event.times
        replaced = [
            (again.after(slot, event.times), _later(moment, event.time, skipped))
            for slot, (_, moment) in enumerate(slots)
        ]
        mark.is_set = False
        self._replace(iter(replaced))
        for core in self._cores:
            if core.ready >= event.time:
                core.ready += skipped
        self._note(len(slots))

    def _keep(self, event: Keep) -> None:
        mark = self._marks.pop(event.mark)
        _, sums = chain.back_to(mark, self._cores[0].chain)
        mark.is_set = False
        self._kept[event.mark] = [(self._columns.relocate(place), number) for place, number in sums.items()]

    def _replay(self, event: Replay) -> None:
        """All cores are at a quiet point, and so have the same chain."""
        sums = {place_in(event.places): number for place_in, number in self._kept[event.mark]}
        node = Stretch(self._cores[0].chain, sums)
        for core in self._cores:
            core.chain, core.ready = node, event.time + event.period
        self._note(1)

    def _drop(self, event: Drop) -> None:
        del self._kept[event.mark]


class _Again:
    """What becomes of chains when the stretch since a mark, up to boundary `time`, happens again and again."""

    def __init__(self, mark: chain.Mark, slots: Sequence[Slot], time: int) -> None:
        self._mark = mark
        self._slots = slots
        self._happened = [has_happened(time, moment) for _, moment in slots]
        self._known: dict[int, tuple[int, chain.Sums]] = {}
        self._far: dict[int, Node | None] = {}

    def after(self, slot: int, times: int) -> Node | None:
        """Return the chain of a slot after so many more times, always the same for all slots."""
        if self._slots[slot][0] is None:
            return None
        before, sums = self._once(slot)
        if before == NEVER:
            return None
        if before not in self._far:
            self._far[before] = self._from(before, times - 1)
        return Stretch(self._far[before], sums) if sums else self._far[before]

    def _once(self, slot: int) -> tuple[int, chain.Sums]:
        """Return the slot at the beginning of the stretch that one at its end comes from, and the sums in between."""
        if slot not in self._known:
            self._known[slot] = chain.back_to(self._mark, self._slots[slot][0], self._happened)
        return self._known[slot]

    def _from(self, slot: int, times: int) -> Node | None:
        """Return the chain of a slot after so many times. From slot to slot one soon goes round in a circle."""
        passed: dict[int, int] = {}
        while slot not in passed and len(passed) < times:
            passed[slot] = len(passed)
            slot = self._once(slot)[0]
        order = list(passed)
        begin = passed.get(slot, len(order))
        rounds, rest = divmod(times - begin, len(order) - begin) if begin < len(order) else (0, 0)
        sums: chain.Sums = {}
        for position, each in enumerate(order):
            weight = 1 if position < begin else rounds + (position - begin < rest)
            for place, number in self._once(each)[1].items() if weight else ():
                sums[place] = sums.get(place, 0) + weight * number
        end = order[begin + rest] if begin + rest < len(order) else slot
        node = self._slots[end][0]
        return Stretch(node, sums) if sums else node


_ROOT = Stretch(None, {})
"""The start of the run, where a unit needs a chain to have an instruction."""


def _completions(core: _Core) -> Iterator[Slot]:
    return ((unit.completed, unit.completed_at) for unit in core.units)


def _certain(node: Node | None) -> Node:
    assert node is not None
    return node


def _later(moment: Moment, time: int, skipped: int) -> Moment:
    return moment + skipped if moment == time else moment
