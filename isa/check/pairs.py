"""Pairs of accesses that touch common bytes, in the relation that their cores have to each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from isa.check.align import aligned
from isa.check.finding import MOST_TIMES, Touch
from isa.check.intervals import Intervals
from isa.check.lattice import Lattice, covered
from isa.check.overlap import Box, overlaps, solutions, whole
from isa.check.relation import Relation
from isa.check.stream import Stream
from isa.check.words import bytes_text, figure


@dataclass(frozen=True, slots=True)
class Meeting:
    """The first occurrence of a pair, its bytes in common, and on how many iterations of the second it occurs."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    touches: tuple[Touch, Touch]
    common: Intervals
    times: int


def meeting(firsts: Sequence[Stream], seconds: Sequence[Stream], cores: tuple[int, int], relation: Relation) -> Meeting:
    """Return how accesses of `firsts` on one core meet those of `seconds` on the other; some do.

    The first occurrence is that with the smallest counters of the second; among those, of the first.
    """
    found: dict[tuple[int, ...], tuple[Stream, tuple[int, ...]]] = {}
    for a in firsts:
        for b in seconds:
            for one, other in aligned(a, b):
                for q in islice(solutions(whole(other), _holds(one, other, whole(one), relation)), MOST_TIMES):
                    found.setdefault(other.counters(q), (other, q))
    second = min(found)
    stream, q = found[second]
    partner, partner_q = _first_partner(firsts, stream, q, relation)
    return Meeting(
        partner.counters(partner_q),
        second,
        (touch(partner, cores[0], partner_q), touch(stream, cores[1], q)),
        rows(partner, partner_q) & rows(stream, q),
        min(len(found), MOST_TIMES),
    )


def touch(stream: Stream, core: int, q: Sequence[int]) -> Touch:
    """Return the access of a stream at `q`."""
    site = stream.site
    counters = tuple(zip(stream.loops, stream.counters(q), strict=True))
    verb = "reads and writes" if site.reads and site.writes else "writes" if site.writes else "reads"
    return Touch(site.line, site.column, core, counters, verb, site.name, site.memory, stream.address(q), stream.span)


def rows(stream: Stream, q: Sequence[int]) -> Intervals:
    """Return the bytes that a stream touches at `q`."""
    return covered([Lattice(stream.address(q), stream.size, stream.axes)])


def _first_partner(
    firsts: Sequence[Stream], stream: Stream, q: tuple[int, ...], relation: Relation
) -> tuple[Stream, tuple[int, ...]]:
    point = tuple((value, value) for value in q)
    found: list[tuple[tuple[int, ...], Stream, tuple[int, ...]]] = []
    for a in firsts:

        def holds(box: Box, a: Stream = a) -> bool:
            return any(overlaps(a, stream, links, box, point) for links in relation.links(a, stream))

        found += [(a.counters(first), a, first) for first in islice(solutions(whole(a), holds), 1)]
    _, partner, first = min(found, key=lambda one: one[0])
    return partner, first


def _holds(a: Stream, b: Stream, box_a: Box, relation: Relation) -> Callable[[Box], bool]:
    links_of_all = list(relation.links(a, b))
    return lambda box: any(overlaps(a, b, links, box_a, box) for links in links_of_all)


def common_bytes(memory: str, found: Meeting) -> str:
    """Return which bytes both touch, as text."""
    size, first = found.common.size, found.common.first
    if len(found.common.parts) == 1:
        return f"{bytes_text(first, size)} of {memory}"
    return f"{figure(size)} bytes of {memory}, the first is {figure(first)}"
