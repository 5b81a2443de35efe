"""Accesses beyond their memory, or beyond the tensor in which they begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from isa.check.finding import MOST_TIMES, Finding, Kind
from isa.check.overlap import Box, solutions, whole
from isa.check.pairs import touch
from isa.check.reach import Budget, reaches
from isa.check.sites import Share
from isa.check.stream import Site, Stream, cores_of
from isa.check.words import bytes_text, figure
from isa.program import Program, Tensor
from isa.tensors import size_of


@dataclass(frozen=True, slots=True)
class _Bad:
    """Accesses of one stream that begin where they must not: between `low` and `high`, both included."""

    stream: Stream
    core: int
    low: int
    high: int

    def holds(self, box: Box) -> bool:
        """Whether there is one in a box."""
        stream = self.stream
        base = stream.address([low for low, _ in box])
        terms = ((factor, high - low) for factor, (low, high) in zip(stream.piece.coefficients, box, strict=True))
        return reaches(terms, self.low - base, self.high - base, Budget())


def outside(program: Program, shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield each operand that reaches beyond its memory, and beyond each tensor in which it begins."""
    found: dict[tuple[Site, Tensor | None], list[_Bad]] = {}
    for stream, bits in shares:
        for core in cores_of(bits):
            for tensor, bad in _bad(program, stream, core):
                if bad.low <= bad.high and bad.holds(whole(stream)):
                    found.setdefault((stream.site, tensor), []).append(bad)
    for (site, tensor), all_ in sorted(
        found.items(), key=lambda item: (item[0][0], (item[0][1] and item[0][1].address) or -1)
    ):
        yield _finding(program, site, tensor, all_)


def _bad(program: Program, stream: Stream, core: int) -> Iterator[tuple[Tensor | None, _Bad]]:
    size = program.target.memories.get(stream.site.memory)
    yield None, _Bad(stream, core, stream.low, -1)
    if size is not None:
        yield None, _Bad(stream, core, max(0, size - stream.span + 1), stream.high)
    for tensor in program.tensors[core] if program.tensors else ():
        end = tensor.address + size_of(tensor)
        if tensor.memory == stream.site.memory and stream.high > end and stream.low < end:
            yield tensor, _Bad(stream, core, max(tensor.address, end - stream.span + 1), end - 1)


def _finding(program: Program, site: Site, tensor: Tensor | None, found: Sequence[_Bad]) -> Finding:
    core = min(bad.core for bad in found)
    at = {
        bad.stream.counters(q): (bad.stream, q)
        for bad in found
        if bad.core == core
        for q in islice(solutions(whole(bad.stream), bad.holds), MOST_TIMES)
    }
    stream, q = at[min(at)]
    first = touch(stream, core, q)
    reach = bytes_text(first.address, first.span)
    if tensor is None:
        size = program.target.memories.get(site.memory)
        limit = "has no negative addresses" if first.address < 0 else f"holds {figure(size or 0)} bytes"
        message = f"{reach} are beyond {site.memory}, which {limit}"
    else:
        end = tensor.address + size_of(tensor)
        over = first.address + first.span - end
        message = f"{reach} begin in {tensor.name} and go {figure(over)} beyond its last byte, {figure(end - 1)}"
    cores = tuple(sorted({bad.core for bad in found}))
    advice = "check the address, the size and the number of iterations"
    return Finding(Kind.OUTSIDE, message, advice, (first,), cores, min(len(at), MOST_TIMES))
