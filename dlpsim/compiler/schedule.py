"""Puts steps into phases: between two syncs one step computes, the next is loaded, the one before is stored.

What the steps of all layers need is placed on chip and loaded in time: activations in the phase before they are
needed, weights, which nobody computes, in pieces over the phases in which their room is free and the DRAM port is not
needed for anything else. So the first weights of a layer come under the last tiles of the one before.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dlpsim.compiler.arena import Arena, Block
from dlpsim.compiler.instructions import Instruction, Move, Sync, compute_cycles, move_cycles, piece
from dlpsim.compiler.step import Extent, Fetch, Result, Step
from dlpsim.config import MachineConfig
from isa.errors import DlpsimError
from isa.vocabulary import Scope

LOOK_BACK = 256
"""So many phases before they are needed weights may begin to be loaded."""

LEAST_PIECE = 2048
"""Bytes of a piece of weights, at least: each piece is a move of its own."""

GRAIN = 64
"""Pieces have multiples of so many bytes."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An instruction, and the index of the layer that it serves."""

    instruction: Instruction
    layer: int


@dataclass(slots=True)
class Phase:
    """What each core does between two syncs, by number of the core, and how long compute units and DRAM need for it.

    `layer` is the index of the layer whose step computes in it.
    """

    layer: int
    computes: list[list[Placed]]
    stores: list[list[Placed]]
    loads: list[list[Placed]]
    compute_cycles: int = 0
    dram_cycles: int = 0

    @property
    def slack(self) -> int:
        """Cycles for which the DRAM port has nothing to do while the step computes; negative if it takes longer."""
        return self.compute_cycles - self.dram_cycles


@dataclass(frozen=True, slots=True)
class _Early:
    """Something that may be loaded in pieces in any of the `possible` phases, best in the `usual` ones."""

    fetch: Fetch
    offset: int
    layer: int
    usual: range
    possible: range


@dataclass(slots=True)
class _Use:
    """By which steps something is needed, by index."""

    first: int
    last: int


