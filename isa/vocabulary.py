"""The words that programs and machine files share: memories, computation types, scopes."""

from enum import Enum

MEMORIES = ("DRAM", "SharedRAM", "NRAM", "WRAM")
"""Every memory of the instruction set, outermost first."""

OPERATIONS = ("MAC", "ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "EXP", "LOG", "SQRT")
WIDTHS = (32, 16, 8)

COMPUTE_TYPES = tuple(f"{operation}_{width}" for operation in OPERATIONS for width in WIDTHS)
"""Every computation type: MAC_32 is one 32-bit multiply-accumulate."""

DTYPE_BYTES = {"f32": 4, "f16": 2, "i8": 1, "i32": 4, "u8": 1}
"""Bytes of an element of each type; u8 is a byte of a move."""

DTYPES = ("f32", "f16", "i8", "i32")
"""The element types of a tensor."""

DTYPE_OF_WIDTH = {32: "f32", 16: "f16", 8: "i8"}
"""What a computation type of each width takes."""

CODED_BYTES = 64
"""Sparse coding compresses blocks of so many bytes, which begin at multiples of it."""

FACTORS = (1, 2, 4, 8)
"""How many times as small sparse coding can make them; 1: not coded."""

SUM_TYPES = {"f32": "f32", "f16": "f16", "i8": "i32"}
"""What elements of each type that is computed with add up to."""


class Scope(Enum):
    """How far a barrier reaches, or how many cores share one instance of a port."""

    CORE = "core"
    CLUSTER = "cluster"
    CHIP = "chip"
