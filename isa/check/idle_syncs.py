"""Syncs that order nothing: without them, no two accesses of common bytes become unordered that were ordered.

They are tried from the last line to the first, each together with those that have been found: all can be taken away
at once.
"""

from collections.abc import Iterator, Sequence

from isa.check.barriers import barrier_groups
from isa.check.finding import Finding, Kind, Touch
from isa.check.overlap import Links, count_link
from isa.check.sites import Alternatives, Share, are_found, may_race, partners, scopes_of, site_pairs
from isa.check.skeleton import Key, SyncPoint
from isa.check.stream import Stream, Traffic, cores_of
from isa.target import Target
from isa.vocabulary import Scope

_FAR = 1 << 200
"""More than any count of syncs."""


def idle_syncs(traffic: Traffic, target: Target) -> Iterator[Finding]:
    """Yield the syncs that order nothing, in the order of their lines. All accesses must be known."""
    conflicts = list(_conflicts(list(traffic.streams.items()), target))
    idle: frozenset[Key] = frozenset()
    found = []
    for group in sorted(barrier_groups(traffic.skeletons), key=_last, reverse=True):
        without = idle | {point.key for point in group}
        if not any(are_found(a, b, _freed(scope, without)) for a, b, scope in conflicts):
            idle = without
            found.append(_finding(group, traffic))
    yield from reversed(found)


def _conflicts(shares: Sequence[Share], target: Target) -> Iterator[tuple[Stream, Stream, Scope]]:
    """Yield the streams that touch common bytes, whatever their order, and how close the cores are that have them."""
    for first, second, (shares_a, shares_b) in site_pairs(shares):
        for scope in scopes_of(first.memory):
            if may_race(first, second, scope):
                for a, bits_a in shares_a:
                    for b, bits_b in shares_b:
                        if _can_meet(bits_a, bits_b, scope, target) and are_found(a, b, lambda *_: [()]):
                            yield a, b, scope


def _can_meet(bits_a: int, bits_b: int, scope: Scope, target: Target) -> bool:
    return any(bits_b & partners(core, scope, target) for core in cores_of(bits_a))


def _freed(scope: Scope, without: frozenset[Key]) -> Alternatives:
    """Return the condition that syncs lie between two accesses, but no other than those at `without`."""

    def links(a: Stream, b: Stream) -> Iterator[Links]:
        kept = count_link(
            (a, a.skeleton.count(a.slot, scope, without)), (b, b.skeleton.count(b.slot, scope, without)), 0, 0
        )
        counts = (a, a.skeleton.count(a.slot, scope)), (b, b.skeleton.count(b.slot, scope))
        yield kept, count_link(*counts, 1, _FAR)
        yield kept, count_link(*counts, -_FAR, -1)

    return links


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
