"""Random programs whose loops go round far more often than the reference model could."""

from dataclasses import replace

from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from isa.execution import ExecutionCount
from isa.program import Code, EndLoop, Loop, Program
from isa.vocabulary import Scope
from tests.reference import build
from tests.reference.strategies import barrier_runs, contending_runs, long_runs, machines, runs, stretches

Run = tuple[Program, MachineConfig]

MAX_INSTRUCTIONS = 6_000
"""What all cores may execute together, so that simulating it all stays quick."""


@st.composite
def repeating_runs(draw: st.DrawFn) -> Run:
    """A run with the loops of one depth going round more often; on all cores alike, so that barriers still meet."""
    program, config = draw(st.one_of(runs(budget=300), long_runs(), contending_runs(), barrier_runs()))
    depth = draw(st.integers(0, 2))
    factor, more = draw(st.sampled_from([1, 2, 5, 30, 200])), draw(st.integers(0, 3))
    longer = [_longer(code, depth, factor, more) for code in program.cores]
    while factor > 1 and sum(ExecutionCount(code).total for code in longer) > MAX_INSTRUCTIONS:
        factor //= 2
        longer = [_longer(code, depth, factor, more) for code in program.cores]
    return replace(program, cores=tuple(longer)), config


def _longer(code: Code, depth: int, factor: int, more: int) -> Code:
    """The code with the counts of its loops at `depth` multiplied, and a little added; those of 0 stay."""
    longer, level = list(code), 0
    for index, instruction in enumerate(code):
        if isinstance(instruction, Loop):
            if level == depth and instruction.count:
                longer[index] = replace(instruction, count=instruction.count * factor + more)
            level += 1
        elif isinstance(instruction, EndLoop):
            level -= 1
    return tuple(longer)


@st.composite
def recurring_runs(draw: st.DrawFn) -> Run:
    """A run whose cores do a few things over and over, in any order, and meet in between; some of it in loops."""
    config = draw(machines())
    pool = [_for_all(draw, config) for _ in range(draw(st.integers(1, 3)))]
    codes: list[list[Code]] = [[] for _ in range(config.total_cores)]
    for _ in range(draw(st.integers(2, 8))):
        scope = draw(st.sampled_from([Scope.CHIP, Scope.CHIP, Scope.CLUSTER, Scope.CORE]))
        parts = [build.sequence(part, build.sync(scope)) for part in draw(st.sampled_from(pool))]
        count = draw(st.sampled_from([1, 1, 1, 0, 2, 5]))
        for code, part in zip(codes, parts, strict=True):
            code.append(part if count == 1 else build.loop(count, part))
    around = draw(st.sampled_from([1, 1, 2, 7]))
    return build.program(config, *(build.loop(around, *code) for code in codes)), config


def _for_all(draw: st.DrawFn, config: MachineConfig) -> list[Code]:
    """A stretch for each core: the same for all, or one of two."""
    some = [draw(stretches(config, 40, depth=1)).code for _ in range(2)]
    return [draw(st.sampled_from(some)) for _ in range(config.total_cores)]
