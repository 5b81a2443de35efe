"""What the compiler writes: instructions whose addresses are numbers, before they become lines of a program."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from isa.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a memory: `offset` bytes behind the tensor `base`, or behind its beginning where there is none."""

    memory: str
    offset: int
    base: str = ""

    def further(self, distance: int) -> "Spot":
        """Return the place so many bytes behind it."""
        return Spot(self.memory, self.offset + distance, self.base)


@dataclass(frozen=True, slots=True)
class Move:
    """A move of `rows` rows of `size` bytes, whose beginnings lie `src_stride` and `dst_stride` bytes apart."""

    src: Spot
    dst: Spot
    size: int
    rows: int = 1
    src_stride: int = 0
    dst_stride: int = 0

    @property
    def bytes(self) -> int:
        """Bytes moved in all."""
        return self.size * self.rows

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The places that it names."""
        return self.src, self.dst

    @property
    def key(self) -> tuple[object, ...]:
        """All that it is but for the offsets."""
        places = self.src.memory, self.src.base, self.dst.memory, self.dst.base
        return (*places, self.size, self.rows, self.src_stride, self.dst_stride)


@dataclass(frozen=True, slots=True)
class Compute:
    """A compute of `num` times `type`: what `operation` does to `spots`, with its `sizes` and `options` as written."""

    type: str
    num: int
    operation: str
    spots: tuple[Spot, ...]
    sizes: tuple[int, ...]
    options: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """All that it is but for the offsets."""
        return self.type, self.num, self.operation, self.sizes, self.options, tuple(spot.memory for spot in self.spots)


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync, or a barrier."""

    scope: Scope

    @property
    def spots(self) -> tuple[Spot, ...]:
        """It names no places."""
        return ()

    @property
    def key(self) -> tuple[object, ...]:
        """All that it is."""
        return (self.scope,)


Instruction = Move | Compute | Sync


def move_cycles(move: Move, machine: MachineConfig) -> int:
    """Return for how many cycles a move holds its port and its channel, if no other core asks for beats."""
    port = machine.port_of[move.src.memory, move.dst.memory]
    return port.setup + beats(move.size, port.beat_bytes, move.rows) * port.beat_cycles


def compute_cycles(compute: Compute, machine: MachineConfig) -> int:
    """Return for how many cycles a compute holds the compute unit."""
    return machine.compute.setup + operation_cycles(compute.num, machine.compute.rate[compute.type])


def piece(moves: Sequence[Move], begin: int, end: int) -> tuple[Move, ...]:
    """Return moves of bytes `begin` up to `end` of what `moves`, each of one row, bring one after the other."""
    if begin <= 0 and end >= sum(move.size for move in moves):
        return tuple(moves)
    found = []
    position = 0
    for move in moves:
        first, behind = max(begin - position, 0), min(end - position, move.size)
        if first < behind:
            found.append(Move(move.src.further(first), move.dst.further(first), behind - first))
        position += move.size
    return tuple(found)
