"""Random runs of the kinds that a search for repetition is most likely to get wrong."""

from dataclasses import replace

from hypothesis import strategies as st

from dlpsim.config import DecoderConfig, MachineConfig
from isa.execution import ExecutionCount
from isa.program import Code
from isa.vocabulary import Scope
from tests.machine.repeating import MAX_INSTRUCTIONS, Run
from tests.reference import build
from tests.reference.strategies import PATHS, computes, machines, moves, ports

SCOPES = (Scope.CORE, Scope.CLUSTER, Scope.CHIP)
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 4), (3, 1), (2, 3))
"""Clusters, and cores of each."""


@st.composite
def mixed_machines(draw: st.DrawFn) -> MachineConfig:
    """A machine with a port of each scope, short queues, and mostly a decoder that takes no time."""
    machine = draw(machines(SHAPES))
    mixed = [replace(draw(ports(scope.value, PATHS[2 * place : 2 * place + 2])), scope=scope) for place, scope in
             enumerate(SCOPES)]  # fmt: skip
    decoder = DecoderConfig(draw(st.sampled_from([0, 0, 0, 1])), draw(st.sampled_from([1, 2, 3, 7])))
    return replace(machine, ports=tuple(mixed), decoder=decoder)


@st.composite
def nasty_runs(draw: st.DrawFn) -> Run:
    """One of the kinds below, on a machine with ports of all scopes; all cores are in loops most of the time."""
    config = draw(mixed_machines())
    codes = draw(st.one_of(*[kind(config) for kind in (_out_of_step, _meeting, _nested, _clusters_apart, _layers)]))
    return build.program(config, *codes), config


@st.composite
def _body(draw: st.DrawFn, config: MachineConfig) -> Code:
    """Up to nine instructions, more than a queue holds."""
    step = st.one_of(moves(config), moves(config), computes(config))
    parts = [draw(step).code for _ in range(draw(st.integers(0, 9)))]
    return build.sequence(*parts, *([build.sync()] if draw(st.booleans()) else []))


def _times(draw: st.DrawFn, most: int, *bodies: Code) -> int:
    """A count for a loop: small, or up to `most`, but so that all `bodies` together stay within what a test can do."""
    total = sum(ExecutionCount(body).total + 1 for body in bodies)
    return draw(st.integers(1, max(1, min(most, MAX_INSTRUCTIONS // max(total, 1) // 3))))


@st.composite
def _out_of_step(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """Each core with a body and a count of its own: a common period late, or never."""
    bodies = [draw(_body(config)) for _ in range(config.total_cores)]
    return [build.loop(_times(draw, 400, *bodies), body) for body in bodies]


@st.composite
def _meeting(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """A barrier every few iterations of bodies that differ, in a loop, after it a loop without."""
    bodies = [draw(_body(config)) for _ in range(config.total_cores)]
    barrier = build.sync(draw(st.sampled_from([Scope.CHIP, Scope.CLUSTER])))
    every = draw(st.integers(1, 9))
    once = [build.sequence(build.loop(every, body), barrier) for body in bodies]
    count = _times(draw, 200, *once)
    return [
        build.sequence(build.loop(count, part), build.loop(3, body)) for part, body in zip(once, bodies, strict=True)
    ]


@st.composite
def _nested(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """Loops in loops, also around nothing and with a count of 1 or 0, the same on all cores or not."""

    def nest() -> Code:
        code = draw(_body(config))
        for _ in range(draw(st.integers(1, 4))):
            beside = draw(st.sampled_from([(), build.sync(), draw(_body(config)), build.loop(50, build.sync())]))
            code = build.loop(draw(st.sampled_from([0, 1, 1, 2, 3, 4, 5, 9])), code, beside)
        total = ExecutionCount(code).total
        return build.loop(draw(st.integers(1, max(1, MAX_INSTRUCTIONS // config.total_cores // (total + 1)))), code)

    same = nest()
    return [same if draw(st.booleans()) else nest() for _ in range(config.total_cores)]


@st.composite
def _clusters_apart(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """Each cluster with its own loop around barriers of its own, all of them with a few of the chip around that."""
    loops = []
    for _ in range(config.clusters):
        bodies = [draw(_body(config)) for _ in range(config.cores)]
        count = draw(st.integers(1, 12))
        loops += [build.loop(count, body, build.sync(Scope.CLUSTER)) for body in bodies]
    count = _times(draw, 60, *loops)
    return [build.loop(count, loop, build.sync(Scope.CHIP)) for loop in loops]


@st.composite
def _layers(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """Equal layers at different places: a few stretches in an order of their own, in loops and not."""
    kinds = [[draw(_body(config)) for _ in range(config.total_cores)] for _ in range(draw(st.integers(1, 3)))]
    codes: list[list[Code]] = [[] for _ in range(config.total_cores)]
    for _ in range(draw(st.integers(2, 9))):
        kind, scope = draw(st.sampled_from(kinds)), draw(st.sampled_from(SCOPES))
        inner, outer = draw(st.integers(1, 4)), draw(st.sampled_from([1, 1, 2, 6]))
        for code, body in zip(codes, kind, strict=True):
            code.append(build.loop(outer, build.loop(inner, body), build.sync(scope)))
    return [build.sequence(*code) for code in codes]
