"""No shipped program computes on data that is not there, overfills a memory, or leaves a part of its work undone."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from isa.errors import DlpsimError
from isa.execution import ExecutionCount
from isa.program import Program
from tests.programs.cluster_walk import walk
from tests.programs.shipped import (
    Expectation,
    Holding,
    assembled,
    expectations,
    has_addresses,
    holdings,
    params_of,
    target,
    text_of,
)
from tests.programs.stream import ProgramError

NAMES = [name for name in shipped_programs() if not has_addresses(name)]
SHARING = [name for name in NAMES if "shared_bytes" in params_of(name)]
TILES = ("tile_k", "tile_cols", "tile_rows", "pass_cols")
WALKED = 30_000
"""Instructions that a test is willing to walk."""


@pytest.mark.parametrize("expected", [one for one in expectations() if one.program in NAMES], ids=str)
def test_at_the_sizes_of_the_exercises(expected: Expectation) -> None:
    walk(expected.assembled())


@pytest.mark.parametrize("holding", [one for one in holdings() if one.program in NAMES], ids=str)
def test_holds_what_the_head_says(holding: Holding) -> None:
    assert walk(holding.assembled()) == holding.bytes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cores", [1, 2, 3, 5])
def test_at_all_small_sizes(name: str, cores: int) -> None:
    tiles = dict.fromkeys((tile for tile in TILES if tile in params_of(name)), 2)
    for m, k, n in product((1, 2, 5), repeat=3):
        for tile_sizes in ({}, tiles):
            walk(assembled(name, target("dlp-m", cores), {"M": m, "K": k, "N": n, **tile_sizes}))


@pytest.mark.parametrize("name", NAMES)
def test_with_a_core_for_every_column_and_more(name: str) -> None:
    for n, clusters in product((1, 63, 64, 65, 200), (1, 3)):
        walk(assembled(name, target("dlp-m", 64, clusters), {"M": 40, "K": 30, "N": n}))


SIZE = st.one_of(st.integers(1, 9), st.integers(1, 300), st.integers(1, 4000))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a shipped program of any size, for any cores; one that refuses must say why."""
    name = draw(st.sampled_from(NAMES))
    defines = {size: draw(SIZE) for size in "MKN"}
    options = {tile: st.sampled_from((1, 2, 3, 7, 20, 50)) for tile in TILES}
    options |= {"nram_bytes": st.sampled_from((3000, 40_000)), "wram_bytes": st.sampled_from((3000, 40_000))}
    options |= {"shared_bytes": st.sampled_from((0, 30_000)), "reading": st.integers(0, 2)}
    for param in sorted(set(options) & set(params_of(name))):
        if draw(st.integers(0, 3)) == 0 or param == "reading":
            defines[param] = draw(options[param])
    cores, clusters = draw(st.one_of(st.integers(1, 8), st.integers(1, 64))), draw(st.integers(1, 3))
    try:
        program = assembled(name, target("dlp-m", cores, clusters), defines)
    except DlpsimError as error:
        reasons = re.findall(r"\.error (.*)", text_of(name))
        assert any(reason in error.messages[0] for reason in reasons), error
        assume(False)
    assume(sum(ExecutionCount(code).total for code in {id(code): code for code in program.cores}.values()) <= WALKED)
    return program


@settings(max_examples=100, deadline=None)
@given(programs())
def test_at_any_size(program: Program) -> None:
    walk(program)


@settings(max_examples=25, deadline=None)
@given(programs())
def test_runs_to_its_end(program: Program) -> None:
    assume(sum(ExecutionCount(code).total for code in program.cores) <= 5000)
    target_ = program.target
    sets = [("clusters", str(target_.clusters))]
    result = simulate(program, "dlp-m", target_.cores_per_cluster, sets=sets)
    sizes = program.params
    assert result.bytes["NRAM->DRAM"] == sizes["M"] * sizes["N"] * 4
    if not sizes.get("reading"):
        assert result.ops["MAC_32"] == sizes["M"] * sizes["K"] * sizes["N"]


@pytest.mark.parametrize("name", NAMES)
def test_on_one_core_of_every_machine(name: str) -> None:
    for machine in ("dlp-s", "dlp-m"):
        walk(assembled(name, target(machine, 1), {"N": 1000}))


