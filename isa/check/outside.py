"""Accesses beyond their memory, or beyond the tensor in which they begin."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from isa.check.finding import MOST_TIMES, Finding, Kind, Touch
from isa.check.overlap import Box, solutions, whole
from isa.check.pairs import touch
from isa.check.reach import Budget, reaches
from isa.check.sites import Share
from isa.check.stream import Site, Stream, cores_of
from isa.check.words import bytes_text, figure
from isa.program import Program, Tensor
from isa.tensors import end_of


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


@dataclass(frozen=True, slots=True, order=True)
class _Limit:
    """What an access leaves: its memory (`tensor` is empty), a tensor, or all tensors (`is_stray`).

    `last` is the last byte that is good; of an unlimited memory -1.
    """

    tensor: str
    last: int
    is_stray: bool = False


def outside(program: Program, shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield each operand that reaches beyond its memory, and beyond each tensor in which it begins.

    Where there are tensors in DRAM, each access of DRAM is to begin in one.
    """
    found: dict[tuple[Site, _Limit], list[_Bad]] = {}
    tensors = [_by_memory(of_core) for of_core in program.tensors] or [{}] * program.target.cores
    for stream, bits in shares:
        for core in cores_of(bits):
            here = tensors[core].get(stream.site.memory, ())
            for limit, bad in (*_beyond_memory(program, stream, core), *_beyond_tensors(here, stream, core)):
                if bad.low <= bad.high and bad.holds(whole(stream)):
                    found.setdefault((stream.site, limit), []).append(bad)
    for site, limit in sorted(found):
        yield _finding(limit, found[site, limit])


def _by_memory(tensors: Sequence[Tensor]) -> dict[str, list[Tensor]]:
    """Return the tensors of each memory, by address."""
    found: dict[str, list[Tensor]] = {}
    for tensor in sorted(tensors, key=_address):
        found.setdefault(tensor.memory, []).append(tensor)
    return found


def _address(tensor: Tensor) -> int:
    return tensor.address


def _beyond_memory(program: Program, stream: Stream, core: int) -> Iterator[tuple[_Limit, _Bad]]:
    memory = stream.site.memory
    size = program.target.memories.get(memory)
    last = -1 if size is None else size - 1
    yield _Limit("", last), _Bad(stream, core, stream.low, -1)
    if size is not None:
        yield _Limit("", last), _Bad(stream, core, max(0, size - stream.span + 1), stream.high)


def _beyond_tensors(tensors: Sequence[Tensor], stream: Stream, core: int) -> Iterator[tuple[_Limit, _Bad]]:
    """Yield what lies beyond the tensors of the stream's memory, which come by address: those that it may reach."""
    is_dram = stream.site.memory == "DRAM"
    first = max(bisect_right(tensors, stream.low, key=_address) - 1, 0)
    behind = end_of(tensors[first - 1]) if first else 0  # the tensor before
    for tensor in tensors[first : bisect_left(tensors, stream.high, key=_address) + 1]:
        end = end_of(tensor)
        if stream.high > end and stream.low < end:
            limit = _Limit(tensor.name, end - 1)
            yield limit, _Bad(stream, core, max(tensor.address, end - stream.span + 1), end - 1)
        if is_dram:
            yield _Limit("", 0, is_stray=True), _Bad(stream, core, behind, tensor.address - 1)
        behind = end
    if tensors and is_dram:
        yield _Limit("", 0, is_stray=True), _Bad(stream, core, behind, stream.high)


def _finding(limit: _Limit, found: Sequence[_Bad]) -> Finding:
    core = min(bad.core for bad in found)
    at = {
        bad.stream.counters(q): (bad.stream, q)
        for bad in found
        if bad.core == core
        for q in islice(solutions(whole(bad.stream), bad.holds), MOST_TIMES)
    }
    stream, q = at[min(at)]
    first = touch(stream, core, q)
    cores = tuple(sorted({bad.core for bad in found}))
    advice = "check the address, the size and the number of iterations"
    return Finding(Kind.OUTSIDE, _message(limit, first), advice, (first,), cores, min(len(at), MOST_TIMES))


def _message(limit: _Limit, first: Touch) -> str:
    reach = bytes_text(first.address, first.span)
    if limit.is_stray:
        return f"{reach} of {first.memory} begin in no tensor"
    if not limit.tensor:
        holds = "has no negative addresses" if first.address < 0 else f"holds {figure(limit.last + 1)} bytes"
        return f"{reach} are beyond {first.memory}, which {holds}"
    over = first.address + first.span - 1 - limit.last
    return f"{reach} begin in {limit.tensor} and go {figure(over)} beyond its last byte, {figure(limit.last)}"
