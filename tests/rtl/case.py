"""A program with a machine to run it on, and where two models part on it."""

from dataclasses import dataclass, replace

from dlpsim.config import MachineConfig
from isa.program import Program
from tests.machine.observed import observe
from tests.reference.model import simulate_reference
from tests.reference.result import Record, ReferenceResult


@dataclass(frozen=True)
class Case:
    """A run for all models. The machine's decoder takes at least one cycle for an instruction."""

    name: str
    program: Program
    machine: MachineConfig


def simulated(case: Case) -> ReferenceResult:
    """What the simulator says, but for the cycles that units are busy."""
    return replace(observe(case.program, case.machine), stats={})


def referred(case: Case) -> ReferenceResult:
    """What the reference model says, but for the cycles that units are busy."""
    return replace(simulate_reference(case.program, case.machine), stats={})


def difference(expected: ReferenceResult, got: ReferenceResult | None) -> str:
    """Say where a result first parts from what is expected; empty if it does nowhere. None has no end."""
    if got is None:
        return "does not end"
    for (core, unit), records in expected.history.items():
        others = got.history[core, unit]
        if records != others:
            return f"core {core}, {unit}: {_parting(records, others)}"
    if expected.cores_end != got.cores_end:
        return f"the cores halt at {got.cores_end}, expected: {expected.cores_end}"
    return ""


def _parting(expected: list[Record], got: list[Record]) -> str:
    for place, (record, other) in enumerate(zip(expected, got, strict=False)):
        if record != other:
            return f"number {place} is {other}, expected: {record}"
    return f"{len(got)} instructions, expected: {len(expected)}"
