"""Small random annotated programs, on a few cores: built, not assembled, so that they may reach beyond everything."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from isa.address import Address, Counter, Step
from isa.program import (
    Code,
    Compute,
    EndLoop,
    Instruction,
    Loop,
    Move,
    Operation,
    Place,
    Program,
    Sync,
    Tensor,
    Transfer,
)
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES, Scope

PORTS = {
    ("DRAM", "NRAM"): "dram",
    ("NRAM", "DRAM"): "dram",
    ("DRAM", "SharedRAM"): "dram",
    ("SharedRAM", "NRAM"): "shared",
    ("NRAM", "SharedRAM"): "shared",
    ("NRAM", "WRAM"): "local",
    ("WRAM", "NRAM"): "local",
}
SIZES = {"DRAM": None, "SharedRAM": 48, "NRAM": 40, "WRAM": 24}


def target(clusters: int, cores: int) -> Target:
    return Target("small", SIZES, frozenset(PORTS), frozenset(COMPUTE_TYPES), clusters, cores, PORTS)


@dataclass(frozen=True)
class Term:
    """A multiple of a counter, of its remainder or of its quotient; or of the core."""

    depth: int
    factor: int
    symbol: str = ""
    divisor: int = 1


@dataclass(frozen=True)
class Spot:
    """An address: `base`, so much a core, and terms."""

    base: int
    per_core: int
    terms: tuple[Term, ...]

    def address(self, core: int, depth: int) -> Address:
        steps: list[Step] = [self.base + self.per_core * core]
        for term in self.terms:
            if term.depth < depth:
                steps.append(Counter(term.depth))
                if term.symbol:
                    steps += [term.divisor, term.symbol]
                steps += [term.factor, "*", "+"]
        return Address(tuple(steps))


places = st.builds(
    Spot,
    st.integers(-1, 24) | st.sampled_from((0, 8, 16)),
    st.sampled_from((0, 0, 4, 8)),
    st.lists(
        st.builds(
            Term,
            st.integers(0, 1),
            st.sampled_from((2, 4, 4, 8, -3)),
            st.sampled_from(("", "", "%", "//")),
            st.integers(2, 3),
        ),
        max_size=2,
    ).map(tuple),
)


@dataclass(frozen=True)
class Line:
    """A line before it is known which core takes it. `skipped_by` are cores that do not."""

    path: tuple[str, str]
    sizes: tuple[int, int, int, int]
    places: tuple[Spot, ...]
    operation: str
    skipped_by: frozenset[int]

    def built(self, core: int, depth: int, line: int) -> Instruction:
        first, second, third = (place.address(core, depth) for place in self.places)
        rows, size, gap, more = self.sizes
        if not self.operation:
            strides = (rows, size + gap, size + more) if rows > 1 else (1, 0, 0)
            transfer = Transfer(first, second, *strides)
            return Move(*self.path, size, line, 1, transfer)
        result, operand = Place("NRAM", first), Place("NRAM", second)
        if self.operation == "matmul":
            options = ("acc",) if gap else ()
            operands = (result, operand, Place("WRAM", third))
            return Compute("MAC_8", 1, line, 1, Operation("matmul", operands, (1, size, 1, size, 1, 1), options))
        return Compute("MAX_8", 1, line, 1, Operation("relu", (result, operand), (rows, size, size + gap, size + more)))


lines = st.builds(
    Line,
    st.sampled_from(sorted(PORTS)),
    st.tuples(st.integers(1, 2), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(places, places, places),
    st.sampled_from(("", "", "relu", "matmul")),
    st.frozensets(st.integers(0, 7), max_size=2),
)


@dataclass(frozen=True)
class Round:
    """A loop; in loops without barriers `extra` cores do one iteration more."""

    count: int
    body: tuple["Part", ...]
    extra: frozenset[int]

    @property
    def has_barrier(self) -> bool:
        return any(
            part in (Scope.CLUSTER, Scope.CHIP) or (isinstance(part, Round) and part.has_barrier) for part in self.body
        )


@dataclass(frozen=True)
class Wait:
    """A `sync` that some cores do not have."""

    skipped_by: frozenset[int]


Part = Line | Round | Scope | Wait

waits = st.builds(Wait, st.just(frozenset()) | st.frozensets(st.integers(0, 7), max_size=2))
simple = st.one_of(lines, lines, lines, lines, waits, st.sampled_from(Scope))
counts = st.sampled_from((0, 1, 2, 3, 4, 5))
none = st.frozensets(st.integers(0, 7), max_size=1)
inner = st.builds(Round, counts, st.lists(simple, min_size=1, max_size=3).map(tuple), none)
outer = st.builds(Round, counts, st.lists(simple | inner, min_size=1, max_size=4).map(tuple), none)
bodies = st.lists(simple | outer, min_size=2, max_size=8)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program; its barriers can always be released."""
    clusters, cores = draw(st.sampled_from(((1, 1), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 4))))
    on = target(clusters, cores)
    body = draw(bodies)
    renamed = draw(st.sampled_from((None, None, None, 0)))
    codes = tuple(code_of(body, core, renamed == core and on.cores > 1) for core in range(on.cores))
    tensors = draw(st.lists(st.tuples(st.sampled_from(("DRAM", "DRAM", "NRAM")), st.integers(4, 20)), max_size=4))
    return Program("random.asm", (), codes, {}, on, (tuple(placed(tensors)),) * on.cores)


def placed(sizes: Sequence[tuple[str, int]]) -> list[Tensor]:
    at = {"DRAM": 0, "NRAM": 4}
    found = []
    for index, (memory, size) in enumerate(sizes):
        found.append(Tensor(f"t{index}", memory, "i8", (size,), at[memory], 900 + index))
        at[memory] += size + index
    return found


def code_of(body: Sequence[Part], core: int, is_renamed: bool) -> Code:
    """Return the code of one core; a renamed core has its barriers in lines of their own."""
    code: list[Instruction] = []
    _append(code, body, core, 0, [0], 500 if is_renamed else 0)
    return tuple(code)


def _append(code: list[Instruction], body: Sequence[Part], core: int, depth: int, line: list[int], shift: int) -> None:
    for part in body:
        line[0] += 1
        match part:
            case Scope():
                code.append(Sync(part, line[0] + (shift if part is not Scope.CORE else 0), 1))
            case Wait(skipped_by):
                if core not in skipped_by:
                    code.append(Sync(Scope.CORE, line[0], 1))
            case Line(skipped_by=skipped_by):
                if core not in skipped_by:
                    code.append(part.built(core, depth, line[0]))
            case Round(count, inner_body, extra):
                start, first = len(code), line[0]
                code.append(Loop(0, 0, first, 1))
                _append(code, inner_body, core, depth + 1, line, shift)
                count += core in extra and not part.has_barrier
                code[start] = Loop(count, len(code), first, 1, "ij"[depth])
                line[0] += 1
                code.append(EndLoop(start, line[0], 1))
