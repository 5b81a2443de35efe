"""What the machine did, in the shape in which the reference model tells it."""

from collections.abc import Sequence

from dlpsim.config import MachineConfig
from dlpsim.machine.machine import Machine
from dlpsim.views.history import History
from dlpsim.views.summary import Summary, UnitTime
from isa.program import Program
from tests.reference.result import Record, ReferenceResult


def observe(program: Program, config: MachineConfig, creation_order: Sequence[int] | None = None) -> ReferenceResult:
    """Run `program` on the machine, all of it. Raises DlpsimError when a barrier can never be released."""
    history, summary = History(), Summary(program, config)
    cycles = Machine(program, config, [history, summary], creation_order=creation_order).run()
    return ReferenceResult(
        cycles=cycles,
        cores_end=_ends(summary),
        history={
            (core, unit): [Record(*row) for row in history.records.get((core, unit), ())]
            for core in range(config.total_cores)
            for unit in config.units
        },
        stats=_stats(summary),
    )


def observe_totals(program: Program, config: MachineConfig) -> ReferenceResult:
    """Run `program` on the machine, which may skip what repeats; so there is no history.

    Raises DlpsimError when a barrier can never be released.
    """
    summary = Summary(program, config)
    cycles = Machine(program, config, [summary]).run()
    return ReferenceResult(cycles, _ends(summary), {}, _stats(summary))


def _ends(summary: Summary) -> tuple[int, ...]:
    return tuple(core.cycles for core in summary.data().cores)


def _stats(summary: Summary) -> dict[tuple[int, str], tuple[int, int, int, int]]:
    cores = summary.data().cores
    return {(core.core, name): _cycles(unit) for core in cores for name, unit in core.units.items()}


def _cycles(unit: UnitTime) -> tuple[int, int, int, int]:
    assert set(unit.stalled) <= {"setup", "port"}
    return unit.busy, unit.stalled.get("setup", 0), unit.stalled.get("port", 0), unit.idle
