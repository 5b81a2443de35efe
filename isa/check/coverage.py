"""Reads of bytes that nothing has written before.

What is written stays written, so of accesses to the same bytes only the earliest counts: the loops on which an address
does not depend are not gone through. The others are first taken as one block each, of which the last write must come
before the first read; only where that does not do they are taken apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from isa.check.bytemap import ByteMap
from isa.check.intervals import Intervals
from isa.check.lattice import Lattice, covered
from isa.check.reach import TooInvolvedError
from isa.check.sites import Share, partners
from isa.check.stream import Stream, cores_of
from isa.target import Target
from isa.vocabulary import Scope

MOST_BLOCKS = 1 << 17
"""Most blocks that the accesses of a memory are taken apart into."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When an access happens: the instructions before it on its core, and the syncs of each scope or wider."""

    position: int
    syncs: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Accesses of a stream on a core from `first` to `last`; `q` is the first's."""

    stream: Stream
    q: tuple[int, ...]
    first: Moment
    last: Moment
    lattice: Lattice


@dataclass(frozen=True, slots=True)
class Gap:
    """The first access of a stream that reads bytes which nothing has written before: the bytes are `missing`."""

    core: int
    stream: Stream
    q: tuple[int, ...]
    missing: Intervals


@dataclass(frozen=True, slots=True)
class Writer:
    """A unit of a core with the blocks that it writes, in their order."""

    core: int
    unit: str
    blocks: Sequence[Block]


def gaps(shares: Sequence[Share], undefined: Intervals | None, target: Target) -> Iterator[Gap]:
    """Yield the gaps of each stream that reads one memory; only bytes of `undefined` can be missing (None: all)."""
    writers = _Writers([share for share in shares if share[0].site.writes], target)
    for core, unit, streams in _by_unit([share for share in shares if share[0].site.reads]):
        reader = _Reader(core, unit, undefined, target)
        yield from reader.gaps(streams, writers)


class _Reader:
    """A unit of a core that reads a memory."""

    def __init__(self, core: int, unit: str, undefined: Intervals | None, target: Target) -> None:
        self.core = core
        self.unit = unit
        self.undefined = undefined
        self.near = partners(core, Scope.CLUSTER, target)

    def gaps(self, streams: Sequence[Stream], writers: "_Writers") -> Iterator[Gap]:
        depth = 0
        most = max(len(stream.piece.rounds) for stream in writers.streams + list(streams))
        while streams and depth <= most:
            lacking = self._lacking(streams, writers.at(depth), depth)
            if depth == most:
                yield from lacking.values()
            streams = list(lacking)
            depth += 1

    def _lacking(self, streams: Sequence[Stream], writers: Sequence[Writer], depth: int) -> dict[Stream, Gap]:
        """Return the streams that lack bytes, each with its first gap, where all are taken apart to `depth`."""
        found: dict[Stream, Gap] = {}
        written = ByteMap()
        queues = [(writer, iter(writer.blocks)) for writer in writers]
        heads = [next(queue, None) for _, queue in queues]
        for block in blocks_of(streams, depth):
            for index, (writer, queue) in enumerate(queues):
                head = heads[index]
                while head is not None and self._sees(block.first, head.last, writer):
                    written.add(covered([head.lattice]).parts)
                    head = next(queue, None)
                heads[index] = head
            if block.stream not in found:
                needed = covered([block.lattice])
                missing = written.lacks(needed.parts if self.undefined is None else (needed & self.undefined).parts)
                if missing:
                    found[block.stream] = Gap(self.core, block.stream, block.q, Intervals(missing))
        return found

    def _sees(self, read: Moment, write: Moment, writer: Writer) -> bool:
        """Whether a write comes before a read, or beside it: then it is a race, which is said elsewhere."""
        if writer.core != self.core:
            rank = 1 if self.near >> writer.core & 1 else 2
            return write.syncs[rank] <= read.syncs[rank]
        if write.syncs[0] != read.syncs[0] or writer.unit != self.unit:
            return write.syncs[0] <= read.syncs[0]
        return write.position < read.position


class _Writers:
    """All that is written in one memory, taken apart as far as it was asked for."""

    def __init__(self, shares: Sequence[Share], target: Target) -> None:
        self.streams = [stream for stream, _ in shares]
        self._units = list(_by_unit(shares))
        self._found: dict[int, list[Writer]] = {}

    def at(self, depth: int) -> list[Writer]:
        """Return what each unit writes, in blocks of accesses that differ behind the first `depth` loops only."""
        if depth not in self._found:
            self._found[depth] = [
                Writer(core, unit, sorted(blocks_of(streams, depth), key=lambda block: block.last.position))
                for core, unit, streams in self._units
            ]
        return self._found[depth]


def blocks_of(streams: Iterable[Stream], depth: int) -> list[Block]:
    """Return the blocks of streams, in the order of their first accesses. Raises TooInvolvedError if there are many."""
    blocks: list[Block] = []
    for stream in streams:
        ranges = _ranges(stream)
        if len(blocks) + prod(map(len, ranges[:depth])) > MOST_BLOCKS:
            raise TooInvolvedError
        blocks += (_block(stream, ranges, outer) for outer in product(*ranges[:depth]))
    return sorted(blocks, key=lambda block: block.first.position)


def _ranges(stream: Stream) -> list[range]:
    """Return the values of each q that count: only the first where the address does not depend on it."""
    pairs = zip(stream.piece.rounds, stream.piece.coefficients, strict=True)
    return [range(rounds if coefficient else 1) for rounds, coefficient in pairs]


def _block(stream: Stream, ranges: Sequence[range], outer: tuple[int, ...]) -> Block:
    inner = ranges[len(outer) :]
    first = (*outer, *(0 for _ in inner))
    last = (*outer, *(one[-1] for one in inner))
    axes = tuple(
        (len(one), coefficient) for one, coefficient in zip(inner, stream.piece.coefficients[len(outer) :], strict=True)
    )
    lattice = Lattice(stream.address(first), stream.size, stream.axes + axes)
    return Block(stream, first, _moment(stream, first), _moment(stream, last), lattice)


def _moment(stream: Stream, q: Sequence[int]) -> Moment:
    counters = stream.counters(q)
    syncs = [stream.skeleton.count(stream.slot, scope).at(counters) for scope in Scope]
    return Moment(stream.position.at(counters), (syncs[0], syncs[1], syncs[2]))


def _by_unit(shares: Iterable[Share]) -> Iterator[tuple[int, str, list[Stream]]]:
    """Yield each unit of each core that has any of the streams, with them."""
    found: dict[tuple[int, str], list[Stream]] = {}
    for stream, bits in shares:
        for core in cores_of(bits):
            found.setdefault((core, stream.site.unit), []).append(stream)
    for (core, unit), streams in sorted(found.items(), key=lambda item: item[0]):
        yield core, unit, streams
