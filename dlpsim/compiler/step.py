"""What a layer is made of: steps, each with what it needs on chip, what it computes, and what it leaves.

Nothing here says where on chip things lie, or when they are moved: that is the schedule's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dlpsim.compiler.instructions import Compute, Move


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes of a tensor in DRAM: from `begin` up to but not including `end`."""

    tensor: str
    begin: int
    end: int

    def meets(self, other: "Extent") -> bool:
        """Whether they have bytes in common."""
        return self.tensor == other.tensor and self.begin < other.end and other.begin < self.end


@dataclass(frozen=True, eq=False, slots=True)
class Fetch:
    """Something that must be on chip: `size` bytes of `memory`, on each core.

    `moves` gives, for a core and an offset in that memory, the moves that bring it there. They read `reads`, if that
    is something that the program itself stores. It stays as long as steps need it. One that `may_come_early` reads
    nothing that is stored, and may be brought in pieces, long before it is needed. One that comes `via` another is
    moved from there, in a later phase: `moves` takes the offset of the other as well.
    """

    memory: str
    size: int
    moves: Callable[[int, int, int], Sequence[Move]]
    reads: Extent | None = None
    may_come_early: bool = False
    via: "Fetch | None" = None


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """Something that steps make in NRAM: `size` bytes on each core; once the last has, `stores` puts it into DRAM."""

    size: int
    stores: Callable[[int, int], Sequence[Move]]
    writes: Extent


@dataclass(frozen=True, eq=False, slots=True)
class Scratch:
    """`size` bytes of NRAM on each core, in which steps leave something for each other, or for themselves."""

    size: int


Part = Fetch | Result | Scratch
"""What has a room on chip."""

Offsets = Callable[[Part], int]


@dataclass(frozen=True, slots=True)
class Step:
    """What is computed between two syncs, once all of `needs` is there; it makes, or adds to, `makes`.

    `computes` gives the instructions of a core, where each need, result and scratch lies at an offset of its own.
    """

    needs: tuple[Fetch, ...]
    makes: Result | None
    computes: Callable[[int, Offsets], Sequence[Compute]]
    scratch: Scratch | None = None
