"""The accesses of a stream in blocks: each is a range of iterations, with the bytes that they touch together.

What is written stays written, so of accesses to the same bytes only the earliest counts here: loops on which an address
does not depend are not gone through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from isa.check.intervals import Interval
from isa.check.lattice import Lattice
from isa.check.reach import TooInvolvedError
from isa.check.stream import Stream
from isa.vocabulary import Scope

MOST_BLOCKS = 1 << 17
"""Most blocks that streams are taken apart into."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When an access happens: the instructions before it on its core, and the syncs of each scope or wider."""

    position: int
    syncs: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Accesses of a stream from `first` to `last`; `q` is the first's."""

    stream: Stream
    q: tuple[int, ...]
    first: Moment
    last: Moment
    lattice: Lattice


@dataclass(frozen=True, slots=True)
class Writer:
    """A unit of a core with the blocks that it writes, in their order."""

    core: int
    unit: str
    blocks: Sequence[Block]


def blocks_of(streams: Iterable[Stream], depth: int, within: Interval | None = None) -> list[Block]:
    """Return the blocks of accesses that share the counters of the outer `depth` loops, in the order of their firsts.

    Those that lie beside `within` may be left out. Raises TooInvolvedError where there are too many.
    """
    blocks: list[Block] = []
    for stream in streams:
        ranges = _ranges(stream, within)
        if len(blocks) + prod(map(len, ranges[:depth])) > MOST_BLOCKS:
            raise TooInvolvedError
        if all(ranges):
            blocks += (_block(stream, ranges, outer) for outer in product(*ranges[:depth]))
    return sorted(blocks, key=lambda block: block.first.position)


def moment(stream: Stream, q: Sequence[int]) -> Moment:
    """Return when a stream is at `q`."""
    counters = stream.counters(q)
    syncs = [stream.skeleton.count(stream.slot, scope).at(counters) for scope in Scope]
    return Moment(stream.position.at(counters), (syncs[0], syncs[1], syncs[2]))


def _ranges(stream: Stream, within: Interval | None) -> list[range]:
    """Return the values of each q that count: only the first where the address does not depend on it."""
    piece = stream.piece
    ranges = []
    for rounds, factor in zip(piece.rounds, piece.coefficients, strict=True):
        first, behind = 0, rounds if factor else 1
        if factor and within:
            # The other loops and the rows reach from low to high: moved by this one, that must come into `within`.
            low, high = stream.low - min(0, factor * (rounds - 1)), stream.high - max(0, factor * (rounds - 1))
            least, most = within[0] - high, within[1] - low
            ends = (least, most) if factor > 0 else (-most, -least)
            first = max(0, ends[0] // abs(factor))
            behind = min(rounds, ends[1] // abs(factor) + 1)
        ranges.append(range(first, behind))
    return ranges


def _block(stream: Stream, ranges: Sequence[range], outer: tuple[int, ...]) -> Block:
    inner = ranges[len(outer) :]
    first = (*outer, *(one[0] for one in inner))
    last = (*outer, *(one[-1] for one in inner))
    factors = stream.piece.coefficients[len(outer) :]
    axes = tuple((len(one), factor) for one, factor in zip(inner, factors, strict=True))
    lattice = Lattice(stream.address(first), stream.size, stream.axes + axes)
    return Block(stream, first, moment(stream, first), moment(stream, last), lattice)
