"""Races: two accesses of common bytes, one of which writes, that nothing orders.

The instructions of one unit of a core are ordered. Else, two accesses of one core are ordered if a sync lies between
them; those of two cores, if a barrier does that both cores take part in. So each kind of relation has a count that
must differ: the syncs that the core has executed before; the barriers of the cluster or wider; those of the chip.
"""

from collections.abc import Iterator, Sequence

from isa.check.finding import Finding, Kind
from isa.check.pairs import Meeting, common_bytes, meeting
from isa.check.relation import Unordered
from isa.check.sites import Share, Sides, may_race, pairs_of_cores, scopes_of, site_pairs, streams_on
from isa.check.stream import Site
from isa.target import Target
from isa.vocabulary import Scope

SYNCS = {Scope.CORE: "sync", Scope.CLUSTER: "sync cluster", Scope.CHIP: "sync chip"}


def races(shares: Sequence[Share], target: Target) -> Iterator[Finding]:
    """Yield the races between the accesses of `shares`, each pair of operands once."""
    for first, second, sides in site_pairs(shares):
        same = [Scope.CORE] if may_race(first, second, Scope.CORE) else []
        across = scopes_of(first.memory)[1:]
        for scopes in (same, across):
            if found := _race(first, second, sides, scopes, target):
                yield found


def _race(first: Site, second: Site, sides: Sides, scopes: Sequence[Scope], target: Target) -> Finding | None:
    pairs = {
        pair: scope
        for scope in scopes
        for pair in pairs_of_cores(sides, scope, first == second, target, Unordered(scope))
    }
    if not pairs:
        return None
    cores = min(pairs)
    scope = pairs[cores]
    found = meeting(streams_on(cores[0], sides[0]), streams_on(cores[1], sides[1]), cores, Unordered(scope))
    concerned = tuple(sorted({core for pair in pairs for core in pair}))
    wider = max(pairs.values(), key=list(SYNCS).index)
    return Finding(Kind.RACE, _message(first, found), _advice(scopes, wider), found.touches, concerned, found.times)


def _message(site: Site, found: Meeting) -> str:
    return f"{common_bytes(site.memory, found)}: nothing orders these two"


def _advice(scopes: Sequence[Scope], widest: Scope) -> str:
    if Scope.CORE in scopes:
        return "put a 'sync' between them, or use other bytes for one of them"
    return f"put a '{SYNCS[widest]}' between them on all these cores, or use other bytes for one of them"
