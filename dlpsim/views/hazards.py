"""Hazards that a run met: accesses of different units to the same bytes, one a write, that were in flight together.

    bytes 0 to 63 of NRAM were in use twice at a time, first in cycle 20 (core 0)
      line 3    move DRAM[x] NRAM[0] 64
      line 4    compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[0] 1 16  took effect first
    once

A race that `dlpsim check` finds need not be met: here it depends on the times. A race that is met decides the result.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from dlpsim.events import Completed, DecodeStarted, Dispatched, Event, Sink, Started
from dlpsim.loop_counters import LoopCounters
from isa.access import Access, accesses
from isa.program import Program

Bytes = tuple[int, int]
"""A first byte and the one behind the last."""


@dataclass(frozen=True)
class Hazard:
    """Two lines that met over some bytes of a memory: where first, and in how many pairs of instructions.

    `winner` took effect first at that occasion, while `loser` was in flight; each is a core and a line. `cycle` is
    the boundary from which both were in flight, `first` and `last` are the bytes.
    """

    memory: str
    first: int
    last: int
    cycle: int
    winner: tuple[int, int]
    loser: tuple[int, int]
    times: int

    def to_dict(self) -> dict[str, Any]:
        """Return the hazard as --json prints it."""
        return {
            "memory": self.memory,
            "bytes": [self.first, self.last],
            "cycle": self.cycle,
            "winner": {"core": self.winner[0], "line": self.winner[1]},
            "loser": {"core": self.loser[0], "line": self.loser[1]},
            "times": self.times,
        }


@dataclass(eq=False)
class _Flight:
    """An instruction under way: what it accesses, and those that it met and that have not completed either."""

    core: int
    unit: str
    line: int
    touches: tuple[tuple[tuple[str, int], Access, int], ...]
    """Per access: the instance of its memory, the access, the address."""
    started: int = 0

    def __post_init__(self) -> None:
        self.met: list[tuple[_Flight, str, Bytes]] = []


class Hazards:
    """Listens to what starts and completes. The runs that it listens to must be simulated in full."""

    def __init__(self, program: Program) -> None:
        self._program = program
        known = {id(code): [accesses(instruction) for instruction in code] for code in program.cores}
        self._accesses = [known[id(code)] for code in program.cores]
        self._loops = [LoopCounters(code) for code in program.cores]
        self._queued: dict[tuple[int, str], deque[_Flight]] = defaultdict(deque)
        self._in_flight: dict[tuple[int, str], deque[_Flight]] = defaultdict(deque)
        self._found: dict[tuple[str, int, int], Hazard] = {}

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Follow each instruction from dispatch to completion."""
        return {
            DecodeStarted: self._decode,
            Dispatched: self._dispatch,
            Started: self._start,
            Completed: self._complete,
        }

    def data(self) -> tuple[Hazard, ...]:
        """Return what the run met, in the order in which it did."""
        return tuple(self._found.values())

    def render(self) -> Iterator[str]:
        """Yield the report as lines."""
        if not self._found:
            yield "  hazards: none met in this run"
        for hazard in self.data():
            yield (
                f"  hazard: bytes {hazard.first:,} to {hazard.last:,} of {hazard.memory} were in use twice at a time, "
                f"first in cycle {hazard.cycle:,}"
            )
            for (core, line), end in ((hazard.winner, "took effect first"), (hazard.loser, "later")):
                yield f"    line {line} (core {core}, {end}): {self._program.text(line).strip()}"
            yield f"    {'once' if hazard.times == 1 else f'{hazard.times:,} times'}"

    def _decode(self, event: DecodeStarted) -> None:
        self._loops[event.core].take(event.pc)

    def _dispatch(self, event: Dispatched) -> None:
        counters = self._loops[event.core].counters
        touches = tuple(
            (self._instance(event.core, access.memory), access, access.address.at(counters))
            for access in self._accesses[event.core][event.pc]
        )
        line = self._program.cores[event.core][event.pc].line
        self._queued[event.core, event.unit].append(_Flight(event.core, event.unit, line, touches))

    def _start(self, event: Started) -> None:
        flight = self._queued[event.core, event.unit].popleft()
        flight.started = event.time
        for (core, unit), others in self._in_flight.items():
            if (core, unit) != (event.core, event.unit):
                for other in others:
                    self._meet(flight, other)
        self._in_flight[event.core, event.unit].append(flight)

    def _meet(self, one: _Flight, other: _Flight) -> None:
        for (place, mine, at), (where, theirs, there) in product(one.touches, other.touches):
            if place == where and (mine.writes or theirs.writes):
                common = overlap(mine, at, theirs, there)
                if common is not None:
                    one.met.append((other, mine.memory, common))
                    other.met.append((one, mine.memory, common))
                    return

    def _complete(self, event: Completed) -> None:
        """Judge whom the instruction met: one that started just now had not begun when this one took effect."""
        done = self._in_flight[event.core, event.unit].popleft()
        for other, memory, (begin, end) in done.met:
            other.met = [entry for entry in other.met if entry[0] is not done]
            cycle = max(done.started, other.started)
            if cycle < event.time:
                self._note(Hazard(memory, begin, end - 1, cycle, (done.core, done.line), (other.core, other.line), 1))

    def _note(self, hazard: Hazard) -> None:
        key = (hazard.memory, hazard.winner[1], hazard.loser[1])
        known = self._found.get(key)
        self._found[key] = hazard if known is None else replace(known, times=known.times + 1)

    def _instance(self, core: int, memory: str) -> tuple[str, int]:
        """Return which one of the memories of that name `core` reaches."""
        if memory == "DRAM":
            return memory, 0
        return memory, core // self._program.target.cores_per_cluster if memory == "SharedRAM" else core


def overlap(one: Access, at: int, other: Access, there: int) -> Bytes | None:
    """Return the first bytes that two accesses share, which begin at addresses `at` and `there`; None if none."""
    if at + one.region.span <= there or there + other.region.span <= at:
        return None
    mine, theirs = _stretches(one, at), _stretches(other, there)
    i = j = 0
    while i < len(mine) and j < len(theirs):
        begin, end = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
        if begin < end:
            return begin, end
        if mine[i][1] < theirs[j][1]:
            i += 1
        else:
            j += 1
    return None


def _stretches(access: Access, at: int) -> Sequence[Bytes]:
    """Return the bytes of `access` as stretches in ascending order."""
    rows = access.region.rows
    starts = [
        at + sum(step * stride for step, (_, stride) in zip(steps, rows.axes, strict=True))
        for steps in product(*(range(count) for count, _ in rows.axes))
    ]
    return [(start, start + rows.size) for start in sorted(starts)]
