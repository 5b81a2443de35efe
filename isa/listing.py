"""The instructions of one core, one row each, as tables and the disassembler show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isa.instructions import spec_of
from isa.program import EndLoop, Instruction, Loop


@dataclass(frozen=True, slots=True)
class Row:
    """An instruction: its index in the code, its source line (0: none), how many loops are around it, its text."""

    index: int
    line: int
    depth: int
    text: str


def listing(code: Iterable[Instruction]) -> Iterator[Row]:
    """Yield a row for each instruction of `code`, the code of one core."""
    depth = 0
    for index, instruction in enumerate(code):
        depth -= isinstance(instruction, EndLoop)
        yield Row(index, instruction.line, depth, instruction_text(instruction))
        depth += isinstance(instruction, Loop)


def instruction_text(instruction: Instruction) -> str:
    """Return `instruction` as a line of assembly: its words, then its fields in the order of its table entry."""
    spec = spec_of(instruction)
    return " ".join([spec.words, *(str(getattr(instruction, operand.attribute)) for operand in spec.operands)])
