"""What a unit owes an instruction, whatever else goes on: the fixed part of its time."""

from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from isa.program import Compute, Instruction, Move


@dataclass(frozen=True)
class Service:
    """In cycles: `setup`, then `work` in which beats or operations are in progress, then `latency` without the unit."""

    unit: str
    setup: int
    work: int
    latency: int


def service(instruction: Instruction, config: MachineConfig) -> Service | None:
    """Return what `instruction` costs on the machine; None if no unit serves it."""
    match instruction:
        case Compute(type=type_, num=num):
            compute = config.compute
            return Service("compute", compute.setup, operation_cycles(num, compute.rate[type_]), compute.latency)
        case Move(src=src, dst=dst, size=size, rows=rows):
            port = config.port_of[src, dst]
            work = beats(size, port.beat_bytes, rows) * port.beat_cycles
            return Service(port.name, port.setup, work, port.latency)
        case _:
            return None
