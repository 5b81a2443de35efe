"""Reads of bytes that nothing has written before.

The accesses are first taken as one block for each stream, of which the last write must come before the first read; only
where that does not do they are taken apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from isa.check.blocks import Moment, Writer, blocks_of
from isa.check.bytemap import ByteMap
from isa.check.intervals import Interval, Intervals
from isa.check.lattice import touched
from isa.check.sites import Share, partners
from isa.check.steady import HEAD, head, is_long, steady_from
from isa.check.stream import Stream, cores_of
from isa.target import Target
from isa.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class Gap:
    """The first access of a stream that reads bytes which nothing has written before: the bytes are `missing`."""

    core: int
    stream: Stream
    q: tuple[int, ...]
    missing: Intervals


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
        """Yield the first gap of each stream that has one."""
        lacking = list(self._lacking(streams, writers.at(0), 0))
        yield from self._taken_apart([stream for stream in lacking if not is_long(stream)], writers)
        for stream in lacking:
            if is_long(stream):
                yield from self._long(stream, writers)

    def _long(self, stream: Stream, writers: "_Writers") -> Iterator[Gap]:
        """Yield the gap of a stream of many accesses: after the first, they may be alike."""
        gap = next(self._taken_apart([head(stream, HEAD)], writers), None)
        if gap:
            yield gap
            return
        start = steady_from(stream, writers.of_core(self.core), self.sees)
        if start is None or start > HEAD:
            yield from self._taken_apart([stream], writers)

    def _taken_apart(self, streams: Sequence[Stream], writers: "_Writers") -> Iterator[Gap]:
        depth = 0
        while streams:
            depth += 1
            within = min(stream.low for stream in streams), max(stream.high for stream in streams)
            most = max(len(stream.loops) for stream in (*streams, *writers.streams))
            lacking = self._lacking(streams, writers.at(depth, within), depth)
            if depth >= most:
                yield from lacking.values()
                return
            streams = list(lacking)

    def _lacking(self, streams: Sequence[Stream], writers: Sequence[Writer], depth: int) -> dict[Stream, Gap]:
        """Return the streams that lack bytes, each with its first gap, where all are taken apart to `depth`."""
        found: dict[Stream, Gap] = {}
        written = ByteMap()
        queues = [(writer, iter(writer.blocks)) for writer in writers]
        heads = [next(queue, None) for _, queue in queues]
        for block in blocks_of(streams, depth):
            for index, (writer, queue) in enumerate(queues):
                head = heads[index]
                while head is not None and self.sees(block.first, head.last, writer):
                    written.add(touched(head.lattice).parts)
                    head = next(queue, None)
                heads[index] = head
            if block.stream not in found:
                needed = touched(block.lattice)
                missing = written.lacks(needed.parts if self.undefined is None else (needed & self.undefined).parts)
                if missing:
                    found[block.stream] = Gap(self.core, block.stream, block.q, Intervals(missing))
        return found

    def sees(self, read: Moment, write: Moment, writer: Writer) -> bool:
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
        self._found: dict[tuple[int, Interval | None], list[Writer]] = {}

    def at(self, depth: int, within: Interval | None = None) -> list[Writer]:
        """Return what each unit writes, as `blocks_of` does."""
        key = depth, within
        if key not in self._found:
            self._found[key] = [
                Writer(core, unit, sorted(blocks_of(streams, depth, within), key=lambda block: block.last.position))
                for core, unit, streams in self._units
            ]
        return self._found[key]

    def of_core(self, core: int) -> list[tuple[Writer, Stream]]:
        """Return the streams that a core writes, each with its unit."""
        return [
            (Writer(core, unit, ()), stream) for one, unit, streams in self._units for stream in streams if one == core
        ]


def _by_unit(shares: Iterable[Share]) -> Iterator[tuple[int, str, list[Stream]]]:
    """Yield each unit of each core that has any of the streams, with them."""
    found: dict[tuple[int, str], list[Stream]] = {}
    for stream, bits in shares:
        for core in cores_of(bits):
            found.setdefault((core, stream.site.unit), []).append(stream)
    for (core, unit), streams in sorted(found.items(), key=lambda item: item[0]):
        yield core, unit, streams
