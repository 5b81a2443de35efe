"""Random programs, built without the assembler."""

from hypothesis import strategies as st

from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move, Program, Sync
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES, Scope
from tests.isa.examples import target

_PLACE = (0, 0)
_ON = target()

moves = st.builds(
    lambda path, size: Move(path[0], path[1], size, *_PLACE), st.sampled_from(sorted(_ON.paths)), st.integers(1, 2**17)
)
computes = st.builds(lambda type_, num: Compute(type_, num, *_PLACE), st.sampled_from(COMPUTE_TYPES), st.integers(1))
syncs = st.builds(lambda scope: Sync(scope, *_PLACE), st.sampled_from(Scope))


def _sequence(code: list[Code]) -> Code:
    """Return `code` one after another, its loops moved along."""
    joined: list[Instruction] = []
    for part in code:
        start = len(joined)
        joined += [_moved(instruction, start) for instruction in part]
    return tuple(joined)


def _moved(instruction: Instruction, by: int) -> Instruction:
    match instruction:
        case Loop(count, end):
            return Loop(count, end + by, *_PLACE)
        case EndLoop(start):
            return EndLoop(start + by, *_PLACE)
    return instruction


def _looped(count: int, body: Code) -> Code:
    end = len(body) + 1
    return (Loop(count, end, *_PLACE), *(_moved(instruction, 1) for instruction in body), EndLoop(0, *_PLACE))


codes = st.recursive(
    st.one_of(moves, computes, syncs).map(lambda instruction: (instruction,)),
    lambda inner: st.lists(inner, max_size=4).map(_sequence) | st.builds(_looped, st.integers(0), inner),
    max_leaves=12,
)
"""The code of one core."""


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Return a program for a few cores, of which several may have equal code."""
    shapes = st.tuples(st.integers(1, 3), st.integers(1, 2))
    on: Target = target(*draw(shapes))
    pool = draw(st.lists(codes, min_size=1, max_size=3))
    begin, end = draw(codes), draw(codes)
    cores = [_sequence([begin, draw(st.sampled_from(pool)), end]) for _ in range(on.cores)]
    names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,2}", fullmatch=True)
    params = draw(st.dictionaries(names, st.integers(), max_size=2))
    return Program("random", (), tuple(cores), params, on)
