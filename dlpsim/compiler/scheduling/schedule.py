"""Puts steps into phases: between two syncs one step computes, the next is loaded, the one before is stored.

What the steps of all layers need is placed on chip and loaded in time: activations in the phase before they are
needed, weights, which nobody computes, in pieces over the phases in which their room is free and the DRAM port is not
needed for anything else. So the first weights of a layer come under the last tiles of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dlpsim.compiler.instructions import Instruction, Move, Sync, compute_cycles, move_cycles, piece
from dlpsim.compiler.scheduling.placement import Placement
from dlpsim.compiler.step import Fetch, Result, Step
from dlpsim.config import MachineConfig
from isa.vocabulary import Scope

LEAST_PIECE = 2048
"""Bytes of a piece of weights, at least: each piece is a move of its own, or of all cores of a cluster together."""

GRAIN = 64
"""Pieces have multiples of so many bytes."""


class Placed(NamedTuple):
    """An instruction, and the index of the layer that it serves."""

    instruction: Instruction
    layer: int


@dataclass(slots=True)
class Phase:
    """What each core does between two syncs, by number of the core, and how long units and ports need for it.

    `layer` is the index of the layer whose step computes in it. Of what is moved between memories on chip the core
    counts that moves most.
    """

    layer: int
    computes: list[list[Placed]]
    stores: list[list[Placed]]
    loads: list[list[Placed]]
    compute_cycles: int = 0
    dram_cycles: int = 0
    on_chip_cycles: int = 0

    @property
    def slack(self) -> int:
        """Cycles for which the DRAM port has nothing to do while others are busy; negative if it takes longer."""
        return max(self.compute_cycles, self.on_chip_cycles) - self.dram_cycles


@dataclass(frozen=True, slots=True)
class _Early:
    """Something of `size` bytes that may be loaded in pieces in any of the `possible` phases, best in the `usual` ones.

    `moves` has for each core what brings all of it, in pieces of at least `least` bytes.
    """

    size: int
    moves: list[Sequence[Move]]
    layer: int
    usual: range
    possible: range
    least: int


class Schedule:
    """Phases for the steps of all layers on `machine`. Raises DlpsimError where something finds no room."""

    def __init__(self, machine: MachineConfig, layers: Sequence[Sequence[Step]]) -> None:
        self._machine = machine
        self._cores = range(machine.total_cores)
        self._known_cycles: dict[tuple[str, str, int, int], int] = {}
        self._placement = Placement(machine, layers)
        steps = [(index, step) for index, layer in enumerate(layers) for step in layer]
        self.phases: list[Phase] = []
        self._early: list[_Early] = []
        self._first_use_of_early = 0
        """When what came last of all that may come early is needed."""
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
        uses, phase = self._placement.uses, self._placement.phases[number]
        self._extend(phase + 1, layer)
        for need in step.needs:
            if uses[need].first == number:
                self._load(need, number, phase, layer)
        self._compute(step, phase, layer)
        if step.makes and uses[step.makes].last == number:
            self._extend(phase + 2, layer)
            self._store(step.makes, phase + 1, layer)

    def _extend(self, count: int, layer: int) -> None:
        """Have `count` phases; new ones belong to `layer`."""
        while len(self.phases) < count:
            of_cores = len(self._cores)
            self.phases.append(Phase(layer, _lists(of_cores), _lists(of_cores), _lists(of_cores)))

    def _load(self, need: Fetch, number: int, needed: int, layer: int) -> None:
        """Have something loaded before phase `needed`, in which step `number` is the first to need it."""
        if need.via and self._placement.uses[need.via].first == number:
            if need.via.may_come_early:
                self._bring_early(need.via, needed - 1, layer)
            else:
                self._bring_now(need.via, self._placement.begins[need.via], layer)
        if need.may_come_early:
            self._bring_early(need, needed, layer)
        else:
            self._bring_now(need, needed - 1, layer)

    def _bring_early(self, need: Fetch, needed: int, layer: int) -> None:
        """Have something loaded in pieces before phase `needed`."""
        first = self._placement.begins[need]
        usual = range(min(max(first, self._first_use_of_early), needed - 1), needed)
        offset = self._placement.offset(need)
        moves = [need.moves(core, offset, 0) for core in self._cores]
        size, least = need.size, LEAST_PIECE
        if need.memory == "SharedRAM":  # each core brings a part
            size = max(sum(move.size for move in own) for own in moves)
            least = max(GRAIN, LEAST_PIECE // self._machine.cores)
        self._early.append(_Early(size, moves, layer, usual, range(first, needed), least))
        self._first_use_of_early = needed

    def _bring_now(self, need: Fetch, phase: int, layer: int) -> None:
        """Load all of something in one phase."""
        offset = self._placement.offset(need)
        via = self._placement.offset(need.via) if need.via else 0
        most = 0
        within = self.phases[phase]
        for core, loads in enumerate(within.loads):
            moves = need.moves(core, offset, via)
            self._move(loads, moves, within, layer)
            if need.via:
                most = max(most, sum(map(self._cycles_of, moves)))
        within.on_chip_cycles += most

    def _compute(self, step: Step, phase: int, layer: int) -> None:
        longest = 0
        within = self.phases[phase]
        for core, placed in enumerate(within.computes):
            cycles = 0
            for compute in step.computes(core, self._placement.offset):
                placed.append(Placed(compute, layer))
                cycles += compute_cycles(compute, self._machine)
            longest = max(longest, cycles)
        within.compute_cycles += longest
        within.layer = layer

    def _store(self, made: Result, phase: int, layer: int) -> None:
        offset = self._placement.offset(made)
        within = self.phases[phase]
        for core, stores in enumerate(within.stores):
            self._move(stores, made.stores(core, offset), within, layer)

    def _move(self, to: list[Placed], moves: Sequence[Move], phase: Phase, layer: int) -> None:
        for move in moves:
            to.append(Placed(move, layer))
            if move.src.memory == "DRAM" or move.dst.memory == "DRAM":
                phase.dram_cycles += self._cycles_of(move)

    def _bring(self, early: _Early) -> None:
        """Load something in pieces: evenly over the usual phases if that costs nothing, else where there is slack."""
        size = early.size
        count = max(1, min(len(early.usual), size // early.least))
        share = -(-size // (count * GRAIN)) * GRAIN
        usual = early.usual[len(early.usual) - count :]
        cost = self._cycles(early, 0, share)
        if all(self.phases[phase].slack >= cost for phase in usual):
            self._bring_pieces(early, [(phase, share) for phase in usual])
            return
        pieces = []
        left = size
        whole = self._cycles(early, 0, size)
        for phase in reversed(early.possible):
            fitting = min(left, self._fitting(early, whole, phase))
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

    def _fitting(self, early: _Early, cycles: int, phase: int) -> int:
        """Return how many bytes can be loaded in a phase at no cost, where all of them take so many cycles.

        That is 0 rather than very few.
        """
        room = early.size * max(0, self.phases[phase].slack) // cycles // GRAIN * GRAIN
        return room if room >= min(early.least, early.size) else 0

    def _cycles(self, early: _Early, begin: int, end: int) -> int:
        """Return for how many cycles DRAM is needed for some of the bytes, over all cores."""
        return sum(self._cycles_of(move) for moves in early.moves for move in piece(moves, begin, end))

    def _cycles_of(self, move: Move) -> int:
        key = move.src.memory, move.dst.memory, move.size, move.rows
        cycles = self._known_cycles.get(key)
        if cycles is None:
            cycles = self._known_cycles[key] = move_cycles(move, self._machine)
        return cycles

    def _bring_pieces(self, early: _Early, pieces: Sequence[tuple[int, int]]) -> None:
        begin = 0
        for number, size in pieces:
            phase = self.phases[number]
            for loads, moves in zip(phase.loads, early.moves, strict=True):
                self._move(loads, piece(moves, begin, begin + size), phase, early.layer)
            begin += size


def _lists(count: int) -> list[list[Any]]:
    return [[] for _ in range(count)]
