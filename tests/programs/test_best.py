"""The best programs reach their floors, and are nowhere slower than the pipelined ones, to which they fall back."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.machine_file import load_machine
from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from isa.disassembler import disassemble
from isa.errors import DlpsimError
from isa.program import Program
from tests.programs.shipped import BARE, assembled, pipelined, target

# Compute, or the port of the DRAM, and what cannot be beside it: the first operands, the last store.
FLOORS = {
    ("fc_32x256.asm", "dlp-s", 0): 4099,
    ("fc_1024x256.asm", "dlp-s", 0): 131_075,
    ("fc_1024x256_sparse.asm", "dlp-s", 0): 131_075,
    ("fc_1024x256_sparse.asm", "dlp-s", 1): 32_771,
    ("fc_32x256.asm", "dlp-m", 0): 1408,
}
AT_MOST = {("fc_1024x256.asm", "dlp-m", 0): 524_300, ("fc_1024x256_sparse.asm", "dlp-s", 2): 16_899}

# Sizes for which some scheme is best, and sizes beside them.
ROWS = {"fc_32x256.asm": (1, 24, 31, 32, 48, 64, 96), "other": (30, 32, 96, 128, 256)}
DEPTHS = {"fc_32x256.asm": (16, 45, 48, 64, 100, 128, 256), "other": (16, 20, 32, 64, 96, 128, 256)}
COLUMNS = {"fc_32x256.asm": (1, 80, 96, 128, 200, 256), "other": (64, 80, 96, 128, 512, 768, 1024)}


def instructions(program: Program) -> str:
    """Return the program as text, without its parameters."""
    return re.sub(r"^\.param .*\n", "", disassemble(program), flags=re.MULTILINE)


def cycles_at(program: str, machine: str, reading: int) -> int:
    defines = {"reading": reading} if "sparse" in program else {}
    return simulate(shipped_programs()[program], machine, defines=defines).cycles


@pytest.mark.parametrize(("program", "machine", "reading"), FLOORS)
def test_reaches_its_floor(program: str, machine: str, reading: int) -> None:
    assert cycles_at(program, machine, reading) == FLOORS[program, machine, reading]


@pytest.mark.parametrize(("program", "machine", "reading"), AT_MOST)
def test_stays_close_to_its_floor(program: str, machine: str, reading: int) -> None:
    assert cycles_at(program, machine, reading) <= AT_MOST[program, machine, reading]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(BARE), cores=st.sampled_from((1, 1, 2, 4)), clusters=st.integers(1, 2))
def test_is_never_slower_than_the_pipelined_one(data: st.DataObject, name: str, cores: int, clusters: int) -> None:
    kind = name if name in ROWS else "other"
    defines = {
        "M": data.draw(st.sampled_from(ROWS[kind])),
        "K": data.draw(st.sampled_from(DEPTHS[kind])),
        "N": data.draw(st.sampled_from(COLUMNS[kind])),
    }
    if "sparse" in name:
        defines |= {"reading": data.draw(st.integers(0, 2)), "x_shrink": data.draw(st.sampled_from((1, 2, 8)))}
        defines["K"] -= defines["K"] % 16  # the pipelined program takes no other
    machine = load_machine("dlp-m" if cores > 1 else data.draw(st.sampled_from(("dlp-s", "dlp-m"))), cores)
    if cores > 1:
        machine = load_machine("dlp-m", cores, [("clusters", str(clusters))])
    best, plain = (simulate(shipped_programs()[one], machine, defines=defines) for one in (name, pipelined(name)))
    assert best.cycles <= plain.cycles, defines


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(BARE),
    sizes=st.tuples(st.integers(1, 300), st.integers(1, 30), st.integers(1, 300)),
    cores=st.integers(1, 5),
    clusters=st.integers(1, 2),
    tile=st.integers(1, 40),
)
@pytest.mark.parametrize("chosen", ["best", "tile"])
def test_falls_back_to_the_pipelined_one(
    chosen: str, name: str, sizes: tuple[int, int, int], cores: int, clusters: int, tile: int
) -> None:
    where = target("dlp-m", cores, clusters)
    m, k, n = sizes
    plain: dict[str, int] = {"M": m, "K": 16 * k, "N": n}
    if chosen == "tile":
        plain["tile_cols" if name == "fc_32x256.asm" else "tile_rows"] = tile
    defines = plain | ({"best": 0} if chosen == "best" else {})
    try:
        expected = assembled(pipelined(name), where, plain)
    except DlpsimError as refusal:
        with pytest.raises(DlpsimError) as caught:
            assembled(name, where, defines)
        reasons = {one.messages[0].partition(": ")[2].partition("\n")[0] for one in (caught.value, refusal)}
        assert len(reasons) == 1
        return
    assert instructions(assembled(name, where, defines)) == instructions(expected)
