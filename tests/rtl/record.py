"""Reads what `testbench.sv` recorded of a run."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, product
from operator import attrgetter

from dlpsim.config import MachineConfig
from tests.reference.result import Record, ReferenceResult
from tests.rtl.recording import Grant, Recording, Wait

MOMENTS = ("dispatched", "started", "freed", "completed")

DECODING, ENDED = 0, 4
WAITS = {1: "queue", 2: "sync", 3: "barrier"}
"""The states of a decoder are those of `state_t`."""

Lines = dict[tuple[str, int, int], list[tuple[int, int]]]
"""By what happened, the core and the unit (or state): when, and to which instruction."""


def recording_of(record: str, machine: MachineConfig) -> Recording:
    """Return what happened on `machine`: every moment of every instruction, waits of decoders, and grants.

    A unit completes its instructions in the order in which they were dispatched, so the n-th completion is the n-th
    instruction's. That the n-th one dispatched is the n-th to start and to be freed is checked.
    """
    lines = _lines(record)
    cores = range(machine.total_cores)
    ends = tuple(lines["halted", core, 0][0][0] for core in cores)
    history = {
        (core, name): _records(*(lines[moment, core, unit] for moment in MOMENTS))
        for core, (unit, name) in product(cores, enumerate(machine.units))
    }
    return Recording(
        ReferenceResult(max(ends), ends, history, {}),
        {core: list(_waits(lines, core)) for core in cores},
        sorted(_grants(lines, machine), key=attrgetter("boundary")),
    )


def _lines(record: str) -> Lines:
    lines: Lines = defaultdict(list)
    for line in record.splitlines():
        kind, boundary, core, unit, pc = line.split()
        lines[kind, int(core), int(unit)].append((int(boundary), int(pc)))
    return lines


def _records(*moments: list[tuple[int, int]]) -> list[Record]:
    """Join the moments of the instructions of a unit; -1 stands for one that is missing, or another instruction's."""
    dispatched, started, freed, completed = moments
    return [
        Record(pc, boundary, _at(started, place, pc), _at(freed, place, pc), _at(completed, place, 0))
        for place, (boundary, pc) in enumerate(dispatched)
    ]


def _at(moments: list[tuple[int, int]], place: int, pc: int) -> int:
    return moments[place][0] if place < len(moments) and moments[place][1] == pc else -1


def _waits(lines: Lines, core: int) -> Iterable[Wait]:
    states = (DECODING, *WAITS, ENDED)
    changes = sorted((boundary, state) for state in states for boundary, _ in lines["state", core, state])
    for (begin, state), (end, _) in pairwise(changes):
        if state in WAITS:
            yield Wait(WAITS[state], begin, end)


def _grants(lines: Lines, machine: MachineConfig) -> Iterable[Grant]:
    for core, (unit, name) in product(range(machine.total_cores), enumerate(machine.units)):
        yield from (Grant(boundary, core, name) for boundary, _ in lines["granted", core, unit])
