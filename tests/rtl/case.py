"""A program with a machine to run it on."""

from dataclasses import dataclass

from dlpsim.config import MachineConfig
from isa.program import Program


@dataclass(frozen=True)
class Case:
    """A run for all models. The machine's decoder takes at least one cycle for an instruction."""

    name: str
    program: Program
    machine: MachineConfig