REFUSALS = {
    "fc_1x256.asm": ({"N": 40_000}, "too many outputs: M x (N / cores + 2) numbers must fit in NRAM"),
    "fc_32x256.asm": ({"K": 40_000}, "rows are too long: K + 2 numbers must fit in NRAM, 2 K in WRAM"),
    "fc_1024x256.asm": ({"K": 16_384}, "rows are too long: 2 (K + 1) numbers must fit in NRAM"),
    "fc_1024x256_sparse.asm": ({"reading": 3}, "reading must be 0 (moves only), 1 (zero weights skipped) or 2"),
    "fc_1024x256_serial.asm": ({"tile_rows": 1000}, "tile_rows must be at least 1, and a tile must fit in NRAM"),
    "fc_32x256_serial.asm": ({"M": 0}, "M, K and N must be at least 1"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses_what_it_cannot_place(name: str) -> None:
    defines, reason = REFUSALS[name]
    with pytest.raises(DlpsimError) as caught:
        assembled(name, target("dlp-s", 1), defines)
    assert len(caught.value.messages) == 1
    assert reason in caught.value.messages[0]


def test_takes_what_just_fits() -> None:
    for name, defines in {
        "fc_1x256.asm": {"N": 32_766, "K": 3},
        "fc_32x256.asm": {"K": 32_766, "M": 2, "N": 2},
        "fc_1024x256.asm": {"K": 16_383, "M": 2, "N": 2},
    }.items():
        walk(assembled(name, target("dlp-s", 1), defines))


# A walk that cannot fail proves nothing: a program that lacks any one of its lines must be found out.

STEPS = {"fc_1x256": {"K": 1000, "N": 9}, "fc_32x256": {"M": 300, "tile_cols": 50}, "fc_1024x256": {"N": 600}}


def sizes_for(name: str) -> dict[str, int]:
    """Return sizes at which a program has several tiles, rounds and passes."""
    return next(sizes for prefix, sizes in STEPS.items() if name.startswith(prefix))


def mutants(name: str, cores: int) -> Iterator[tuple[int, str]]:
    """Yield the text without one of the instructions that some core executes, for each such line.

    Left out are those `sync`s of serial programs that separate no accesses: they only see to it that nothing overlaps.
    """
    lines = text_of(name).splitlines()
    taken = {one.line for code in assembled(name, target("dlp-m", cores), sizes_for(name)).cores for one in code}
    before = ""
    for line in sorted(taken):
        words = lines[line - 1].split()
        waits = "serial" in name and words[0] == "sync" and ("NRAM DRAM" in before or "w of the pass" in before)
        if words[0] in ("move", "compute", "sync") and not waits:
            yield line, "\n".join([*lines[: line - 1], "", *lines[line:]])
        before = lines[line - 1] if words[0] in ("move", "compute") else before


@pytest.mark.parametrize("cores", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_a_program_that_lacks_a_line_is_found_out(name: str, cores: int) -> None:
    where = target("dlp-m", cores)
    found = list(mutants(name, cores))
    assert len(found) > 5
    for line, text in found:
        with pytest.raises(ProgramError):
            walk(assembled(name, where, sizes_for(name), text))
            pytest.fail(f"nobody misses line {line}: {text_of(name).splitlines()[line - 1]}")


@pytest.mark.parametrize("name", SHARING)
def test_a_barrier_that_is_only_a_sync_is_found_out(name: str) -> None:
    text = text_of(name).replace("sync cluster", "sync")
    with pytest.raises(ProgramError, match="before a barrier says that all its parts are there"):
        walk(assembled(name, target("dlp-m", 4), sizes_for(name), text))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "fc_32x256.asm",
            "compute MAC_32 first_rows * K * tile",
            "compute MAC_32 first_rows * K",
            "MACs where the tiles",
        ),
        ("fc_32x256.asm", "wram_bytes // fp32 // (2 * K)", "wram_bytes // fp32 // K", "WRAM holds"),
        ("fc_1024x256.asm", "nram_bytes // fp32 // (2 * (K", "nram_bytes // fp32 // ((K", "NRAM holds"),
        ("fc_1024x256.asm", "move NRAM DRAM rows * first * fp32", "move NRAM DRAM rows * first", "are not the outputs"),
    ],
)
def test_wrong_sizes_are_found_out(name: str, old: str, new: str, message: str) -> None:
    assert old in text_of(name)
    defines = {"tile_cols": 200, "N": 1000} if "wram" in old else {"tile_rows": 70} if "nram" in old else {}
    with pytest.raises(ProgramError, match=message):
        walk(assembled(name, target("dlp-s", 1), defines, text_of(name).replace(old, new)))
