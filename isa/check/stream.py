"""What a program accesses: families of accesses whose addresses are affine in the counters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from isa.access import Access, accesses
from isa.address import Address
from isa.affine import Piece, UndefinedError, pieces
from isa.check.lattice import Lattice
from isa.check.runs import joined
from isa.check.skeleton import Count, Repeat, Skeleton, counts_before, skeleton_of
from isa.errors import Diagnostic, DlpsimError
from isa.program import Code, Compute, EndLoop, Loop, Move, Program
from isa.target import Target

COMPUTE_UNIT = "compute"
PRIVATE = ("NRAM", "WRAM")
"""The memories that each core has to itself."""


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """An operand of an instruction of the source: `name` is what messages call it, `unit` who serves it."""

    line: int
    column: int
    name: str
    memory: str
    unit: str
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class LoopName:
    """A loop as messages name it: by its counter, or by its line where it has none."""

    counter: str
    line: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The accesses of a site where each counter d is `residues[d] + periods[d]·q[d]`: `size` bytes a row.

    The first row begins at `piece.base` plus the coefficients times q; `axes` repeat it as in `isa.region.Rows`.
    `position` counts the instructions before it, and `slot` is its place in the skeleton.
    """

    site: Site
    loops: tuple[LoopName, ...]
    piece: Piece
    size: int
    axes: tuple[tuple[int, int], ...]
    span: int
    skeleton: Skeleton
    slot: int
    position: Count
    low: int = field(init=False, compare=False)
    high: int = field(init=False, compare=False)
    """Every byte is at `low` or above, and below `high`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.piece.corner(-1)[0])
        object.__setattr__(self, "high", self.piece.corner(1)[0] + self.span)

    @property
    def lattice(self) -> Lattice:
        """All bytes that are touched."""
        loops = zip(self.piece.rounds, self.piece.coefficients, strict=True)
        return Lattice(self.piece.base, self.size, (*self.axes, *loops))

    def counters(self, q: Sequence[int]) -> tuple[int, ...]:
        """Return the counters that `q` stands for."""
        rows = zip(self.piece.residues, self.piece.periods, q, strict=True)
        return tuple(residue + period * value for residue, period, value in rows)

    def address(self, q: Sequence[int]) -> int:
        """Return the address of the first row."""
        return self.piece.base + sum(a * b for a, b in zip(self.piece.coefficients, q, strict=True))


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An instruction that does not say what it accesses, and the memories that it may write."""

    line: int
    column: int
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Traffic:
    """All accesses of a program: each stream with the cores that have it, as a set of bits; and what is unchecked."""

    streams: dict[Stream, int]
    unchecked: frozenset[Unchecked]
    skeletons: tuple[Skeleton, ...]
    """Of each core."""


def traffic_of(program: Program) -> Traffic:
    """Return what `program` accesses. Raises DlpsimError where an address is too involved to tell."""
    streams: dict[Stream, int] = {}
    unchecked: set[Unchecked] = set()
    problems: dict[tuple[int, int], str] = {}
    pool: dict[object, Skeleton] = {}
    found: dict[int, tuple[Skeleton, list[Stream]]] = {}
    skeletons = []
    for core, code in enumerate(program.cores):
        if id(code) not in found:
            found[id(code)] = _streams_of(code, program, pool, unchecked, problems)
        skeleton, streams_here = found[id(code)]
        skeletons.append(skeleton)
        for stream in streams_here:
            streams[stream] = streams.get(stream, 0) | 1 << core
    if problems:
        raise DlpsimError(problems[place] for place in sorted(problems))
    return Traffic(streams, frozenset(unchecked), tuple(skeletons))


def cores_of(bits: int) -> list[int]:
    """Return the cores of a set of bits, ascending."""
    return [core for core in range(bits.bit_length()) if bits >> core & 1]


def _streams_of(
    code: Code,
    program: Program,
    pool: dict[object, Skeleton],
    unchecked: set[Unchecked],
    problems: dict[tuple[int, int], str],
) -> tuple[Skeleton, list[Stream]]:
    items, slots = skeleton_of(code)
    skeleton = pool.setdefault(items, Skeleton(items))
    streams: list[Stream] = []
    positions = _positions(code)
    around: list[Loop] = []
    for index, instruction in enumerate(code):
        if isinstance(instruction, Loop):
            around.append(instruction)
        elif isinstance(instruction, EndLoop):
            around.pop()
        if index not in slots or not isinstance(instruction, Move | Compute):
            continue
        found = accesses(instruction)
        if not found:
            unchecked.add(_unchecked(instruction))
        unit = unit_of(instruction, program.target)
        for access in found:
            try:
                split = _pieces(access.address, tuple(loop.count for loop in around))
            except _Unclear as problem:
                key = (instruction.line, instruction.column)
                problems.setdefault(key, _problem(program, instruction, access, str(problem)))
                continue
            streams += _of_access(access, split, instruction, unit, around, skeleton, slots[index], positions[index])
    return skeleton, streams


def _of_access(
    access: Access,
    split: Sequence[Piece],
    instruction: Move | Compute,
    unit: str,
    around: Sequence[Loop],
    skeleton: Skeleton,
    slot: int,
    position: Count,
) -> Iterator[Stream]:
    site = Site(instruction.line, instruction.column, access.name, access.memory, unit, access.reads, access.writes)
    loops = tuple(LoopName(loop.counter, loop.line) for loop in around)
    rows, span = access.region.rows, access.region.span
    for piece in split:
        yield Stream(site, loops, piece, rows.size, rows.axes, span, skeleton, slot, position)


def unit_of(instruction: Move | Compute, target: Target) -> str:
    """Return which unit of its core serves `instruction`: the compute unit, or the DMA channel of a port."""
    if isinstance(instruction, Compute):
        return COMPUTE_UNIT
    path = (instruction.src, instruction.dst)
    return target.ports.get(path, "->".join(path))


def _unchecked(instruction: Move | Compute) -> Unchecked:
    writes = (instruction.dst,) if isinstance(instruction, Move) else PRIVATE
    return Unchecked(instruction.line, instruction.column, writes)


def _positions(code: Code) -> list[Count]:
    """Return how many instructions are executed before each index; loops themselves do not count."""
    items: list[object] = []
    for instruction in code:
        if isinstance(instruction, Loop):
            items.append(Repeat(instruction.count))
        else:
            items.append(None if isinstance(instruction, EndLoop) else instruction)
    return counts_before(items, [int(not isinstance(one, Loop | EndLoop)) for one in code])


class _Unclear(Exception):  # noqa: N818
    """An address whose values cannot be told."""


@lru_cache(1 << 14)
def _pieces(address: Address, counts: tuple[int, ...]) -> tuple[Piece, ...]:
    try:
        found = pieces(address, counts)
    except UndefinedError as error:
        raise _Unclear(f"divides by zero where the counters are {', '.join(map(str, error.counters))}") from None
    if found is None:
        raise _Unclear("depends on the counters in too involved a way to check")
    return joined(found)


def _problem(program: Program, instruction: Move | Compute, access: Access, problem: str) -> str:
    text = program.text(instruction.line)
    message = f"the address of the {access.name} {problem}"
    hint = "sums of counters times constants can be checked, also with % and // by constants"
    return str(Diagnostic(program.name, message, instruction.line, instruction.column, text, hint))
