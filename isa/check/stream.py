"""Accesses of an operand, as a family: their addresses are affine in the counters of the loops around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from isa.affine import Piece
from isa.check.lattice import Lattice
from isa.check.skeleton import Count, Skeleton

PRIVATE = ("NRAM", "WRAM")
"""The memories that each core has to itself."""


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """An operand of an instruction of the source: `name` is what messages call it, `unit` who serves it."""

    line: int
    column: int
    name: str
    memory: str
    unit: str
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class LoopName:
    """A loop as messages name it: by its counter, or by its line where it has none."""

    counter: str
    line: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The accesses of a site where each counter d is `residues[d] + periods[d]·q[d]`: `size` bytes a row.

    The first row begins at `piece.base` plus the coefficients times q; `axes` repeat it as in `isa.region.Rows`.
    `position` counts the instructions before it, and `slot` is its place in the skeleton.
    """

    site: Site
    loops: tuple[LoopName, ...]
    piece: Piece
    size: int
    axes: tuple[tuple[int, int], ...]
    span: int
    skeleton: Skeleton
    slot: int
    position: Count
    low: int = field(init=False, compare=False)
    high: int = field(init=False, compare=False)
    """Every byte is at `low` or above, and below `high`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.piece.corner(-1)[0])
        object.__setattr__(self, "high", self.piece.corner(1)[0] + self.span)

    @property
    def lattice(self) -> Lattice:
        """All bytes that are touched."""
        loops = zip(self.piece.rounds, self.piece.coefficients, strict=True)
        return Lattice(self.piece.base, self.size, (*self.axes, *loops))

    def counters(self, q: Sequence[int]) -> tuple[int, ...]:
        """Return the counters that `q` stands for."""
        rows = zip(self.piece.residues, self.piece.periods, q, strict=True)
        return tuple(residue + period * value for residue, period, value in rows)

    def address(self, q: Sequence[int]) -> int:
        """Return the address of the first row."""
        return self.piece.base + sum(a * b for a, b in zip(self.piece.coefficients, q, strict=True))


def cores_of(bits: int) -> list[int]:
    """Return the cores of a set of bits, ascending."""
    return [core for core in range(bits.bit_length()) if bits >> core & 1]
