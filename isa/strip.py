"""Annotated programs as textbook programs."""

from dataclasses import replace

from isa.program import Code, Compute, Instruction, Loop, Move, Program


def strip_annotations(program: Program) -> Program:
    """Return `program` without addresses, operations, loop counters, tensors and expectations.

    A strided move becomes one of ROWS × SIZE bytes. Cores with the same code still share it.
    """
    codes = {id(code): tuple(map(_stripped, code)) for code in program.cores}
    cores: tuple[Code, ...] = tuple(codes[id(code)] for code in program.cores)
    return replace(program, cores=cores, tensors=(), expects=())


def _stripped(instruction: Instruction) -> Instruction:
    match instruction:
        case Move(transfer=transfer) if transfer:
            return replace(instruction, size=instruction.bytes, transfer=None)
        case Compute(operation=operation) if operation:
            return replace(instruction, operation=None)
        case Loop(counter=counter) if counter:
            return replace(instruction, counter="")
        case _:
            return instruction
