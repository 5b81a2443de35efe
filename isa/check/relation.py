"""How two accesses are ordered, as conditions on the syncs that come before each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from isa.check.intervals import Interval
from isa.check.overlap import Links, count_link
from isa.check.skeleton import Count, Executions, Skeleton, SyncPoint
from isa.check.stream import Stream
from isa.vocabulary import Scope

FAR = 1 << 200
"""More than any count."""


class Relation(Protocol):
    """What must hold between two accesses, one of each of two streams."""

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Whether it may hold at all: a quick answer, which is exact where it is no."""

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """Return the alternatives: it holds where all links of one of them do."""


class SyncCounts:
    """How many syncs of a scope or wider, but for those that are `idle`, come before accesses of streams."""

    def __init__(self, scope: Scope, idle: frozenset[SyncPoint] = frozenset()) -> None:
        self.scope = scope
        self._idle = idle
        self._counts: dict[Skeleton, list[Count]] = {}
        self._spans: dict[int, tuple[Interval, Stream]] = {}  # by identity; the stream itself is kept alive

    def before(self, stream: Stream) -> Count:
        """Return the count as a function of the counters."""
        return self._of(stream.skeleton)[stream.slot]

    def span(self, stream: Stream) -> Interval:
        """Return the count before the first access, and before the last."""
        found = self._spans.get(id(stream))
        if found is None:
            found = _span(self.before(stream), stream), stream
            self._spans[id(stream)] = found
        return found[0]

    def around(self, skeleton: Skeleton, point: SyncPoint) -> Iterator[Interval]:
        """Yield the count right before the first execution of a sync, and right behind the last."""
        for index in skeleton.syncs.get(point, ()):
            count = self._of(skeleton)[index]
            loops = zip(count.weights, skeleton.loops(index), strict=True)
            yield count.base, count.base + sum(weight * (skeleton.rounds(loop) - 1) for weight, loop in loops) + 1

    def _of(self, skeleton: Skeleton) -> list[Count]:
        counts = self._counts.get(skeleton)
        if counts is None:
            counts = self._counts[skeleton] = skeleton.counts(self.scope, self._idle)
        return counts


class Unordered:
    """No sync of a scope or wider lies between the two."""

    def __init__(self, scope: Scope) -> None:
        self._syncs = SyncCounts(scope)

    def span(self, stream: Stream) -> Interval:
        """Return how many syncs come before the first access of a stream, and before the last."""
        return self._syncs.span(stream)

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Compare the spans."""
        return _overlap(self.span(a), self.span(b))

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """As many syncs come before one as before the other."""
        return ((count_link((a, self._syncs.before(a)), (b, self._syncs.before(b)), 0, 0),),)


class Freed:
    """Syncs lie between the two, but none other than those of `group` and those that `busy` does not count.

    `every` counts all syncs, and all three are of one scope or wider. Without the group, nothing must be so related.
    """

    def __init__(self, every: SyncCounts, busy: SyncCounts, group: Sequence[SyncPoint]) -> None:
        self._every = every
        self._busy = busy
        self._group = group
        self._executions: dict[Skeleton, Executions] = {}
        self._lefts: dict[int, tuple[Count, Stream]] = {}  # by identity, as the spans
        self._spans: dict[int, tuple[Interval, Stream]] = {}

    def span(self, stream: Stream) -> Interval:
        """Return how many syncs that are left come before the first access of a stream, and before the last."""
        found = self._spans.get(id(stream))
        if found is None:
            found = _span(self._left(stream), stream), stream
            self._spans[id(stream)] = found
        return found[0]

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Compare the spans."""
        one, other = self._every.span(a), self._every.span(b)
        return _overlap(self.span(a), self.span(b)) and not one[0] == one[1] == other[0] == other[1]

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """Of those that are left, as many come before one as before the other; of all, more or fewer."""
        left = count_link((a, self._left(a)), (b, self._left(b)), 0, 0)
        every = (a, self._every.before(a)), (b, self._every.before(b))
        return (left, count_link(*every, 1, FAR)), (left, count_link(*every, -FAR, -1))

    def _left(self, stream: Stream) -> Count:
        found = self._lefts.get(id(stream))
        if found is None:
            skeleton = stream.skeleton
            if skeleton not in self._executions:
                self._executions[skeleton] = Executions(skeleton, self._group)
            left = self._busy.before(stream).less(self._executions[skeleton].before(stream.slot))
            found = self._lefts[id(stream)] = left, stream
        return found[0]


def _span(count: Count, stream: Stream) -> Interval:
    return count.at(stream.piece.residues), count.at(stream.counters([rounds - 1 for rounds in stream.piece.rounds]))


def _overlap(one: Interval, other: Interval) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
