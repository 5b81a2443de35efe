"""How two accesses are ordered, as conditions on the syncs that come before each."""

from collections.abc import Iterable
from typing import Protocol

from isa.check.overlap import Links, count_link
from isa.check.skeleton import Count, Key
from isa.check.stream import Stream
from isa.vocabulary import Scope

FAR = 1 << 200
"""More than any count."""

NONE: frozenset[Key] = frozenset()


class Relation(Protocol):
    """What must hold between two accesses, one of each of two streams."""

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Whether it may hold at all: a quick answer, which is exact where it is no."""

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """Return the alternatives: it holds where all links of one of them do."""


class Unordered:
    """No sync of a scope or wider lies between the two."""

    def __init__(self, scope: Scope) -> None:
        self._syncs = _Syncs(scope, NONE)

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Compare how far the syncs go that come before each."""
        return self._syncs.may_be_equal(a, b)

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """As many syncs come before one as before the other."""
        return ((count_link((a, self._syncs.before(a)), (b, self._syncs.before(b)), 0, 0),),)


class Freed:
    """Syncs of a scope or wider lie between the two, but only such as are `without`."""

    def __init__(self, scope: Scope, without: frozenset[Key]) -> None:
        self._all = _Syncs(scope, NONE)
        self._kept = _Syncs(scope, without)

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Compare how far the syncs go that come before each."""
        return self._kept.may_be_equal(a, b) and self._all.may_differ(a, b)

    def links(self, a: Stream, b: Stream) -> Iterable[Links]:
        """Of those that are kept, as many come before one as before the other; of all, more or fewer."""
        kept = count_link((a, self._kept.before(a)), (b, self._kept.before(b)), 0, 0)
        every = (a, self._all.before(a)), (b, self._all.before(b))
        return (kept, count_link(*every, 1, FAR)), (kept, count_link(*every, -FAR, -1))


class _Syncs:
    """The syncs of a scope or wider, but for some, before accesses of streams."""

    def __init__(self, scope: Scope, without: frozenset[Key]) -> None:
        self._scope = scope
        self._without = without
        self._ranges: dict[int, tuple[int, int, Stream]] = {}  # by identity; the stream itself is kept alive

    def before(self, stream: Stream) -> Count:
        return stream.skeleton.count(stream.slot, self._scope, self._without)

    def may_be_equal(self, a: Stream, b: Stream) -> bool:
        least_a, most_a, _ = self._range(a)
        least_b, most_b, _ = self._range(b)
        return least_a <= most_b and least_b <= most_a

    def may_differ(self, a: Stream, b: Stream) -> bool:
        least_a, most_a, _ = self._range(a)
        least_b, most_b, _ = self._range(b)
        return not least_a == most_a == least_b == most_b

    def _range(self, stream: Stream) -> tuple[int, int, Stream]:
        found = self._ranges.get(id(stream))
        if found is None:
            count = self.before(stream)
            last = stream.counters([rounds - 1 for rounds in stream.piece.rounds])
            found = count.at(stream.piece.residues), count.at(last), stream
            self._ranges[id(stream)] = found
        return found
