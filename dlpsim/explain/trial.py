"""Runs that are tried: the same program on another machine, or another program on the same."""

from dlpsim.config import MachineConfig
from dlpsim.machine.machine import Machine
from isa.errors import DlpsimError
from isa.program import Program


def cycles_of(program: Program, config: MachineConfig) -> int | None:
    """Return the cycles of a run; None where it cannot end, because a barrier is never released."""
    try:
        return Machine(program, config).run()
    except DlpsimError:
        return None


def takes_at_most(program: Program, config: MachineConfig, cycles: int) -> bool:
    """Return whether a run ends within so many cycles. It is given up when it does not."""
    try:
        return Machine(program, config).run(max_cycles=cycles) <= cycles
    except DlpsimError:
        return False
