"""All that a program accesses: streams, told apart by what reads and writes where, each with the cores that have it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from isa.access import Access, accesses
from isa.address import Address
from isa.affine import Piece, UndefinedError, pieces
from isa.check.runs import joined
from isa.check.skeleton import Count, Repeat, Skeleton, counts_before, skeleton_of
from isa.check.stream import PRIVATE, LoopName, Site, Stream
from isa.errors import Diagnostic, DlpsimError
from isa.program import Code, Compute, EndLoop, Loop, Move, Program
from isa.target import Target

COMPUTE_UNIT = "compute"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An instruction that does not say what it accesses, and the memories that it may write."""

    line: int
    column: int
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Traffic:
    """All accesses of a program: each stream with the cores that have it, as a set of bits.

    `unchecked` are the instructions of which nothing is known; `skeletons` has that of each core.
    """

    streams: dict[Stream, int]
    unchecked: frozenset[Unchecked]
    skeletons: tuple[Skeleton, ...]


def traffic_of(program: Program) -> Traffic:
    """Return what `program` accesses. Raises DlpsimError where an address is too involved to tell."""
    reader = _Reader(program)
    streams: dict[Stream, int] = {}
    skeletons = []
    found: dict[int, tuple[Skeleton, list[Stream]]] = {}
    for core, code in enumerate(program.cores):
        if id(code) not in found:
            found[id(code)] = reader.read(code)
        skeleton, streams_here = found[id(code)]
        skeletons.append(skeleton)
        for stream in streams_here:
            streams[stream] = streams.get(stream, 0) | 1 << core
    if reader.problems:
        raise DlpsimError(reader.problems[place] for place in sorted(reader.problems))
    return Traffic(streams, frozenset(reader.unchecked), tuple(skeletons))


def unit_of(instruction: Move | Compute, target: Target) -> str:
    """Return which unit of its core serves `instruction`: the compute unit, or the DMA channel of a port."""
    if isinstance(instruction, Compute):
        return COMPUTE_UNIT
    path = (instruction.src, instruction.dst)
    return target.ports.get(path, "->".join(path))


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the accesses of an instruction share: the loops around it, and when it comes."""

    around: tuple[Loop, ...]
    skeleton: Skeleton
    slot: int
    position: Count


class _Reader:
    """Reads codes; `problems` are the addresses that are too involved, by line and column."""

    def __init__(self, program: Program) -> None:
        self.unchecked: set[Unchecked] = set()
        self.problems: dict[tuple[int, int], str] = {}
        self._program = program
        self._skeletons: dict[object, Skeleton] = {}

    def read(self, code: Code) -> tuple[Skeleton, list[Stream]]:
        """Return the skeleton and the streams of a code; equal skeletons are one object."""
        items, slots = skeleton_of(code)
        skeleton = self._skeletons.setdefault(items, Skeleton(items))
        streams: list[Stream] = []
        positions = _positions(code)
        around: list[Loop] = []
        for index, instruction in enumerate(code):
            if isinstance(instruction, Loop):
                around.append(instruction)
            elif isinstance(instruction, EndLoop):
                around.pop()
            elif isinstance(instruction, Move | Compute) and index in slots:
                setting = _Setting(tuple(around), skeleton, slots[index], positions[index])
                streams += self._streams(instruction, setting)
        return skeleton, streams

    def _streams(self, instruction: Move | Compute, setting: _Setting) -> Iterator[Stream]:
        found = accesses(instruction)
        if not found:
            writes = (instruction.dst,) if isinstance(instruction, Move) else PRIVATE
            self.unchecked.add(Unchecked(instruction.line, instruction.column, writes))
        place = (instruction.line, instruction.column)
        unit = unit_of(instruction, self._program.target)
        loops = tuple(LoopName(loop.counter, loop.line) for loop in setting.around)
        for access in found:
            site = Site(*place, access.name, access.memory, unit, access.reads, access.writes)
            rows, span = access.region.rows, access.region.span
            for piece in self._pieces(access, setting, place):
                yield Stream(
                    site, loops, piece, rows.size, rows.axes, span, setting.skeleton, setting.slot, setting.position
                )

    def _pieces(self, access: Access, setting: _Setting, place: tuple[int, int]) -> Sequence[Piece]:
        try:
            return _pieces(access.address, tuple(loop.count for loop in setting.around))
        except _UnclearError as problem:
            line, column = place
            message = f"the address of the {access.name} {problem}"
            hint = "sums of counters times constants can be checked, also with % and // by constants"
            diagnostic = Diagnostic(self._program.name, message, line, column, self._program.text(line), hint)
            self.problems.setdefault(place, str(diagnostic))
            return ()


def _positions(code: Code) -> list[Count]:
    """Return how many instructions are executed before each index; loops themselves do not count."""
    items: list[object] = []
    for instruction in code:
        if isinstance(instruction, Loop):
            items.append(Repeat(instruction.count))
        else:
            items.append(None if isinstance(instruction, EndLoop) else instruction)
    return counts_before(items, [int(not isinstance(one, Loop | EndLoop)) for one in code])


class _UnclearError(Exception):
    """An address whose values cannot be told."""


@lru_cache(1 << 14)
def _pieces(address: Address, counts: tuple[int, ...]) -> tuple[Piece, ...]:
    try:
        found = pieces(address, counts)
    except UndefinedError as error:
        raise _UnclearError(f"divides by zero where the counters are {', '.join(map(str, error.counters))}") from None
    if found is None:
        raise _UnclearError("depends on the counters in too involved a way to check")
    return joined(found)
