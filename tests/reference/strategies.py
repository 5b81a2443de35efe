"""Random machines and random programs for them, as Hypothesis strategies: small, crowded and ragged.

Machines have up to eight cores and four ports that share out the paths in any way; they lean towards shared ports,
slow beats and shallow queues. Programs are built as instructions, not as text, so that every core can run other code;
their costs are bounded by a budget, so that the reference model finishes each within a few thousand cycles.
"""

from dataclasses import dataclass, replace
from itertools import permutations

from hypothesis import strategies as st

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, PortConfig
from isa.program import Code, Program
from isa.vocabulary import COMPUTE_TYPES, MEMORIES, Scope
from tests.reference import build

PATHS = tuple(permutations(MEMORIES, 2))
"""Every path that a machine can have."""

CHIPS = ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (3, 1), (3, 2), (2, 3), (2, 4), (1, 8))
"""Clusters, and cores of each."""

BEATS = st.one_of(st.integers(1, 4), st.integers(1, 4), st.integers(1, 30))
"""Beats of a move: many, so that others come and go while it lasts."""


@st.composite
def ports(draw: st.DrawFn, name: str, paths: tuple[tuple[str, str], ...]) -> PortConfig:
    """A port that carries `paths`."""
    return PortConfig(
        name=name,
        scope=draw(st.sampled_from([Scope.CHIP, Scope.CLUSTER, Scope.CHIP, Scope.CORE])),
        beat_bytes=draw(st.sampled_from([1, 2, 3, 7, 16, 64])),
        beat_cycles=draw(st.integers(1, 5)),
        setup=draw(st.sampled_from([0, 0, 1, 2, 5])),
        latency=draw(st.sampled_from([0, 0, 1, 3, 12])),
        paths=paths,
    )


@st.composite
def machines(draw: st.DrawFn, chips: tuple[tuple[int, int], ...] = CHIPS) -> MachineConfig:
    """A machine: its paths are dealt to one to four ports, so that a port may carry any mixture of them."""
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=len(PATHS), unique=True))
    hands: dict[int, list[tuple[str, str]]] = {}
    count = draw(st.integers(1, 4))
    for path in paths:
        hands.setdefault(draw(st.integers(0, count - 1)), []).append(path)
    clusters, cores = draw(st.sampled_from(chips))
    types = draw(st.lists(st.sampled_from(COMPUTE_TYPES), min_size=1, max_size=3, unique=True))
    return MachineConfig(
        name="random",
        clock_ghz=1.0,
        clusters=clusters,
        cores=cores,
        memories=dict.fromkeys(MEMORIES),
        ports=tuple(draw(ports(f"port{number}", tuple(hand))) for number, hand in sorted(hands.items())),
        decoder=DecoderConfig(draw(st.sampled_from([0, 0, 1, 2, 3])), draw(st.sampled_from([1, 1, 2, 3, 4, 64]))),
        compute=ComputeConfig(
            setup=draw(st.sampled_from([0, 0, 1, 4])),
            latency=draw(st.sampled_from([0, 0, 2, 12])),
            rate={each: draw(st.integers(1, 8)) for each in types},
        ),
    )


@dataclass(frozen=True)
class Piece:
    """A stretch of code and an upper bound of the cycles that it takes a core that is alone on its chip."""

    code: Code
    cost: int


@st.composite
def moves(draw: st.DrawFn, machine: MachineConfig, path: tuple[str, str] | None = None) -> Piece:
    """A move of a few beats, now and then of many, the last of any width; some are strided."""
    path = path or draw(st.sampled_from([path for port in machine.ports for path in port.paths]))
    port = machine.port_of[path]
    beats, rows = draw(BEATS), draw(st.sampled_from([1, 1, 1, 2, 3]))
    size = beats * port.beat_bytes - draw(st.integers(0, port.beat_bytes - 1))
    cost = machine.decoder.cycles + port.setup + rows * beats * port.beat_cycles + port.latency
    return Piece(build.move("->".join(path), size, rows), cost)


