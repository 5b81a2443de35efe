"""What cores of a cluster need alike: each brings a part of it to their SharedRAM, where all of them take it from."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from dlpsim.compiler.instructions import Move, Spot, piece

GRAIN = 64
"""Parts, and rooms of different things, are multiples of so many bytes."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What a core takes: what core `like` needs, number `index` of the different things that its cluster needs.

    It brings part number `rank` of it, of `holders`.
    """

    like: int
    index: int
    rank: int
    holders: int


@dataclass(frozen=True, slots=True)
class Clusters:
    """The `seats` of all cores; None for those of clusters that need nothing.

    There are at most `parts` different things in a cluster, and `copies` in all clusters.
    """

    seats: tuple[Seat | None, ...]
    parts: int
    copies: int


def clusters_of(needed: Sequence[Hashable], cores: int) -> Clusters:
    """Return who shares what, with so many `cores` in a cluster; who needs nothing (None) helps with the first."""
    seats: list[Seat | None] = []
    counts = []
    for begin in range(0, len(needed), cores):
        own = range(begin, begin + cores)
        first: dict[Hashable, int] = {}
        for core in own:
            if needed[core] is not None:
                first.setdefault(needed[core], core)
        taken = [first.get(needed[core], next(iter(first.values()), None)) for core in own]
        order = list(first.values())
        counts.append(len(order))
        for place, like in enumerate(taken):
            if like is None:
                seats.append(None)
            else:
                seats.append(Seat(like, order.index(like), taken[:place].count(like), taken.count(like)))
    return Clusters(tuple(seats), max(counts), sum(counts))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things in the SharedRAM of clusters, each in a room for `room` bytes, on their way to `memory` of cores."""

    clusters: Clusters
    room: int
    memory: str

    @property
    def size(self) -> int:
        """Bytes of all rooms."""
        return (self.clusters.parts - 1) * _grained(self.room) + self.room

    def seat(self, core: int) -> Seat | None:
        """Return what a core takes, if anything."""
        return self.clusters.seats[core]

    def place(self, seat: Seat) -> int:
        """Return where the room of a thing begins."""
        return seat.index * _grained(self.room)

    def brought(self, wholes: Sequence[Move | None], core: int, offset: int, _: int) -> list[Move]:
        """Return what a core does to bring its part of a thing to SharedRAM from `offset` on.

        `wholes` has for each core the move, of one row, that would bring it all.
        """
        seat = self.seat(core)
        whole = wholes[seat.like] if seat else None
        if not seat or not whole:
            return []
        share = _grained(-(-whole.size // seat.holders))
        begin = seat.rank * share
        to = Spot("SharedRAM", offset + self.place(seat) + begin)
        return [Move(part.src, to, part.size) for part in piece([whole], begin, begin + share)]

    def taken(self, sizes: Sequence[int], core: int, offset: int, shared: int) -> list[Move]:
        """Return what brings a core what it takes; `sizes` are the bytes that cores need."""
        seat = self.seat(core)
        if not seat:
            return []
        return [Move(Spot("SharedRAM", shared + self.place(seat)), Spot(self.memory, offset), sizes[seat.like])]


def _grained(size: int) -> int:
    return -(-size // GRAIN) * GRAIN
