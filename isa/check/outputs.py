"""What a program leaves in DRAM: bytes of its outputs that are never stored, or stored twice."""

from collections.abc import Iterable, Iterator, Sequence

from isa.check.finding import Finding, Kind, Touch
from isa.check.intervals import Intervals
from isa.check.lattice import covered
from isa.check.neighbours import neighbours
from isa.check.overlap import Link, Links, count_link
from isa.check.pairs import common_bytes, meeting
from isa.check.reach import Budget, reaches
from isa.check.relation import FAR
from isa.check.sites import Share, are_found, by_site, pairs_of_cores, scopes_of, streams_on
from isa.check.skeleton import Count
from isa.check.stream import Site, Stream
from isa.check.words import figure
from isa.program import Program, Tensor
from isa.tensors import size_of
from isa.vocabulary import DTYPE_BYTES, Scope


def begins_in(stream: Stream, low: int, high: int) -> bool:
    """Whether an access of the stream begins at `low` or above, and below `high`."""
    terms = (
        (factor, rounds - 1) for factor, rounds in zip(stream.piece.coefficients, stream.piece.rounds, strict=True)
    )
    return reaches(terms, low - stream.piece.base, high - 1 - stream.piece.base, Budget())


def outputs(program: Program, writes: Iterable[Stream]) -> list[Tensor]:
    """Return the tensors in DRAM in which an access of `writes` begins."""
    streams = list(writes)
    return [
        tensor
        for tensor in program.dram_tensors
        if any(begins_in(stream, tensor.address, tensor.address + size_of(tensor)) for stream in streams)
    ]


def unstored(program: Program, shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield the outputs some bytes of which are never stored; `shares` access DRAM."""
    writes = [stream for stream, _ in shares if stream.site.writes]
    found = outputs(program, writes)
    written = covered(stream.lattice for stream in writes) if found else Intervals()
    for tensor in found:
        whole = Intervals([(tensor.address, tensor.address + size_of(tensor))])
        if missing := whole - written:
            yield Finding(
                Kind.UNSTORED,
                f"{figure(missing.size)} of the {figure(whole.size)} bytes of {tensor.name} are never stored, "
                f"the first at {element(tensor, missing.first)}",
                "store them, or make the tensor smaller",
                (Touch(tensor.line, 0, 0, memory="DRAM", address=missing.first),),
                (),
            )


def stored_twice(program: Program, shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield the pairs of stores of the same bytes, in outputs that the program never reads; `shares` access DRAM."""
    writes = [share for share in shares if share[0].site.writes]
    reads = [stream for stream, _ in shares if stream.site.reads]
    intermediate = {tensor.name for tensor in outputs(program, reads)}
    sites = by_site(writes)
    for tensor in outputs(program, [stream for stream, _ in writes]):
        if tensor.name in intermediate:
            continue
        found = _double(program, tensor, writes)
        for first, second in sorted(found):
            yield _twice(tensor, (sites[first], sites[second]), found[first, second])


def element(tensor: Tensor, byte: int) -> str:
    """Return the element of a tensor that holds a byte, such as `y[3, 0]`; of a compressed one, the byte."""
    if tensor.compression > 1:
        return f"its byte {figure(byte - tensor.address)}"
    index = (byte - tensor.address) // DTYPE_BYTES[tensor.dtype]
    indices: list[int] = []
    for count in reversed(tensor.shape):
        indices.insert(0, index % count)
        index //= count
    return f"{tensor.name}[{', '.join(map(str, indices))}]"


def _double(program: Program, tensor: Tensor, writes: Sequence[Share]) -> dict[tuple[Site, Site], set[tuple[int, int]]]:
    """Return which sites store the same bytes of `tensor`, and the pairs of cores on which they do."""
    found: dict[tuple[Site, Site], set[tuple[int, int]]] = {}
    here = [share for share in writes if begins_in(share[0], tensor.address, tensor.address + size_of(tensor))]
    for scope in scopes_of(tensor.memory):
        for a, b in neighbours(here, scope, program.target):
            relation = _Within(tensor, is_itself=a[0].site == b[0].site and scope is Scope.CORE)
            if are_found(a[0], b[0], relation):
                found.setdefault((a[0].site, b[0].site), set()).update(pairs_of_cores(a, b, scope, program.target))
    return found


def _twice(tensor: Tensor, sides: tuple[list[Share], list[Share]], pairs: set[tuple[int, int]]) -> Finding:
    cores = min(pairs)
    streams = streams_on(cores[0], sides[0]), streams_on(cores[1], sides[1])
    relation = _Within(tensor, is_itself=cores[0] == cores[1] and streams[0][0].site == streams[1][0].site)
    found = meeting(*streams, cores, relation)
    return Finding(
        Kind.TWICE,
        f"{common_bytes(tensor.memory, found)} are stored twice, in {tensor.name}, "
        f"the first at {element(tensor, found.common.first)}",
        "store each result once: let the addresses advance with the loop counters, and differ between cores",
        found.touches,
        tuple(sorted({core for pair in pairs for core in pair})),
        found.times,
    )


class _Within:
    """Both begin in a tensor. Of the accesses of one site on one core, the first is the earlier: `is_itself`."""

    def __init__(self, tensor: Tensor, is_itself: bool) -> None:
        self._tensor = tensor
        self._is_itself = is_itself

    def may_hold(self, a: Stream, b: Stream) -> bool:
        """Compare where the streams begin and end."""
        low, high = self._tensor.address, self._tensor.address + size_of(self._tensor)
        return max(a.low, b.low) < high and min(a.high, b.high) > low

    def links(self, a: Stream, b: Stream) -> Iterator[Links]:
        """Yield the alternatives: of one site on one core, each loop may be the first whose counters differ."""
        inside = _begin_links(self._tensor, a, b)
        if not self._is_itself:
            yield inside
            return
        depths = range(len(a.loops))
        for depth in depths:
            counts = [Count(0, tuple(int(other == at) for other in depths)) for at in range(depth + 1)]
            equal = tuple(count_link((a, counts[at]), (b, counts[at]), 0, 0) for at in range(depth))
            later = count_link((a, counts[depth]), (b, counts[depth]), 1, FAR)
            yield (*inside, *equal, later)


def _begin_links(tensor: Tensor, a: Stream, b: Stream) -> Links:
    """Return the links that both begin in `tensor`, where they do not anyway."""
    begin, last = tensor.address, tensor.address + size_of(tensor) - 1
    links = []
    for stream, is_first in ((a, True), (b, False)):
        if begin <= stream.low and stream.high - stream.span <= last:
            continue
        factors = stream.piece.coefficients
        first = tuple(-factor for factor in factors) if is_first else (0,) * len(a.loops)
        second = (0,) * len(b.loops) if is_first else factors
        links.append(Link(first, second, begin - stream.piece.base, last - stream.piece.base))
    return tuple(links)
