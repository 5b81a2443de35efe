"""What the reference model tells of a run, with every beat that it grants."""

from dataclasses import replace

from dlpsim.config import MachineConfig
from isa.program import Program
from tests.reference.model import Chip
from tests.rtl.recording import Grant, Recording

PATIENCE = 200_000
"""Cycles after which a run is given up."""


class Granting(Chip):
    """The reference model, writing down its grants."""

    def __init__(self, program: Program, machine: MachineConfig) -> None:
        super().__init__(program, machine)
        self.grants: list[Grant] = []

    def grant(self, t: int) -> None:
        before = self._to_ask()
        super().grant(t)
        after = self._to_ask()
        self.grants += [Grant(t, core, port) for core, port in before if after[core, port] < before[core, port]]

    def _to_ask(self) -> dict[tuple[int, str], int]:
        ports = [port.name for port in self.machine.ports]
        return {(n, port): core.units[port].beats_to_ask for n, core in enumerate(self.cores) for port in ports}


def refer(program: Program, machine: MachineConfig) -> Recording:
    """Run `program` on the reference model."""
    chip = Granting(program, machine)
    result = chip.run(PATIENCE)
    return Recording(replace(result, stats={}), grants=chip.grants)
