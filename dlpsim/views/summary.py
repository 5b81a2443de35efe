"""The totals of a run: per core and unit busy, stalled and idle cycles, operations, bytes.

>>> summary.data().cores[0].units["dram"]
UnitTime(busy=33, stalled={}, idle=1)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from dlpsim.events import Event, Freed, Halted, Sink, Stall
from dlpsim.views.tally import Columns, Places, Tally
from isa.program import Compute, Move, Program


@dataclass(frozen=True)
class UnitTime:
    """How a unit spent the cycles of a run: the three add up to them.

    `busy`: its beats or operations are in progress. `stalled`, by reason (`setup`, `port`; only reasons that occur):
    it has an instruction and makes no progress. `idle`: it has none.
    """

    busy: int
    stalled: Mapping[str, int]
    idle: int


@dataclass(frozen=True)
class CoreSummary:
    """One core: the boundary at which it halted, and its units by name."""

    core: int
    cycles: int
    units: Mapping[str, UnitTime]


@dataclass(frozen=True)
class SummaryData:
    """The totals of a run.

    `ops` by type and `bytes` by path ("DRAM->NRAM") are sums over cores. `utilization` of the MAC array: the sum of
    NUM ÷ rate over the MAC computes, divided by cycles × cores; 0 when there are no cycles.
    """

    cycles: int
    utilization: float
    ops: Mapping[str, int]
    bytes: Mapping[str, int]
    cores: tuple[CoreSummary, ...]


UnitKey = tuple[int, str]
"""A unit: the number of its core, and its name."""


class Summary:
    """Counts how often each instruction was executed and how long each unit was held; all totals follow from that."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        self._program = program
        self._config = config
        self._columns = Columns(program.cores, columns=1)
        """How often each instruction was executed."""
        self._tally: Tally[int | UnitKey] = Tally(self._relocate)
        self._halted = [0] * len(program.cores)

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to units being freed and cores halting."""
        return {Freed: self._freed, Halted: self._halt, **self._tally.handlers()}

    def data(self) -> SummaryData:
        """Return the totals, once the run is over."""
        cycles = max(self._halted, default=0)
        ops: dict[str, int] = {}
        moved: dict[str, int] = {}
        for core in range(len(self._halted)):
            for instruction, count in self._executions(core):
                if isinstance(instruction, Compute):
                    ops[instruction.type] = ops.get(instruction.type, 0) + count * instruction.num
                else:
                    path = path_name(instruction.src, instruction.dst)
                    moved[path] = moved.get(path, 0) + count * instruction.bytes
        return SummaryData(
            cycles=cycles,
            utilization=self._utilization(ops, cycles),
            ops=ops,
            bytes=moved,
            cores=tuple(
                CoreSummary(core, halted, self._units(core, cycles)) for core, halted in enumerate(self._halted)
            ),
        )

    def _freed(self, event: Freed) -> None:
        time, core, unit, pc, started = event
        sums = self._tally.sums
        sums[self._columns.first[core] + pc] += 1
        sums[core, unit] += time - started

    def _halt(self, event: Halted) -> None:
        self._halted[event.core] = event.time

    def _units(self, core: int, cycles: int) -> dict[str, UnitTime]:
        occupied = self._tally.total()
        totals = {unit: _Total(occupied.get((core, unit), 0)) for unit in self._config.units}
        for instruction, count in self._executions(core):
            if isinstance(instruction, Compute):
                work = operation_cycles(instruction.num, self._config.compute.rate[instruction.type])
                totals["compute"].add(count, work, self._config.compute.setup)
            else:
                port = self._config.port_of[instruction.src, instruction.dst]
                work = beats(instruction.size, port.beat_bytes, instruction.rows) * port.beat_cycles
                totals[port.name].add(count, work, port.setup)
        return {unit: total.time(cycles) for unit, total in totals.items()}

    def _executions(self, core: int) -> Iterable[tuple[Compute | Move, int]]:
        """Yield what was executed at all, and how often."""
        sums, first = self._tally.total(), self._columns.first[core]
        for pc, instruction in enumerate(self._program.cores[core]):
            count = sums.get(first + pc, 0)
            if count and isinstance(instruction, Compute | Move):
                yield instruction, count

    def _relocate(self, key: int | UnitKey) -> Callable[[Places], int | UnitKey]:
        """Return what gives the same key elsewhere: a unit is where it is, an instruction is not."""
        return self._columns.relocate(key) if isinstance(key, int) else lambda _: key

    def _utilization(self, ops: Mapping[str, int], cycles: int) -> float:
        if not cycles:
            return 0.0
        work = sum((Fraction(num, self._config.compute.rate[type_]) for type_, num in ops.items() if is_mac(type_)))
        return float(Fraction(work) / (cycles * self._config.total_cores))


class _Total:
    """Sums over the instructions of one unit, which was held for `occupied` cycles."""

    def __init__(self, occupied: int) -> None:
        self._busy = self._setup = 0
        self._occupied = occupied

    def add(self, count: int, work: int, setup: int) -> None:
        self._busy += count * work
        self._setup += count * setup

    def time(self, cycles: int) -> UnitTime:
        stalled = {Stall.SETUP: self._setup, Stall.PORT: self._occupied - self._busy - self._setup}
        return UnitTime(
            busy=self._busy,
            stalled={reason.value: count for reason, count in stalled.items() if count},
            idle=cycles - self._occupied,
        )


def path_name(src: str, dst: str) -> str:
    """Return the name of a path: `DRAM->NRAM`."""
    return f"{src}->{dst}"


def is_mac(type_: str) -> bool:
    """Return whether computes of `type_` run on the MAC array."""
    return type_.startswith("MAC_")
