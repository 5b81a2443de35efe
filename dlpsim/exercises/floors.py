"""How few cycles a fully connected layer can take: bounds that hold for every correct program.

Correct means: each operand crosses the DRAM port at least once, each compute follows the loads of its operands, each
store the computes of its outputs. Data may lie in DRAM in any layout, so that one beat may carry operands of both
kinds. The cores share one DRAM port. Setups, latencies and beats longer than a cycle only add; they are not counted.

*DRAM port.* All operands come in and all outputs go out through it, a beat at a time.

*Last operand.* When the last beat of operands has arrived, at least one cycle of compute follows that needs it, and
then at least one beat of output.

*Compute.* Between its first and its last compute each core does at most `rate` MACs a cycle, and of the cycles of the
c cores that compute some are lost at either end. (A small layer may be done sooner by fewer cores than there are.)
At the start, a core needs operands in two memories, and the port brings one beat a cycle into one memory. So no core
computes before boundary 2. By then only the first beat can have been copied on: from one memory of a core into the
other, or from SharedRAM into one memory of each core, of which the second beat then serves one. So one core starts at
boundary 2, the others later: 2 + 3 (c - 1) cycles are lost.
At the end, outputs leave after their compute. Either no core computes in the last two cycles (the last beat carries
outputs of all, copied into SharedRAM in the cycle before): 2 c cycles are lost. Or one core does, whose outputs
fill the last beat; then the beat before may come straight from a second core, and what the others computed is
in SharedRAM by then: 1 + 2 + 3 (c - 2). The lesser counts; one core alone loses 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from dlpsim.exercises.layer import FullyConnected

TYPE = "MAC_32"


@dataclass(frozen=True)
class Bound:
    """A number of cycles that no correct program can beat, why, and how it comes about."""

    name: str
    cycles: int
    arithmetic: str


@dataclass(frozen=True)
class Floor:
    """The bounds of a layer on a machine; the largest is the floor."""

    bounds: Sequence[Bound]

    @property
    def cycles(self) -> int:
        """The least cycles that a correct program can take."""
        return max(bound.cycles for bound in self.bounds)

    @property
    def arithmetic(self) -> str:
        """The floor in one line: `max(DRAM port 2,816, last operand 2,562, compute 4,099) = 4,099`."""
        inner = ", ".join(f"{bound.name} {bound.cycles:,}" for bound in self.bounds)
        return f"max({inner}) = {self.cycles:,}"


def floor(layer: FullyConnected, machine: MachineConfig) -> Floor:
    """Return the floor of `layer` on `machine`."""
    beat = machine.port_of["DRAM", "NRAM"].beat_bytes
    loads = beats(layer.operand_bytes, beat)
    return Floor((_dram_port(layer, loads, beat), _last_operand(loads), _compute(layer, machine)))


def _dram_port(layer: FullyConnected, loads: int, beat: int) -> Bound:
    cycles = loads + beats(layer.result_bytes, beat)
    moved = f"{layer.operand_bytes:,} B in + {layer.result_bytes:,} B out"
    return Bound("DRAM port", cycles, f"({moved}) ÷ {beat} B a beat = {cycles:,}")


def _last_operand(loads: int) -> Bound:
    cycles = loads + 1 + 1
    return Bound("last operand", cycles, f"{loads:,} loads + 1 compute + 1 store = {cycles:,}")


def _compute(layer: FullyConnected, machine: MachineConfig) -> Bound:
    rate = machine.compute.rate[TYPE]
    work = operation_cycles(layer.macs, rate)
    bounds = {cores: -(-(work + sum(_lost(cores))) // cores) for cores in range(1, machine.total_cores + 1)}
    cores = min(bounds, key=lambda count: (bounds[count], -count))
    start, end = _lost(cores)
    spent = f"{layer.macs:,} MAC ÷ {rate} + {start} before + {end} after"
    arithmetic = f"{f'({spent}) ÷ {cores}' if cores > 1 else spent} = {bounds[cores]:,}"
    return Bound("compute", bounds[cores], arithmetic)


def _lost(cores: int) -> tuple[int, int]:
    """Return the cycles that `cores` cores lose together before their first and after their last compute."""
    return 2 + 3 * (cores - 1), min(2 * cores, 3 * cores - 3) if cores > 1 else 1
