"""The shipped programs compute what they say, also in the timed machine, and need each of their lines for it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from dlpsim.verification import verify
from isa.check import Kind, check
from isa.inputs import random_inputs
from isa.interpreter import interpret
from isa.program import Program
from tests.programs.shipped import BARE, Expectation, assembled, expectations, params_of, target, text_of

NAMES = [name for name in shipped_programs() if name.startswith("fc_")]


def is_right(program: Program, tensors: dict[str, NDArray[Any]], inputs: dict[str, NDArray[Any]]) -> bool:
    return all(one.is_good for one in verify(program, inputs, tensors))


def computes(program: Program) -> bool:
    """Whether the program, executed in order, gives what it says."""
    inputs = random_inputs(program, 1)
    return is_right(program, interpret(program, inputs), inputs)


TIMED = [
    one
    for one in expectations()
    if one.program in NAMES and "real" not in one.machine and (one.program in BARE or one.cycles < 200_000)
]


@pytest.mark.parametrize("expected", TIMED, ids=str)
def test_computes_what_it_says_on_the_timed_machine(expected: Expectation) -> None:
    program = expected.assembled()
    inputs = random_inputs(program, 1)
    result = simulate(program, expected.machine, expected.cores, data=inputs)
    assert result.cycles == expected.cycles
    assert result.tensors is not None
    assert is_right(program, dict(result.tensors), inputs)
    in_order = interpret(program, inputs)
    assert all(np.array_equal(result.tensors[name], in_order[name]) for name in in_order)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cores", [1, 3])
def test_computes_what_it_says_at_small_sizes(name: str, cores: int) -> None:
    for m, k, n in product((1, 2, 5), (16, 32) if "sparse" in name else (1, 3, 8), (1, 4, 7)):
        for tiles in ({}, {tile: 2 for tile in params_of(name) if tile.startswith(("tile_", "pass_"))}):
            assert computes(assembled(name, target("dlp-m", cores), {"M": m, "K": k, "N": n, **tiles})), (m, k, n)


# Programs that compute nothing wrong because they compute nothing prove nothing: each line must be missed.

STEPS = {
    "fc_1x256": {"K": 100, "N": 9, "tile_k": 7},
    "fc_32x256": {"M": 50, "K": 20, "tile_cols": 5, "nram_bytes": 3000},
    "fc_1024x256": {"M": 50, "K": 16, "N": 50, "tile_rows": 7, "pass_cols": 5},
}
BEST_STEPS = [
    ("fc_32x256.asm", 1, {"K": 52}),
    ("fc_32x256.asm", 2, {"K": 128}),
    ("fc_1024x256.asm", 1, {"M": 128, "K": 20}),
    ("fc_1024x256.asm", 2, {"M": 128, "K": 64, "N": 768}),
    ("fc_1024x256_sparse.asm", 1, {"M": 128, "K": 32}),
]


def sizes_for(name: str) -> dict[str, int]:
    """Return sizes at which a general scheme has several tiles, rounds and passes."""
    return next(sizes for prefix, sizes in STEPS.items() if name.startswith(prefix))


def mutants(whole: Program) -> Iterator[tuple[int, str]]:
    """Yield the text without one of the instructions that some core executes, for each such line."""
    lines = text_of(whole.name).splitlines()
    taken = {one.line for code in whole.cores for one in code}
    for line in sorted(taken):
        if lines[line - 1].split()[0] in ("move", "compute", "sync"):
            yield line, "\n".join([*lines[: line - 1], "", *lines[line:]])


LINES = [(name, cores, sizes_for(name)) for name in NAMES if name not in BARE for cores in (1, 3)] + BEST_STEPS


@pytest.mark.parametrize(("name", "cores", "sizes"), LINES)
def test_a_program_that_lacks_a_line_is_found_out(name: str, cores: int, sizes: dict[str, int]) -> None:
    where = target("dlp-m", cores)
    whole = assembled(name, where, sizes)
    assert name not in BARE or whole.expects[0].options == ("ta",), "not a best scheme"
    idle = {one.touches[0].line for one in check(whole).findings if "serial" in name and one.kind.is_note}
    found = [(line, text) for line, text in mutants(whole) if line not in idle]
    assert len(found) > 3
    for line, text in found:
        mutant = assembled(name, where, sizes, text)
        is_found = check(mutant).is_faulty or not computes(mutant)
        assert is_found, f"nobody misses line {line}"


SHARING = [(name, sizes_for(name)) for name in NAMES if "shared_bytes" in params_of(name) and name not in BARE]
SHARING += [(name, sizes) for name, cores, sizes in BEST_STEPS if cores > 1]


@pytest.mark.parametrize(("name", "sizes"), SHARING)
def test_a_barrier_that_is_only_a_sync_is_found_out(name: str, sizes: dict[str, int]) -> None:
    text = text_of(name).replace("sync cluster", "sync")
    found = check(assembled(name, target("dlp-m", 2), sizes, text)).findings
    assert {one.kind for one in found} & {Kind.RACE, Kind.UNWRITTEN}
