"""The instructions of one core, one row each, as tables and the disassembler show them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from isa.instructions import spec_of
from isa.operations import operation_text
from isa.program import Compute, EndLoop, Instruction, Loop, Move


@dataclass(frozen=True, slots=True)
class Row:
    """An instruction: its index in the code, its source line (0: none), how many loops are around it, its text."""

    index: int
    line: int
    depth: int
    text: str


def listing(code: Iterable[Instruction]) -> Iterator[Row]:
    """Yield a row for each instruction of `code`, the code of one core."""
    counters: list[str] = []
    for index, instruction in enumerate(code):
        if isinstance(instruction, EndLoop):
            counters.pop()
        yield Row(index, instruction.line, len(counters), instruction_text(instruction, counters))
        if isinstance(instruction, Loop):
            counters.append(instruction.counter)


def instruction_text(instruction: Instruction, counters: Sequence[str]) -> str:
    """Return `instruction` as a line of assembly: its words, then its fields in the order of its table entry.

    `counters` are the names of those of the loops around it, outermost first.
    """
    match instruction:
        case Move(src=src, dst=dst, size=size, transfer=transfer) if transfer:
            places = f"{src}[{transfer.src.text(counters)}] {dst}[{transfer.dst.text(counters)}]"
            strides = (transfer.rows, transfer.src_stride, transfer.dst_stride)
            given = strides if strides != (1, 0, 0) else ()
            return ", ".join([f"move {places} {size}", *map(str, given)]) + factor_text("expand", transfer.expansion)
        case Compute(operation=operation) if operation:
            return f"{_plain(instruction)} : {operation_text(operation, counters)}"
        case Loop(counter=counter) if counter:
            return f"{_plain(instruction)} {counter}"
        case _:
            return _plain(instruction)


def factor_text(suffix: str, factor: int) -> str:
    """Return what stands behind the fields of a line with a suffix; nothing for a factor of 1."""
    return f" : {suffix} {factor}" if factor > 1 else ""


def _plain(instruction: Instruction) -> str:
    """Return the textbook part of `instruction`."""
    spec = spec_of(instruction)
    return " ".join([spec.words, *(str(getattr(instruction, operand.attribute)) for operand in spec.operands)])
