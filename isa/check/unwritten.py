"""Reads of bytes that hold nothing yet.

Memories on chip hold nothing at first. DRAM holds what the program never writes: of a tensor that it writes, nothing.
"""

from collections.abc import Collection, Iterator, Sequence

from isa.check.coverage import Gap, gaps
from isa.check.finding import Finding, Kind
from isa.check.intervals import Intervals
from isa.check.lattice import covered
from isa.check.outputs import outputs
from isa.check.pairs import touch
from isa.check.sites import Share
from isa.check.stream import PRIVATE, Site, cores_of
from isa.check.words import counted, figure
from isa.program import Program
from isa.tensors import size_of


def unwritten_reads(program: Program, shares: Sequence[Share], unknown: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each operand that reads bytes which nothing has written before.

    Nothing is said of the memories `unknown`, into which unchecked instructions may write.
    """
    found: dict[Site, list[tuple[Gap, int]]] = {}
    for memory in program.target.memories:
        if memory not in unknown:
            here = [share for share in shares if share[0].site.memory == memory]
            undefined = _undefined_dram(program, here) if memory == "DRAM" else None
            for bits, of_instance in _instances(memory, here, program):
                for gap in gaps(of_instance, undefined, program.target):
                    found.setdefault(gap.stream.site, []).append((gap, bits))
    for site in sorted(found):
        yield _finding(site, found[site])


def _finding(site: Site, found: list[tuple[Gap, int]]) -> Finding:
    cores = set()
    for gap, bits in found:
        cores |= set(cores_of(bits)) if site.memory in PRIVATE else {gap.core}
    first = min((gap for gap, _ in found), key=lambda gap: (gap.core, gap.stream.counters(gap.q)))
    byte, size = first.missing.first, first.missing.size
    what = f"{counted(size, 'byte')} of {site.memory}, the first is {figure(byte)}"
    return Finding(
        Kind.UNWRITTEN,
        f"{what}: nothing has written there before",
        "write there first, and put a 'sync' (a barrier, where another core writes) before this read",
        (touch(first.stream, first.core, first.q),),
        tuple(sorted(cores)),
    )


def _undefined_dram(program: Program, shares: Sequence[Share]) -> Intervals:
    """Return the bytes of DRAM that the program has to write itself."""
    writes = [stream for stream, _ in shares if stream.site.writes]
    written = covered(stream.lattice for stream in writes)
    tensors = ((tensor.address, tensor.address + size_of(tensor)) for tensor in outputs(program, writes))
    return Intervals.union([*written.parts, *tensors])


def _instances(memory: str, shares: Sequence[Share], program: Program) -> Iterator[tuple[int, list[Share]]]:
    """Yield the cores that share an instance of `memory`, as a set of bits, with what they access.

    Cores that do the same in memories of their own come together; the lowest then stands for all.
    """
    size = program.target.cores_per_cluster if memory == "SharedRAM" else program.target.cores
    if memory in PRIVATE:
        yield from _alike(shares)
        return
    for start in range(0, program.target.cores, size):
        members = ((1 << size) - 1) << start
        if here := [(stream, bits & members) for stream, bits in shares if bits & members]:
            yield members, here


def _alike(shares: Sequence[Share]) -> Iterator[tuple[int, list[Share]]]:
    found: dict[tuple[int, ...], int] = {}
    for core in cores_of(_all(shares)):
        has = tuple(index for index, (_, bits) in enumerate(shares) if bits >> core & 1)
        found[has] = found.get(has, 0) | 1 << core
    for has, bits in found.items():
        yield bits, [(shares[index][0], bits & -bits) for index in has]


def _all(shares: Sequence[Share]) -> int:
    bits = 0
    for _, some in shares:
        bits |= some
    return bits
