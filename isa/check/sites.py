"""Which accesses may meet: sites that access one memory, on cores that reach the same bytes of it."""

from collections.abc import Iterable, Iterator, Sequence

from isa.check.align import aligned
from isa.check.overlap import overlaps, whole
from isa.check.relation import Relation
from isa.check.stream import Site, Stream, cores_of
from isa.target import Target
from isa.vocabulary import Scope

SHARED_BY = {"SharedRAM": (Scope.CORE, Scope.CLUSTER), "DRAM": (Scope.CORE, Scope.CLUSTER, Scope.CHIP)}
"""How close cores may be that reach the same bytes; those of other memories belong to one core."""

Share = tuple[Stream, int]
"""A stream and the cores that have it, as a set of bits."""

Sides = tuple[Sequence[Share], Sequence[Share]]
"""The streams of two sites."""


def by_site(shares: Iterable[Share]) -> dict[Site, list[Share]]:
    """Return the streams of each site, sites in the order of the source."""
    found: dict[Site, list[Share]] = {}
    for stream, bits in shares:
        found.setdefault(stream.site, []).append((stream, bits))
    return dict(sorted(found.items()))


def site_pairs(shares: Sequence[Share]) -> Iterator[tuple[Site, Site, Sides]]:
    """Yield every two sites that access the same memory and one of which writes, with their streams."""
    sites = list(by_site(shares).items())
    for index, (first, shares_a) in enumerate(sites):
        for second, shares_b in sites[index:]:
            if first.memory == second.memory and (first.writes or second.writes):
                yield first, second, (shares_a, shares_b)


def scopes_of(memory: str) -> tuple[Scope, ...]:
    """Return in which relations two cores may reach the same bytes of `memory`, the closest first."""
    return SHARED_BY.get(memory, (Scope.CORE,))


def may_race(first: Site, second: Site, scope: Scope) -> bool:
    """Whether accesses of two sites may be unordered by what serves them."""
    return scope is not Scope.CORE or first.unit != second.unit


def partners(core: int, scope: Scope, target: Target) -> int:
    """Return the cores, as a set of bits, whose closest common scope with `core` is `scope`."""
    size = target.cores_per_cluster
    cluster = ((1 << size) - 1) << core // size * size
    if scope is Scope.CORE:
        return 1 << core
    if scope is Scope.CLUSTER:
        return cluster & ~(1 << core)
    return ((1 << target.cores) - 1) & ~cluster


def are_found(a: Stream, b: Stream, relation: Relation) -> bool:
    """Whether some access of `a` and some of `b` touch a byte in common, and are so related."""
    if a.low >= b.high or b.low >= a.high or not relation.may_hold(a, b):
        return False
    return any(
        overlaps(one, other, links, whole(one), whole(other))
        for one, other in aligned(a, b)
        for links in relation.links(one, other)
    )


def pairs_of_cores(
    sides: Sides, scope: Scope, is_same: bool, target: Target, relation: Relation
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of cores on which streams of two sites meet; of one site with itself, the lower core first."""
    seen: set[tuple[int, int]] = set()
    for a, bits_a in sides[0]:
        near = [(core, partners(core, scope, target)) for core in cores_of(bits_a)]
        for b, bits_b in sides[1]:
            if a.low >= b.high or b.low >= a.high or not relation.may_hold(a, b):
                continue
            cores = {
                (core, other)
                for core, others in near
                for other in cores_of(bits_b & others)
                if not is_same or core <= other
            }
            if cores - seen and are_found(a, b, relation):
                yield from cores - seen
                seen |= cores


def streams_on(core: int, shares: Sequence[Share]) -> list[Stream]:
    """Return the streams that a core has."""
    return [stream for stream, bits in shares if bits >> core & 1]
