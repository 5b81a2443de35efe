"""Syncs that order nothing: without them, no two accesses of common bytes become unordered that were ordered.

They are tried from the last line to the first, each together with those that have been found: all can be taken away
at once.
"""

from collections.abc import Iterator, Sequence

from isa.check.barriers import barrier_groups
from isa.check.finding import Finding, Kind, Touch
from isa.check.neighbours import neighbours
from isa.check.overlap import overlaps, whole
from isa.check.relation import Freed, SyncCounts
from isa.check.sites import Share, are_found, scopes_of
from isa.check.skeleton import RANKS, Key, Skeleton, SyncPoint
from isa.check.stream import Stream
from isa.check.timeline import Timeline
from isa.check.traffic import Traffic
from isa.target import Target
from isa.vocabulary import Scope

BESIDE = 3
"""Items of a skeleton between a sync and what is beside it, at most."""


def idle_syncs(traffic: Traffic, target: Target) -> Iterator[Finding]:
    """Yield the syncs that order nothing, in the order of their lines. All accesses must be known."""
    conflicts = _Conflicts(traffic, target)
    found = []
    for group in sorted(barrier_groups(traffic.skeletons), key=_last, reverse=True):
        if not conflicts.are_freed(group):
            conflicts.take_away(group)
            found.append(_finding(group, traffic))
    yield from reversed(found)


class _Conflicts:
    """The accesses of a program, asked again and again which of them a sync orders."""

    def __init__(self, traffic: Traffic, target: Target) -> None:
        self._target = target
        self._shares: dict[str, list[Share]] = {}
        for share in traffic.streams.items():
            self._shares.setdefault(share[0].site.memory, []).append(share)
        self._skeletons = set(traffic.skeletons)
        self._touching: dict[tuple[int, int], bool] = {}  # by identity, once it was asked
        self._every = {scope: SyncCounts(scope) for scope in Scope}
        self._idle: frozenset[SyncPoint] = frozenset()
        self.take_away(self._idle)

    def take_away(self, group: frozenset[SyncPoint]) -> None:
        """Do without the syncs of a group from now on."""
        self._idle |= group
        self._busy = {scope: SyncCounts(scope, self._idle) for scope in Scope}
        self._lines = {
            (scope, memory): Timeline(shares, self._busy[scope].span)
            for memory, shares in self._shares.items()
            for scope in scopes_of(memory)
        }

    def are_freed(self, group: frozenset[SyncPoint]) -> bool:
        """Whether accesses that are ordered become unordered without the syncs of a group."""
        for scope in Scope:
            counted = [point for point in group if RANKS[point.scope] >= RANKS[scope]]
            relation = Freed(self._every[scope], self._busy[scope], counted)
            for memory in self._shares if counted else ():
                if scope in scopes_of(memory) and self._are_so_related(memory, scope, counted, relation):
                    return True
        return False

    def _are_so_related(self, memory: str, scope: Scope, group: Sequence[SyncPoint], relation: Freed) -> bool:
        near = self._near(memory, scope, group)
        slots = {skeleton: _slots_beside(skeleton, group) for skeleton in self._skeletons}
        beside = [share for share in near if share[0].slot in slots[share[0].skeleton]]  # most syncs order that
        return self._any_so_related(beside, scope, relation) or self._any_so_related(near, scope, relation)

    def _any_so_related(self, shares: Sequence[Share], scope: Scope, relation: Freed) -> bool:
        for (a, _), (b, _) in neighbours(shares, scope, self._target, relation.span):
            is_queued = scope is Scope.CORE and a.site.unit == b.site.unit
            if not is_queued and relation.may_hold(a, b) and self._touch(a, b) and are_found(a, b, relation):
                return True
        return False

    def _near(self, memory: str, scope: Scope, group: Sequence[SyncPoint]) -> list[Share]:
        """Return the accesses of which a sync of the group may be the last before, or the first behind."""
        found: dict[int, Share] = {}
        for skeleton in self._skeletons:
            for point in group:
                for reach in self._busy[scope].around(skeleton, point):
                    here = self._lines[scope, memory].meeting(reach)
                    found.update((id(share[0]), share) for share in here if share[0].skeleton is skeleton)
        return list(found.values())

    def _touch(self, a: Stream, b: Stream) -> bool:
        key = id(a), id(b)
        if key not in self._touching:
            self._touching[key] = overlaps(a, b, (), whole(a), whole(b))
        return self._touching[key]


def _slots_beside(skeleton: Skeleton, group: Sequence[SyncPoint]) -> set[int]:
    """Return the slots that are close to a sync of a group in the source."""
    indices = (index for point in group for index in skeleton.syncs.get(point, ()))
    return {slot for index in indices for slot in range(index - BESIDE, index + BESIDE + 1)}


def _finding(group: frozenset[SyncPoint], traffic: Traffic) -> Finding:
    points = sorted(group, key=lambda point: point.key)
    cores = [core for core, skeleton in enumerate(traffic.skeletons) if skeleton.syncs.keys() & group]
    touches = tuple(Touch(*point.key, cores[0]) for point in points)
    return Finding(
        Kind.SYNC,
        "nothing needs it: what it separates has no bytes in common, or is ordered without it",
        "it may be left out",
        touches,
        tuple(cores),
    )


def _last(group: frozenset[SyncPoint]) -> Key:
    return max(point.key for point in group)
