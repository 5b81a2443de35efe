"""Instruction words for the hardware: what an assembler's last pass would put into its instruction memories.

The layout is that of `instruction_set.sv`. The divisions are made here, once more and not with those of the simulator,
so that the two can disagree.
"""

from enum import IntEnum

from dlpsim.config import MachineConfig
from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move
from isa.vocabulary import Scope

UNIT_BITS = 3
ADDRESS_BITS = 10
AMOUNT_BITS = 32


class Opcode(IntEnum):
    """As `opcode_t`."""

    DISPATCH = 0
    LOOP = 1
    ENDLOOP = 2
    SYNC_CORE = 3
    SYNC_CLUSTER = 4
    SYNC_CHIP = 5


SYNC = {Scope.CORE: Opcode.SYNC_CORE, Scope.CLUSTER: Opcode.SYNC_CLUSTER, Scope.CHIP: Opcode.SYNC_CHIP}


def words(code: Code, machine: MachineConfig) -> list[int]:
    """Return the words of `code` on `machine`, one an instruction. Raises OverflowError where a field is too narrow."""
    if len(code) >= 1 << ADDRESS_BITS:
        raise OverflowError(f"{len(code)} instructions; an instruction memory has room for {(1 << ADDRESS_BITS) - 1}")
    return [_word(instruction, machine) for instruction in code]


def _word(instruction: Instruction, machine: MachineConfig) -> int:
    match instruction:
        case Move(src=src, dst=dst, size=size, rows=rows):
            number, port = next((k, port) for k, port in enumerate(machine.ports) if (src, dst) in port.paths)
            return _packed(Opcode.DISPATCH, unit=1 + number, amount=rows * _divided(size, port.beat_bytes))
        case Compute(type=type_, num=num):
            return _packed(Opcode.DISPATCH, unit=0, amount=_divided(num, machine.compute.rate[type_]))
        case Loop(count=count, end=end):
            return _packed(Opcode.LOOP, target=end, amount=count)
        case EndLoop(start=start):
            return _packed(Opcode.ENDLOOP, target=start)
        case _:
            return _packed(SYNC[instruction.scope])


def _divided(amount: int, by: int) -> int:
    """How many steps of `by` it takes for `amount`."""
    whole, rest = divmod(amount, by)
    return whole + 1 if rest else whole


def _packed(opcode: Opcode, *, unit: int = 0, target: int = 0, amount: int = 0) -> int:
    word = int(opcode)
    for value, bits in ((unit, UNIT_BITS), (target, ADDRESS_BITS), (amount, AMOUNT_BITS)):
        if not 0 <= value < 1 << bits:
            raise OverflowError(f"{value} does not fit in {bits} bits")
        word = word << bits | value
    return word
