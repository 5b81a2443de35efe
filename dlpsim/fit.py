"""Whether a program that was assembled for one machine can run on another."""

from dlpsim.config import MachineConfig
from isa.errors import DlpsimError
from isa.program import Compute, Instruction, Move, Program


def check_fit(program: Program, machine: MachineConfig) -> None:
    """Raise DlpsimError if `program`, assembled for some other machine, uses what `machine` does not have."""
    if program.target == machine.target:
        return
    problems: dict[str, None] = {}
    if len(program.cores) != machine.total_cores:
        problems[f"is assembled for {len(program.cores)} cores; the machine has {machine.total_cores}"] = None
    for code in {id(code): code for code in program.cores}.values():
        problems |= dict.fromkeys(problem for instruction in code for problem in _problems(instruction, machine))
    if problems:
        raise DlpsimError(f"{program.name} does not fit machine {machine.name}: it {problem}" for problem in problems)


def _problems(instruction: Instruction, machine: MachineConfig) -> list[str]:
    match instruction:
        case Compute(type=type_) if type_ not in machine.compute.rate:
            return [f"computes {type_}; the machine has no rate for it"]
        case Move(src=src, dst=dst) if (src, dst) not in machine.port_of:
            return [f"moves {src}->{dst}; the machine has no such path"]
        case Move(src=src, dst=dst, size=size):
            sizes = {memory: machine.memories[memory] for memory in (src, dst)}
            return [
                f"moves {size:,} bytes; {memory} holds {capacity:,}"
                for memory, capacity in sizes.items()
                if capacity is not None and size > capacity
            ]
        case _:
            return []
