"""Texts that are wrong, one for each kind of error: the reference shows what the assembler says about them."""

from isa.target import Target

_PATHS = (("DRAM", "NRAM"), ("DRAM", "WRAM"), ("NRAM", "WRAM"))

EXAMPLE_TARGET = Target(
    name="dlp-s",
    memories={"DRAM": None, "NRAM": 128 * 1024, "WRAM": 256 * 1024},
    paths=frozenset({*_PATHS, *((dst, src) for src, dst in _PATHS)}),
    types=frozenset({"MAC_32", "MAC_16", "ADD_32"}),
)
"""A machine of one core for the examples."""

ERROR_EXAMPLES = (
    "mov DRAM NRAM 64",
    ".parm N 4",
    "move DRAM NRM 64",
    "compute MAC_64 8",
    "move DRAM NRAM tile",
    ".equ tile 64\nmove DRAM NRAM Tile",
    "compute LOG_8 16",
    "move DRAM SharedRAM 64",
    "move DRAM DRAM 64",
    "move DRAM NRAM",
    "move DRAM NRAM 64 8",
    "loop 1\nendloop 4",
    "compute 64 MAC_32",
    "sync chp",
    "move DRAM NRAM 0",
    "compute MAC_32 4-5",
    "loop -1\nendloop",
    "move DRAM NRAM 200_000",
    "compute MAC_32 8 / (4-4)",
    "compute MAC_32 4K",
    "compute MAC_32 (8 + 8",
    "compute MAC_32 2 ** 8",
    "compute MAC_32 1 < 2 < 3",
    "move DRAM, NRAM,, 64",
    ".equ N 4\n.equ N 5",
    ".equ cores 4",
    "loop 4\nsync",
    "sync\nendloop",
    ".if 1\nsync",
    "sync\n.endif",
    ".if 1\n.else\n.else\n.endif",
    ".if cores == 1\n.error needs two cores\n.endif",
    "move DRAM[0] NRAM 64",
    "move DRAM[0] NRAM[131_040] 64",
    "loop 4 i\nmove DRAM[64 - i*32] NRAM[0] 32\nendloop",
    "loop 4 i\nmove DRAM[0] NRAM[0] i*32\nendloop",
    "move DRAM[0] NRAM[0] 64, 2, 64, 32",
    "compute MAC_32 511 : matmul NRAM[0] NRAM[256] WRAM[0] 4 8 16",
    "compute ADD_32 512 : matmul NRAM[0] NRAM[256] WRAM[0] 4 8 16",
    "compute MAC_32 512 : matmul NRAM[0] NRAM[256] DRAM[0] 4 8 16",
    "compute MAC_32 512 : matmul NRAM[0] NRAM[256] WRAM[0] 4 8",
    "compute ADD_32 8 : sum NRAM[0] NRAM[256] 1 8",
    ".tensor x DRAM[0] f32 16\n.tensor y DRAM[60] f32 16",
    ".tensor x DRAM f32 4 8\n.tensor y DRAM f32 4 16\n.expect y = relu x",
    ".tensor x DRAM f32 16 : compressed 3",
    ".tensor x DRAM f32 16 : compressed 2\nmove DRAM[x] NRAM[0] 32",
    "move DRAM[0] NRAM[0] 24 : expand 2",
)
