"""A core's code as its decoder holds it: every instruction with its unit and its cost worked out once.

Like the instruction word of a hardware decoder, a step carries its beats or cycles already divided, so nothing is
divided while the machine runs.
"""

from dataclasses import dataclass
from enum import Enum

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move
from isa.vocabulary import Scope


class Action(Enum):
    """What the decoder does at a step."""

    DISPATCH = "dispatch"
    LOOP = "loop"
    ENDLOOP = "endloop"
    SYNC = "sync"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One instruction, ready for the decoder and the units.

    `pc` is its index in the code. `amount` is the beats of a move, the cycles of a compute (without setup), or the
    count of a loop. `unit` is the position of the instruction's unit in `MachineConfig.units`. `target` is the index
    of the endloop that closes a loop, or of the loop that an endloop closes. `scope` is a sync's. Steps are equal only
    if they are the same; cores with the same code share them.
    """

    pc: int
    action: Action
    amount: int = 0
    unit: int = 0
    target: int = 0
    scope: Scope = Scope.CORE


Steps = tuple[Step, ...]


def lower(code: Code, config: MachineConfig) -> Steps:
    """Return the steps of `code` on the machine of `config`."""
    positions = {name: position for position, name in enumerate(config.units)}

    def step(pc: int, instruction: Instruction) -> Step:
        match instruction:
            case Move(src=src, dst=dst, size=size, rows=rows):
                port = config.port_of[src, dst]
                return Step(pc, Action.DISPATCH, beats(size, port.beat_bytes, rows), positions[port.name])
            case Compute(type=type_, num=num):
                return Step(pc, Action.DISPATCH, operation_cycles(num, config.compute.rate[type_]), 0)
            case Loop(count=count, end=end):
                return Step(pc, Action.LOOP, count, target=end)
            case EndLoop(start=start):
                return Step(pc, Action.ENDLOOP, target=start)
            case _:
                return Step(pc, Action.SYNC, scope=instruction.scope)

    return tuple(step(pc, instruction) for pc, instruction in enumerate(code))
