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


def by_site(shares: Iterable[Share]) -> dict[Site, list[Share]]:
    """Return the streams of each site."""
    found: dict[Site, list[Share]] = {}
    for stream, bits in shares:
        found.setdefault(stream.site, []).append((stream, bits))
    return found


def scopes_of(memory: str) -> tuple[Scope, ...]:
    """Return in which relations two cores may reach the same bytes of `memory`, the closest first."""
    return SHARED_BY.get(memory, (Scope.CORE,))


def partners(core: int, scope: Scope, target: Target) -> int:
    """Return the cores, as a set of bits, whose closest common scope with `core` is `scope`."""
    size = target.cores_per_cluster
    cluster = ((1 << size) - 1) << core // size * size
    if scope is Scope.CORE:
        return 1 << core
    if scope is Scope.CLUSTER:
        return cluster & ~(1 << core)
    return ((1 << target.cores) - 1) & ~cluster


def near(bits: int, scope: Scope, target: Target) -> int:
    """Return the partners of any of a set of cores."""
    found = 0
    for core in cores_of(bits):
        found |= partners(core, scope, target)
    return found


def are_found(a: Stream, b: Stream, relation: Relation) -> bool:
    """Whether some access of `a` and some of `b` touch a byte in common, and are so related."""
    return relation.may_hold(a, b) and any(
        overlaps(one, other, links, whole(one), whole(other))
        for one, other in aligned(a, b)
        for links in relation.links(one, other)
    )


def pairs_of_cores(a: Share, b: Share, scope: Scope, target: Target) -> Iterator[tuple[int, int]]:
    """Yield the cores that have the two streams and are as close as `scope`; of one site, the lower one first."""
    is_same = a[0].site == b[0].site
    for core in cores_of(a[1]):
        for other in cores_of(b[1] & partners(core, scope, target)):
            if not is_same or core <= other:
                yield core, other


def streams_on(core: int, shares: Sequence[Share]) -> list[Stream]:
    """Return the streams that a core has."""
    return [stream for stream, bits in shares if bits >> core & 1]
