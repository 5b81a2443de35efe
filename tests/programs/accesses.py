"""What the lines of the shipped programs read and write, until the programs say it themselves.

y[M×N] = x[M×K] · w[K×N]. In every program, a move or a compute does what its memories say (LINES); the programs
differ in which tile stays on chip while the others go by, and in how many places there are for tiles (SCHEMES).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from isa.program import Compute, Move


class Access(Enum):
    LOAD_X = auto()  # reads the next tile of x in DRAM, writes the next place for x in NRAM
    LOAD_W = auto()  # reads the next tile of w in DRAM, writes the next place for w in WRAM
    BRING_X = auto()  # reads this core's part of the next piece of x in DRAM, writes the piece's place in SharedRAM
    COPY_X = auto()  # reads the next tile of x in SharedRAM, writes the next place for x in NRAM
    MULTIPLY = auto()  # reads a tile of x and a tile of w, writes (where K is cut: adds to) a tile of y in NRAM
    STORE_Y = auto()  # reads the oldest tile of y that is not yet stored, writes it in DRAM


LINES = {
    ("DRAM", "NRAM"): Access.LOAD_X,
    ("DRAM", "WRAM"): Access.LOAD_W,
    ("DRAM", "SharedRAM"): Access.BRING_X,
    ("SharedRAM", "NRAM"): Access.COPY_X,
    ("NRAM", "DRAM"): Access.STORE_Y,
}


def access_of(instruction: Move | Compute) -> Access:
    """Return what an instruction of a shipped program does."""
    if isinstance(instruction, Compute):
        return Access.MULTIPLY
    return LINES[instruction.src, instruction.dst]


@dataclass(frozen=True)
class Scheme:
    """The tile of `held` stays while tiles of the others go by; `places` is the number of places for each."""

    held: str
    places: Mapping[str, int]
    shared_places: Mapping[str, int]
    resident: bool = False  # SharedRAM keeps all of x

    def places_of(self, stream: str, is_shared: bool) -> int:
        return (self.shared_places if is_shared else self.places)[stream]


def _scheme(held: str, x: int, w: int, y: int, shared_w: int = 0, resident: bool = False) -> Scheme:
    places = {"x": x, "w": w, "y": y}
    return Scheme(held, places, places | {"w": shared_w or w}, resident)


SCHEMES = {
    "fc_1x256.asm": _scheme("y", 2, 2, 1),
    "fc_1x256_serial.asm": _scheme("y", 1, 1, 1),
    "fc_32x256.asm": _scheme("x", 1, 2, 2),
    "fc_32x256_serial.asm": _scheme("x", 1, 1, 1),
    "fc_1024x256.asm": _scheme("w", 2, 1, 2, shared_w=2, resident=True),
    "fc_1024x256_serial.asm": _scheme("w", 1, 1, 1, resident=True),
    "fc_1024x256_sparse.asm": _scheme("w", 2, 1, 2),
    "fc_1024x256_sparse_serial.asm": _scheme("w", 1, 1, 1),
}
