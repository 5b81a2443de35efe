"""Reads what `testbench.sv` recorded, in the shape in which the reference model tells it."""

from collections import defaultdict
from itertools import product

from dlpsim.config import MachineConfig
from tests.reference.result import Record, ReferenceResult


def result_of(record: str, machine: MachineConfig) -> ReferenceResult:
    """Return the history and the ends of a run on `machine`; its `stats` are empty.

    A unit completes its instructions in the order in which they were dispatched, so the n-th completion is the n-th
    instruction's. That the n-th one dispatched is the n-th to start and to be freed is checked.
    """
    events: dict[tuple[str, int, int], list[tuple[int, int]]] = defaultdict(list)
    for line in record.splitlines():
        kind, *numbers = line.split()
        boundary, core, unit, pc = map(int, numbers)
        events[kind, core, unit].append((boundary, pc))
    ends = tuple(events["halted", core, 0][0][0] for core in range(machine.total_cores))
    history = {
        (core, name): _records(*(events[kind, core, unit] for kind in ("dispatched", "started", "freed", "completed")))
        for core, (unit, name) in product(range(machine.total_cores), enumerate(machine.units))
    }
    return ReferenceResult(max(ends), ends, history, {})


def _records(*moments: list[tuple[int, int]]) -> list[Record]:
    """Join the moments of the instructions of a unit; -1 stands for one that is missing, or another instruction's."""
    dispatched, started, freed, completed = moments
    return [
        Record(pc, boundary, _at(started, place, pc), _at(freed, place, pc), _at(completed, place, 0))
        for place, (boundary, pc) in enumerate(dispatched)
    ]


def _at(moments: list[tuple[int, int]], place: int, pc: int) -> int:
    return moments[place][0] if place < len(moments) and moments[place][1] == pc else -1
