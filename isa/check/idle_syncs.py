"""Syncs that order nothing: without them, no two accesses of common bytes become unordered that were ordered.

They are tried from the last line to the first, each together with those that have been found: all can be taken away
at once.
"""

from collections.abc import Iterator, Sequence

from isa.check.barriers import barrier_groups
from isa.check.finding import Finding, Kind, Touch
from isa.check.overlap import overlaps, whole
from isa.check.relation import Freed
from isa.check.sites import Share, are_found, may_race, partners, scopes_of, site_pairs
from isa.check.skeleton import Key, SyncPoint
from isa.check.stream import Stream, Traffic, cores_of
from isa.target import Target
from isa.vocabulary import Scope


def idle_syncs(traffic: Traffic, target: Target) -> Iterator[Finding]:
    """Yield the syncs that order nothing, in the order of their lines. All accesses must be known."""
    conflicts = _Conflicts(list(traffic.streams.items()), target)
    idle: frozenset[Key] = frozenset()
    found = []
    for group in sorted(barrier_groups(traffic.skeletons), key=_last, reverse=True):
        without = idle | {point.key for point in group}
        if not conflicts.are_freed(without):
            idle = without
            found.append(_finding(group, traffic))
    yield from reversed(found)


class _Conflicts:
    """The pairs of streams of which accesses may touch common bytes, whatever their order."""

    def __init__(self, shares: Sequence[Share], target: Target) -> None:
        self._pairs = list(_neighbours(shares, target))
        self._touching: dict[int, bool] = {}  # by index of the pair, once it was asked

    def are_freed(self, without: frozenset[Key]) -> bool:
        """Whether accesses become unordered that are ordered by the syncs `without`."""
        relations = {scope: Freed(scope, without) for scope in Scope}
        for index, (a, b, scope) in enumerate(self._pairs):
            if relations[scope].may_hold(a, b) and self._touch(index) and are_found(a, b, relations[scope]):
                return True
        return False

    def _touch(self, index: int) -> bool:
        if index not in self._touching:
            a, b, _ = self._pairs[index]
            self._touching[index] = overlaps(a, b, (), whole(a), whole(b))
        return self._touching[index]


def _neighbours(shares: Sequence[Share], target: Target) -> Iterator[tuple[Stream, Stream, Scope]]:
    """Yield the pairs of streams whose addresses come into each other's range, and how close their cores are."""
    for first, second, (shares_a, shares_b) in site_pairs(shares):
        for scope in scopes_of(first.memory):
            if not may_race(first, second, scope):
                continue
            for a, bits_a in shares_a:
                near = 0
                for core in cores_of(bits_a):
                    near |= partners(core, scope, target)
                for b, bits_b in shares_b:
                    if near & bits_b and a.low < b.high and b.low < a.high:
                        yield a, b, scope


def _finding(group: frozenset[SyncPoint], traffic: Traffic) -> Finding:
    points = sorted(group, key=lambda point: point.key)
    cores = [core for core, skeleton in enumerate(traffic.skeletons) if skeleton.syncs & group]
    touches = tuple(Touch(*point.key, cores[0]) for point in points)
    return Finding(
        Kind.SYNC,
        "no access before it touches what one behind it does, without another sync that orders them",
        "it may be left out",
        touches,
        tuple(cores),
    )


def _last(group: frozenset[SyncPoint]) -> Key:
    return max(point.key for point in group)
