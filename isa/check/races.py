"""Races: two accesses of common bytes, one of which writes, that nothing orders.

The instructions of one unit of a core are ordered. Else, two accesses of one core are ordered if a sync lies between
them; those of two cores, if a barrier does that both cores take part in. So each kind of relation has a count that
must differ: the syncs that the core has executed before; the barriers of the cluster or wider; those of the chip.
"""

from collections.abc import Iterator, Sequence

from isa.check.finding import Finding, Kind
from isa.check.neighbours import Pair, neighbours
from isa.check.pairs import common_bytes, meeting
from isa.check.relation import Unordered
from isa.check.sites import Share, are_found, by_site, pairs_of_cores, scopes_of, streams_on
from isa.check.stream import Site
from isa.target import Target
from isa.vocabulary import Scope

SYNCS = {Scope.CORE: "sync", Scope.CLUSTER: "sync cluster", Scope.CHIP: "sync chip"}


Key = tuple[Site, Site, bool]
"""Two sites, and whether different cores race."""

Cores = dict[tuple[int, int], Scope]
"""Pairs of cores, and how close they are."""


def races(shares: Sequence[Share], target: Target) -> Iterator[Finding]:
    """Yield the races between the accesses of `shares`, each pair of operands once, in the order of the source."""
    found: dict[Key, Cores] = {}
    for memory in target.memories:
        here = [share for share in shares if share[0].site.memory == memory]
        for scope in scopes_of(memory):
            for a, b in _racing(here, scope, target):
                cores = found.setdefault((a[0].site, b[0].site, scope is not Scope.CORE), {})
                cores.update(dict.fromkeys(pairs_of_cores(a, b, scope, target), scope))
    sites = by_site(shares)
    for first, second, is_across in sorted(found):
        yield _race((sites[first], sites[second]), found[first, second, is_across])


def _racing(shares: Sequence[Share], scope: Scope, target: Target) -> Iterator[Pair]:
    relation = Unordered(scope)
    for a, b in neighbours(shares, scope, target, relation.span):
        is_queued = scope is Scope.CORE and a[0].site.unit == b[0].site.unit
        if not is_queued and are_found(a[0], b[0], relation):
            yield a, b


def _race(sides: tuple[list[Share], list[Share]], pairs: Cores) -> Finding:
    cores = min(pairs)
    streams = streams_on(cores[0], sides[0]), streams_on(cores[1], sides[1])
    found = meeting(*streams, cores, Unordered(pairs[cores]))
    concerned = tuple(sorted({core for pair in pairs for core in pair}))
    advice = _advice(max(pairs.values(), key=list(SYNCS).index))
    memory = streams[0][0].site.memory
    return Finding(
        Kind.RACE,
        f"{common_bytes(memory, found)}: nothing orders these two",
        advice,
        found.touches,
        concerned,
        found.times,
    )


def _advice(widest: Scope) -> str:
    if widest is Scope.CORE:
        return "put a 'sync' between them, or use other bytes for one of them"
    return f"put a '{SYNCS[widest]}' between them on all these cores, or use other bytes for one of them"
