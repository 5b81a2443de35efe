"""Where on chip everything lies that steps need and make, and in which phase each step computes.

Between two phases lies a sync, on several cores a barrier of all. In a phase one step computes, what later ones need
is loaded, and what an earlier one made is stored. A room is used anew from the phase after its last use on.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.compiler.scheduling.arena import Arena, Block
from dlpsim.compiler.shortage import LackError, shortage
from dlpsim.compiler.step import Extent, Fetch, Part, Step
from dlpsim.compiler.tiling.tiles import rounded
from dlpsim.config import MachineConfig

LOOK_BACK = 256
"""So many phases before they are needed weights may begin to be loaded."""

UNLIMITED = 1 << 40
"""Bytes of a memory without limit."""


@dataclass(slots=True)
class Use:
    """By which steps something is needed, by index."""

    first: int
    last: int


class NoRoomError(Exception):
    """Layers find no room: `found` has the index of each, and says what is too large."""

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        super().__init__(found)
        self.found = found


class Placement:
    """Rooms and phases for the steps of all layers on `machine`.

    `phases` has for each step the phase in which it computes; what it made is stored in the next. `begins` has for
    each need the first phase in which it can be loaded: what others come from is loaded in it, anything else at the
    latest in the phase before it is needed. Raises NoRoomError with all layers for which something finds no room.
    """

    def __init__(self, machine: MachineConfig, layers: Sequence[Sequence[Step]]) -> None:
        self._machine = machine
        self._arenas = {name: Arena(size or UNLIMITED) for name, size in machine.memories.items() if name != "DRAM"}
        self._follows_stores = _following_stores(machine)
        """Memories whose loads come after the stores of the same phase."""
        self._blocks: dict[Part, Block] = {}
        self._stored: deque[tuple[int, Extent]] = deque()
        """What was stored lately, and in which phase."""
        self._last = 0
        """The phase in which the step before computes."""
        self._first_early = 0
        """The first phase for the loads of what was placed last of all that may come early."""
        self._earliest = 0
        """The phase before which nothing is placed."""
        self.uses = _uses([step for layer in layers for step in layer])
        self._early_memories = {part.memory for part in self.uses if isinstance(part, Fetch) and part.may_come_early}
        self.begins: dict[Fetch, int] = {}
        self.phases: list[int] = []
        found = [(index, lack) for index, layer in enumerate(layers) if (lack := self._place_layer(layer))]
        if found:
            raise NoRoomError(found)

    def offset(self, of: Part) -> int:
        """Return where something lies in its memory."""
        return self._blocks[of].offset

    def _place_layer(self, steps: Sequence[Step]) -> str:
        """Place a layer among what the one before still uses; behind that if there is no way.

        Return what finds no room even so, if anything.
        """
        before = self._last, self._first_early, self._stored.copy(), len(self.phases)
        blocks = {name: arena.blocks for name, arena in self._arenas.items()}
        lack = ""
        for _ in range(2):
            try:
                for step in steps:
                    self._place_step(step)
            except LackError as reason:
                lack = str(reason)
            else:
                return ""
            self._last, self._first_early, self._stored = before[0], before[1], before[2].copy()
            del self.phases[before[3] :]
            for name, arena in self._arenas.items():
                arena.blocks = blocks[name]
            self._earliest = max((block.free_from for found in blocks.values() for block in found), default=0)
        self.phases += [self._last] * len(steps)  # for layers after it, whose lacks are told too
        return max((self._lack(step) for step in steps), key=len) or lack

    def _lack(self, step: Step) -> str:
        """Say what a step needs at a time that is more than there is, if that is so."""
        needed = dict.fromkeys(self._arenas, 0)
        vias = [need.via for need in step.needs if need.via]
        for need in (*step.needs, *vias):
            needed[need.memory] += rounded(need.size)
        needed["NRAM"] += sum(rounded(part.size) for part in (step.makes, step.scratch) if part)
        return shortage((name, size, self._arenas[name].size) for name, size in needed.items())

    def _place_step(self, step: Step) -> None:
        number, uses = len(self.phases), self.uses
        phase = self._last
        for need in step.needs:
            if uses[need].first == number:
                self.begins[need] = begin = self._begin(need, number)
                phase = max(phase, begin)
        phase += 1
        made = step.makes
        for part in (made, step.scratch):
            if part is not None and uses[part].first == number:
                phase, self._blocks[part] = self._room("NRAM", part.size, phase, at_top=True)
        self.phases.append(phase)
        if made is not None and uses[made].last == number:
            self._blocks[made].free_from = phase + 2
            self._stored.append((phase + 1, made.writes))
            while self._stored[0][0] < phase - 1:
                self._stored.popleft()
        if step.scratch is not None and uses[step.scratch].last == number:
            self._blocks[step.scratch].free_from = phase + 1
        for need in step.needs:
            if uses[need].last == number:
                self._blocks[need].free_from = phase + 1
            if need.via and uses[need.via].last == number:
                self._blocks[need.via].free_from = phase
        self._last = phase
        for name, arena in self._arenas.items():
            is_early = name in self._early_memories
            arena.forget(max(phase - LOOK_BACK, self._first_early) if is_early else phase - 1)

    def _begin(self, need: Fetch, number: int) -> int:
        """Find room for what step `number` is the first to need; return the first phase in which it can be loaded."""
        if need.via is None:
            return self._place(need, self._last)
        if self.uses[need.via].first == number:
            self.begins[need.via] = self._place(need.via, max(self._last - 1, 0))
        return self._place(need, max(self._last, self.begins[need.via] + 1))

    def _place(self, need: Fetch, earliest: int) -> int:
        """Find room for something, and return the first phase from `earliest` on in which it can be loaded."""
        if need.reads:
            wait = 0 if need.memory in self._follows_stores else 1
            for phase, extent in self._stored:
                if extent.meets(need.reads):
                    earliest = max(earliest, phase + wait)
        if need.may_come_early:  # in the order in which it is needed
            earliest = max(self._last - LOOK_BACK, self._first_early)
        phase, self._blocks[need] = self._room(need.memory, need.size, earliest)
        if need.may_come_early:
            self._first_early = phase
        return phase

    def _room(self, memory: str, size: int, earliest: int, *, at_top: bool = False) -> tuple[int, Block]:
        at_top = at_top and self._machine.memories[memory] is not None  # what has no limit has no top
        found = self._arenas[memory].place(size, max(earliest, self._earliest), at_top=at_top)
        if found is None:
            there = self._arenas[memory].size
            raise LackError(f"no room for {size:,} bytes of {memory} in one piece, which has {there:,}")
        return found


def _following_stores(machine: MachineConfig) -> frozenset[str]:
    """Return the memories whose loads share the channel of stores, if there is one core."""
    ports = machine.port_of
    is_alone = machine.total_cores == 1
    of_stores = ports.get(("NRAM", "DRAM"))
    return frozenset(dst for (src, dst), port in ports.items() if is_alone and src == "DRAM" and port is of_stores)


def _uses(steps: Sequence[Step]) -> dict[Part, Use]:
    uses: dict[Part, Use] = {}
    for number, step in enumerate(steps):
        vias = [need.via for need in step.needs if need.via]
        for part in (*step.needs, *vias, step.makes, step.scratch):
            if part is None:
                continue
            if part in uses:
                uses[part].last = number
            else:
                uses[part] = Use(number, number)
    return uses
