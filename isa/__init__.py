"""What a program says: the instruction set, its assembler and its disassembler."""

from isa.assembler import assemble, assemble_file
from isa.disassembler import disassemble
from isa.errors import DlpsimError
from isa.program import Program
from isa.target import Target

__all__ = ["DlpsimError", "Program", "Target", "assemble", "assemble_file", "disassemble"]
