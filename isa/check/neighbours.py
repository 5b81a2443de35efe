"""Pairs of streams that may meet, found without looking at every two."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from isa.check.intervals import Interval
from isa.check.sites import Share, near
from isa.check.stream import Stream
from isa.target import Target
from isa.vocabulary import Scope

Pair = tuple[Share, Share]
Span = Callable[[Stream], Interval]
"""From where to where a stream reaches in some dimension, both included."""


def neighbours(shares: Sequence[Share], scope: Scope, target: Target, span: Span | None = None) -> Iterator[Pair]:
    """Yield the pairs of streams of one memory that may touch common bytes, where one writes.

    Their cores are as close as `scope` says, and their spans overlap where `span` gives any. The site that comes
    first in the source is the first of a pair; streams of one site come in both orders, and each with itself.
    """
    partners: dict[int, int] = {}
    for a, b in _overlapping(shares, span):
        if a[1] not in partners:
            partners[a[1]] = near(a[1], scope, target)
        if not partners[a[1]] & b[1]:
            continue
        if a[0].site <= b[0].site:
            yield a, b
        if a[0].site >= b[0].site and a is not b:
            yield b, a


def _overlapping(shares: Sequence[Share], span: Span | None) -> Iterator[Pair]:
    """Yield every two shares whose addresses and spans overlap, and one of which writes; also each with itself."""
    by_address = [(share[0].low, share[0].high - 1, share) for share in shares]
    if span is None:
        yield from _sweep(by_address)
        return
    by_span = [(*span(share[0]), share) for share in shares]
    for a, b in _sweep(min(by_span, by_address, key=_size)):
        (least_a, most_a), (least_b, most_b) = span(a[0]), span(b[0])
        if least_a <= most_b and least_b <= most_a and a[0].low < b[0].high and b[0].low < a[0].high:
            yield a, b


def _sweep(reaches: Sequence[tuple[int, int, Share]]) -> Iterator[Pair]:
    """Yield every two whose reaches overlap, and one of which writes; also each with itself."""
    writes: list[tuple[int, Share]] = []
    reads: list[tuple[int, Share]] = []
    for low, high, share in sorted(reaches, key=lambda reach: reach[0]):
        writes = [one for one in writes if one[0] >= low]
        reads = [one for one in reads if one[0] >= low]
        does_write = share[0].site.writes
        (writes if does_write else reads).append((high, share))
        for _, other in writes:
            yield other, share
        if does_write:
            for _, other in reads:
                yield other, share


def _size(reaches: Sequence[tuple[int, int, Share]]) -> int:
    """Return how many overlap: all pairs but those of which one begins behind the end of the other."""
    lows = sorted(low for low, _, _ in reaches)
    return sum(bisect_left(lows, high + 1) for _, high, _ in reaches)
