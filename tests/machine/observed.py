"""What the machine did, in the shape in which the reference model tells it."""

from collections.abc import Sequence

from dlpsim.config import MachineConfig
from dlpsim.machine.machine import Machine
from dlpsim.views.history import History
from dlpsim.views.summary import Summary, UnitTime
from isa.program import Program
from tests.reference.result import Record, ReferenceResult


def observe(program: Program, config: MachineConfig, creation_order: Sequence[int] | None = None) -> ReferenceResult:
    """Run `program` on the machine. Raises DlpsimError when a barrier can never be released."""
    history, summary = History(), Summary(program, config)
    cycles = Machine(program, config, [history, summary], creation_order=creation_order).run()
    cores = summary.data().cores
    return ReferenceResult(
        cycles=cycles,
        cores_end=tuple(core.cycles for core in cores),
        history={
            (core.core, unit): [Record(*row) for row in history.records.get((core.core, unit), ())]
            for core in cores
            for unit in config.units
        },
        stats={(core.core, name): _stats(unit) for core in cores for name, unit in core.units.items()},
    )


def _stats(unit: UnitTime) -> tuple[int, int, int, int]:
    assert set(unit.stalled) <= {"setup", "port"}
    return unit.busy, unit.stalled.get("setup", 0), unit.stalled.get("port", 0), unit.idle