class Schedule:
    """Phases for the steps of all layers on `machine`. Raises DlpsimError where something finds no room."""

    def __init__(self, machine: MachineConfig, layers: Sequence[Sequence[Step]]) -> None:
        self._machine = machine
        self._cores = range(machine.total_cores)
        self.phases: list[Phase] = []
        self._arenas = {name: Arena(size or 1 << 40) for name, size in machine.memories.items() if name != "DRAM"}
        self._blocks: dict[Fetch | Result, Block] = {}
        self._stored: deque[tuple[int, Extent]] = deque()
        """What was stored lately, and in which phase."""
        self._last = 0
        """The phase in which the step before computes."""
        self._came: dict[Fetch, int] = {}
        """In which phase something came that others come from."""
        self._early: list[_Early] = []
        self._first_early = self._first_use_of_early = 0
        """Of what was placed last of all that may come early: the first phase for its loads, and when it is needed."""
        steps = [(index, step) for index, layer in enumerate(layers) for step in layer]
        self._uses = _uses([step for _, step in steps])
        for number, (layer, step) in enumerate(steps):
            self._add(number, layer, step)
        for early in self._early:
            self._bring(early)

    def code(self) -> list[tuple[int, list[list[Placed]]]]:
        """Return, layer by layer, the instructions of each core."""
        result: list[tuple[int, list[list[Placed]]]] = []
        sync = Sync(Scope.CORE if len(self._cores) == 1 else Scope.CHIP)
        for number, phase in enumerate(self.phases):
            if not result or result[-1][0] != phase.layer:
                result.append((phase.layer, [[] for _ in self._cores]))
            ends = [Placed(sync, phase.layer)] if number + 1 < len(self.phases) else []
            for core, code in enumerate(result[-1][1]):
                code.extend((*phase.computes[core], *phase.stores[core], *phase.loads[core], *ends))
        return result

    def _add(self, number: int, layer: int, step: Step) -> None:
        new = [need for need in step.needs if self._uses[need].first == number]
        begins = {need: self._begin(need, number, layer) for need in new}
        phase = max([self._last, *begins.values()]) + 1
        made = step.makes
        if made is not None and self._uses[made].first == number:
            phase, self._blocks[made] = self._room("NRAM", made.size, phase, at_top=True)
        self._extend(phase + 1, layer)
        for need in new:
            self._load(need, begins[need], phase, layer)
        self._compute(step, phase, layer)
        if made is not None and self._uses[made].last == number:
            self._extend(phase + 2, layer)
            self._store(made, phase + 1, layer)
        for need in step.needs:
            if self._uses[need].last == number:
                self._blocks[need].free_from = phase + 1
            if need.via and self._uses[need.via].last == number:
                self._blocks[need.via].free_from = phase
        self._last = phase
        for name, arena in self._arenas.items():
            arena.forget(max(phase - LOOK_BACK, self._first_early) if name == "WRAM" else phase - 1)

    def _begin(self, need: Fetch, number: int, layer: int) -> int:
        """Find room for what step `number` is the first to need; return the first phase in which it can be loaded."""
        if need.via is None:
            return self._place(need, self._last)
        if self._uses[need.via].first == number:
            phase = self._place(need.via, max(self._last - 1, 0))
            self._extend(phase + 1, layer)
            self._bring_now(need.via, phase, layer)
            self._came[need.via] = phase
        return self._place(need, max(self._last, self._came[need.via] + 1))

    def _place(self, need: Fetch, earliest: int) -> int:
        """Find room for something, and return the first phase from `earliest` on in which it can be loaded."""
        wait = 0 if len(self._cores) == 1 else 1  # what one core stores, it loads later by the same channel
        ready = max(
            (phase + wait for phase, extent in self._stored if need.reads and extent.meets(need.reads)), default=0
        )
        earliest = max(earliest, ready)
        if need.may_come_early:  # in the order in which it is needed
            earliest = max(self._last - LOOK_BACK, self._first_early)
        phase, self._blocks[need] = self._room(need.memory, need.size, earliest)
        if need.may_come_early:
            self._first_early = phase
        return phase

    def _room(self, memory: str, size: int, earliest: int, *, at_top: bool = False) -> tuple[int, Block]:
        found = self._arenas[memory].place(size, earliest, at_top=at_top)
        if found is None:
            raise DlpsimError(f"no room for {size:,} bytes in {memory}, which holds {self._arenas[memory].size:,}")
        return found

    def _extend(self, count: int, layer: int) -> None:
        """Have `count` phases; new ones belong to `layer`."""
        while len(self.phases) < count:
            of_cores = len(self._cores)
            self.phases.append(Phase(layer, _lists(of_cores), _lists(of_cores), _lists(of_cores)))

    def _load(self, need: Fetch, first: int, needed: int, layer: int) -> None:
        """Have something loaded before phase `needed`, in phases from `first` on."""
        offset = self._blocks[need].offset
        if not need.may_come_early:
            self._bring_now(need, needed - 1, layer)
            return
        usual = range(min(max(first, self._first_use_of_early), needed - 1), needed)
        self._early.append(_Early(need, offset, layer, usual, range(first, needed)))
        self._first_use_of_early = needed

    def _bring_now(self, need: Fetch, phase: int, layer: int) -> None:
        """Load all of something in one phase."""
        via = self._blocks[need.via].offset if need.via else 0
        for core in self._cores:
            self._move(self.phases[phase].loads[core], need.moves(core, self._blocks[need].offset, via), phase, layer)

    def _compute(self, step: Step, phase: int, layer: int) -> None:
        def offset(of: Fetch | Result) -> int:
            return self._blocks[of].offset

        longest = 0
        for core in self._cores:
            computes = step.computes(core, offset)
            self.phases[phase].computes[core] += [Placed(compute, layer) for compute in computes]
            longest = max(longest, sum(compute_cycles(compute, self._machine) for compute in computes))
        self.phases[phase].compute_cycles += longest
        self.phases[phase].layer = layer

    def _store(self, made: Result, phase: int, layer: int) -> None:
        block = self._blocks[made]
        for core in self._cores:
            self._move(self.phases[phase].stores[core], made.stores(core, block.offset), phase, layer)
        block.free_from = phase + 1
        self._stored.append((phase, made.writes))
        while self._stored[0][0] < phase - 2:
            self._stored.popleft()

    def _move(self, to: list[Placed], moves: Sequence[Move], phase: int, layer: int) -> None:
        to += [Placed(move, layer) for move in moves]
        self.phases[phase].dram_cycles += sum(
            move_cycles(move, self._machine) for move in moves if "DRAM" in (move.src.memory, move.dst.memory)
        )

    def _bring(self, early: _Early) -> None:
        """Load something in pieces: evenly over the usual phases if that costs nothing, else where there is slack."""
        size = early.fetch.size
        count = max(1, min(len(early.usual), size // LEAST_PIECE))
        share = -(-size // (count * GRAIN)) * GRAIN
        usual = early.usual[len(early.usual) - count :]
        cost = self._cycles(early, 0, share)
        if all(self.phases[phase].slack >= cost for phase in usual):
            self._bring_pieces(early, [(phase, share) for phase in usual])
            return
        pieces = []
        left = size
        for phase in reversed(early.possible):
            fitting = min(left, self._fitting(early, phase))
            if fitting:
                pieces.append((phase, fitting))
                left -= fitting
            if not left:
                break
        if left:
            rest = -(-left // (count * GRAIN)) * GRAIN
            pieces += [(phase, rest) for phase in usual]
        merged: dict[int, int] = {}
        for phase, bytes_ in pieces:
            merged[phase] = merged.get(phase, 0) + bytes_
        self._bring_pieces(early, sorted(merged.items()))

    def _fitting(self, early: _Early, phase: int) -> int:
        """Return how many bytes can be loaded in a phase at no cost; 0 rather than very few."""
        whole = self._cycles(early, 0, early.fetch.size)
        room = early.fetch.size * max(0, self.phases[phase].slack) // whole // GRAIN * GRAIN
        return room if room >= min(LEAST_PIECE, early.fetch.size) else 0

    def _cycles(self, early: _Early, begin: int, end: int) -> int:
        """Return for how many cycles DRAM is needed for some of the bytes, over all cores."""
        return sum(
            move_cycles(move, self._machine)
            for core in self._cores
            for move in piece(early.fetch.moves(core, early.offset, 0), begin, end)
        )

    def _bring_pieces(self, early: _Early, pieces: Sequence[tuple[int, int]]) -> None:
        begin = 0
        for phase, size in pieces:
            for core in self._cores:
                self._move(
                    self.phases[phase].loads[core],
                    piece(early.fetch.moves(core, early.offset, 0), begin, begin + size),
                    phase,
                    early.layer,
                )
            begin += size


def _uses(steps: Sequence[Step]) -> dict[Fetch | Result, _Use]:
    uses: dict[Fetch | Result, _Use] = {}
    for number, step in enumerate(steps):
        parts: list[Fetch | Result] = [*step.needs, *(need.via for need in step.needs if need.via)]
        parts += [step.makes] if step.makes else []
        for part in parts:
            uses.setdefault(part, _Use(number, number)).last = number
    return uses


def _lists(count: int) -> list[list[Any]]:
    return [[] for _ in range(count)]