@st.composite
def computes(draw: st.DrawFn, machine: MachineConfig) -> Piece:
    """A compute of one to nine cycles, the last with any number of operations."""
    type_, rate = draw(st.sampled_from(sorted(machine.compute.rate.items())))
    cycles = draw(st.integers(1, 9))
    num = cycles * rate - draw(st.integers(0, rate - 1))
    cost = machine.decoder.cycles + machine.compute.setup + cycles + machine.compute.latency
    return Piece(build.compute(type_, num), cost)


@st.composite
def loops(draw: st.DrawFn, machine: MachineConfig, budget: int, body: st.SearchStrategy[Piece]) -> Piece:
    """A loop that keeps to `budget`: mostly one that runs a few times, now and then one that runs often."""
    inner = draw(body)
    once = inner.cost + machine.decoder.cycles
    most = min(budget // max(once, 1), 100)
    count = draw(st.one_of(st.integers(0, min(most, 4)), st.integers(0, most)))
    return Piece(build.loop(count, inner.code), machine.decoder.cycles + count * once)


@st.composite
def stretches(draw: st.DrawFn, machine: MachineConfig, budget: int, depth: int = 2) -> Piece:
    """What one core does on its own: moves, computes, syncs and loops, at most `budget` cycles if it is alone."""
    pieces: list[Piece] = []
    left = budget
    for _ in range(draw(st.integers(0, 6))):
        nested = [loops(machine, left, stretches(machine, left // 2, depth - 1))] if depth else []
        piece = draw(st.one_of(moves(machine), moves(machine), computes(machine), _core_sync(machine), *nested))
        if piece.cost <= left:
            pieces.append(piece)
            left -= piece.cost
    return _joined(pieces)


@st.composite
def chip_pieces(draw: st.DrawFn, machine: MachineConfig, budget: int, depth: int = 1) -> tuple[Piece, ...]:
    """What each core does: their own stretches between barriers that all meet in the same order.

    A loop around barriers runs equally often on every core.
    """
    cores = machine.total_cores
    parts: list[tuple[Piece, ...]] = []
    for _ in range(draw(st.integers(1, 3))):
        share = max(budget // 3, 1)
        kind = draw(st.sampled_from(["own", "same", "own", "barrier", "loop"]))
        if kind == "own":
            parts.append(tuple(draw(stretches(machine, share)) for _ in range(cores)))
        elif kind == "same":
            parts.append((draw(stretches(machine, share)),) * cores)
        elif kind == "barrier":
            parts.append((_sync(machine, draw(st.sampled_from(Scope))),) * cores)
        elif depth:
            inner = draw(chip_pieces(machine, share, depth - 1))
            once = max(piece.cost for piece in inner) + machine.decoder.cycles
            count = draw(st.integers(0, min(max(share // max(once, 1), 1), 6)))
            parts.append(
                tuple(
                    Piece(build.loop(count, piece.code), count * (piece.cost + machine.decoder.cycles))
                    for piece in inner
                )
            )
    return tuple(_joined([part[core] for part in parts]) for core in range(cores))


@st.composite
def runs(
    draw: st.DrawFn, chips: tuple[tuple[int, int], ...] = CHIPS, budget: int = 3000
) -> tuple[Program, MachineConfig]:
    """A machine and a program that ends on it. `budget` bounds the cycles that all cores need one after the other."""
    machine = draw(machines(chips))
    pieces = draw(chip_pieces(machine, budget // machine.total_cores))
    return build.program(machine, *(piece.code for piece in pieces)), machine


@st.composite
def long_runs(
    draw: st.DrawFn, chips: tuple[tuple[int, int], ...] = ((1, 1), (1, 2), (2, 1), (1, 3))
) -> tuple[Program, MachineConfig]:
    """A run of few cores through a loop of their own that goes round often, in step with the others or not."""
    machine = draw(machines(chips))
    codes = []
    for _ in range(machine.total_cores):
        start, body = draw(stretches(machine, 30, depth=0)), draw(stretches(machine, 60, depth=1))
        count = draw(st.integers(1, max(1200 // machine.total_cores // max(body.cost, 10), 1)))
        codes.append(build.sequence(start.code, build.loop(count, body.code)))
    return build.program(machine, *codes), machine


@st.composite
def periodic_runs(draw: st.DrawFn, budget: int = 4000) -> tuple[Program, MachineConfig]:
    """A run whose cores go round a loop often, all of them equally often, and now and then in a loop around it.

    They meet at barriers in the loop, contend there, or are out of step: each body takes a time of its own.
    """
    machine = draw(machines())
    cores = range(machine.total_cores)
    small = 60 // machine.total_cores
    before, body = draw(chip_pieces(machine, small)), draw(chip_pieces(machine, small, depth=0))
    between, after = draw(chip_pieces(machine, small, depth=0)), draw(chip_pieces(machine, small))
    if draw(st.booleans()):
        path = machine.ports[0].paths[0]
        body = tuple(_joined([draw(moves(machine, path)), piece]) for piece in body)
    if draw(st.booleans()):
        body = tuple(_joined([piece, _sync(machine, Scope.CHIP)]) for piece in body)
    outer = draw(st.sampled_from([1, 1, 1, 2, 7]))
    cost = sum(piece.cost + machine.decoder.cycles for piece in body)
    inner = draw(st.integers(1, max(budget // outer // max(cost, 10), 1)))
    codes = [
        build.sequence(
            before[core].code,
            build.loop(outer, build.loop(inner, body[core].code), between[core].code),
            after[core].code,
        )
        for core in cores
    ]
    return build.program(machine, *codes), machine


@st.composite
def drifting_runs(draw: st.DrawFn, budget: int = 800) -> tuple[Program, MachineConfig]:
    """A run whose cores go round loops of next to nothing, in loops of their own counts, and so out of step."""
    machine = draw(machines(((1, 2), (2, 1), (1, 3))))
    shallow = draw(st.sampled_from([1, 1, 2, machine.decoder.queue_depth]))
    machine = replace(machine, decoder=replace(machine.decoder, queue_depth=shallow))
    step = st.one_of(computes(machine), computes(machine), moves(machine))
    codes = []
    for _ in range(machine.total_cores):
        inner, beside = draw(step), draw(st.one_of(st.just(_joined([])), step))
        turns = draw(st.integers(1, 7))
        outer = budget // (turns * inner.cost + beside.cost) + draw(st.integers(1, 9))
        codes.append(build.loop(outer, build.loop(turns, inner.code), beside.code))
    return build.program(machine, *codes), machine


@st.composite
def contending_runs(
    draw: st.DrawFn, chips: tuple[tuple[int, int], ...] = tuple(chip for chip in CHIPS if chip[0] * chip[1] > 1)
) -> tuple[Program, MachineConfig]:
    """A run in which several cores ask the same slow port again and again."""
    machine = draw(machines(chips))
    shared = replace(machine.ports[0], scope=Scope.CHIP)
    machine = replace(machine, ports=(shared, *machine.ports[1:]))
    path = "->".join(shared.paths[0])
    codes = []
    for _ in range(machine.total_cores):
        first = draw(stretches(machine, 30, depth=0))
        size = draw(BEATS) * shared.beat_bytes
        again = build.loop(draw(st.integers(1, 4)), build.move(path, size), draw(stretches(machine, 30, depth=0)).code)
        codes.append(build.sequence(first.code, again))
    return build.program(machine, *codes), machine


@st.composite
def barrier_runs(draw: st.DrawFn) -> tuple[Program, MachineConfig]:
    """A run whose cores meet barriers of either kind in orders of their own: many can never end."""
    machine = draw(machines())
    step = st.one_of(
        st.sampled_from([_sync(machine, Scope.CLUSTER), _sync(machine, Scope.CHIP)]),
        st.sampled_from([_sync(machine, Scope.CLUSTER), _sync(machine, Scope.CHIP)]),
        computes(machine),
        moves(machine),
    )
    common = draw(st.lists(step, max_size=4))
    codes = []
    for _ in range(machine.total_cores):
        own = draw(st.one_of(st.just(common), st.just(common), st.lists(step, max_size=4)))
        codes.append(_joined(own).code)
    return build.program(machine, *codes), machine


def _core_sync(machine: MachineConfig) -> st.SearchStrategy[Piece]:
    return st.just(_sync(machine, Scope.CORE))


def _sync(machine: MachineConfig, scope: Scope) -> Piece:
    return Piece(build.sync(scope), machine.decoder.cycles)


def _joined(pieces: list[Piece]) -> Piece:
    return Piece(build.sequence(*(piece.code for piece in pieces)), sum(piece.cost for piece in pieces))
