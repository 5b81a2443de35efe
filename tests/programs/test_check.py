"""The shipped programs access nothing too early or too late, and store every output once."""

import re
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlpsim.programs import shipped_programs
from isa.check import check
from isa.errors import DlpsimError
from isa.program import Compute, Move, Program
from tests.programs.shipped import (
    Expectation,
    Holding,
    assembled,
    expectations,
    holdings,
    params_of,
    target,
    text_of,
)

NAMES = [name for name in shipped_programs() if name.startswith("fc_")]
TILES = ("tile_k", "tile_cols", "tile_rows", "pass_cols")


def faults(name: str, program: Program) -> list[str]:
    """Return what is wrong. Syncs of serial programs may order nothing: they see to it that nothing overlaps."""
    found = check(program).findings
    return [f"{one.kind}: {one.message}" for one in found if not ("serial" in name and one.kind.is_note)]


@pytest.mark.parametrize("expected", [one for one in expectations() if one.program in NAMES], ids=str)
def test_at_the_sizes_in_the_head(expected: Expectation) -> None:
    assert faults(expected.program, expected.assembled()) == []


@pytest.mark.parametrize("holding", [one for one in holdings() if one.program in NAMES], ids=str)
def test_holds_what_the_head_says(holding: Holding) -> None:
    peaks = {peak.memory: peak.used for peak in check(holding.assembled()).peaks}
    assert {memory: used for memory, used in peaks.items() if memory != "DRAM"} == holding.bytes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cores", [1, 4])
def test_every_line_says_what_it_does(name: str, cores: int) -> None:
    program = assembled(name, target("dlp-m", cores), {})
    for code in program.cores:
        assert all(one.transfer for one in code if isinstance(one, Move))
        assert all(one.operation for one in code if isinstance(one, Compute))
    (expect,) = program.expects
    assert expect.result == "y" and sorted(expect.operands) == ["w", "x"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cores", [1, 3])
def test_at_all_small_sizes(name: str, cores: int) -> None:
    tiles = dict.fromkeys((tile for tile in TILES if tile in params_of(name)), 2)
    for m, k, n in product((1, 2, 5), (16, 32) if "sparse" in name else (1, 2, 5), (1, 2, 5)):
        for tile_sizes in ({}, tiles):
            sizes = {"M": m, "K": k, "N": n, **tile_sizes}
            assert faults(name, assembled(name, target("dlp-m", cores), sizes)) == [], sizes


@pytest.mark.parametrize("name", NAMES)
def test_with_a_core_for_every_column_and_more(name: str) -> None:
    for n, clusters in ((1, 3), (63, 1), (65, 3)):
        program = assembled(name, target("dlp-m", 64, clusters), {"M": 40, "K": 32, "N": n})
        assert faults(name, program) == [], (n, clusters)


SIZE = st.one_of(st.integers(1, 9), st.integers(1, 300), st.integers(1, 4000))


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, Program]:
    """Draw a shipped program of any size, for any cores; one that refuses must say why."""
    name = draw(st.sampled_from(NAMES))
    defines = {size: draw(SIZE) for size in "MKN"}
    if "sparse" in name:
        defines["K"] *= 16
    options = {tile: st.sampled_from((1, 2, 3, 7, 20, 50)) for tile in TILES}
    options |= {"nram_bytes": st.sampled_from((3000, 40_000)), "wram_bytes": st.sampled_from((3000, 40_000))}
    options |= {"x_shrink": st.sampled_from((1, 2, 8)), "w_shrink": st.sampled_from((1, 2, 8))}
    options |= {"shared_bytes": st.sampled_from((0, 30_000)), "reading": st.integers(0, 2)}
    for param in sorted(set(options) & set(params_of(name))):
        if draw(st.integers(0, 3)) == 0 or param == "reading":
            defines[param] = draw(options[param])
    cores, clusters = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    try:
        return name, assembled(name, target("dlp-m", cores, clusters), defines)
    except DlpsimError as error:
        reasons = re.findall(r"\.error (.*)", text_of(name))
        assert any(reason in error.messages[0] for reason in reasons), error
        assume(False)
        raise


@settings(max_examples=40, deadline=None)
@given(programs())
def test_at_any_size(drawn: tuple[str, Program]) -> None:
    assert faults(*drawn) == []
