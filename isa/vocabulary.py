"""The words that programs and machine files share: memories, computation types, scopes."""

from enum import Enum

MEMORIES = ("DRAM", "SharedRAM", "NRAM", "WRAM")
"""Every memory of the instruction set, outermost first."""

OPERATIONS = ("MAC", "ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "EXP", "LOG", "SQRT")
WIDTHS = (32, 16, 8)

COMPUTE_TYPES = tuple(f"{operation}_{width}" for operation in OPERATIONS for width in WIDTHS)
"""Every computation type: MAC_32 is one 32-bit multiply-accumulate."""


class Scope(Enum):
    """How far a barrier reaches, or how many cores share one instance of a port."""

    CORE = "core"
    CLUSTER = "cluster"
    CHIP = "chip"
