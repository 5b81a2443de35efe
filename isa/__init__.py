"""What a program says: the instruction set, its assembler and its disassembler."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isa.assembler import assemble, assemble_file
    from isa.disassembler import disassemble
    from isa.errors import DlpsimError
    from isa.program import Program
    from isa.target import Target

__all__ = ["DlpsimError", "Program", "Target", "assemble", "assemble_file", "disassemble"]

_HOMES = {
    "DlpsimError": "isa.errors",
    "Program": "isa.program",
    "Target": "isa.target",
    "assemble": "isa.assembler",
    "assemble_file": "isa.assembler",
    "disassemble": "isa.disassembler",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first used: who only needs one module of the package does not wait for the others."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'isa' has no attribute {name!r}")
