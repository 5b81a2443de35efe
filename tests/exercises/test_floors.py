from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.exercises.floors import floor
from dlpsim.exercises.layer import FullyConnected
from dlpsim.exercises.table import EXERCISES
from dlpsim.machine_file import load_machine
from dlpsim.simulation import simulate

FLOORS = {
    "7.7": [34],
    "7.8": [4099],
    "7.9": [131_075],
    "7.10": [131_075, 32_771, 16_896],
    "7.11": [1408],
    "7.12": [524_293],
}


@pytest.mark.parametrize("number", FLOORS)
def test_floors_of_the_exercises(number: str) -> None:
    cases = EXERCISES[number].cases
    assert [floor(case.layer, load_machine(case.machine, case.cores)).cycles for case in cases] == FLOORS[number]


def test_arithmetic_is_shown() -> None:
    found = floor(FullyConnected(32, 256, 128), load_machine("dlp-s"))
    assert found.arithmetic == "max(DRAM port 2,816, last operand 2,562, compute 4,099) = 4,099"
    assert [bound.arithmetic for bound in found.bounds] == [
        "(163,840 B in + 16,384 B out) ÷ 64 B a beat = 2,816",
        "2,560 loads + 1 compute + 1 store = 2,562",
        "1,048,576 MAC ÷ 256 + 2 before + 1 after = 4,099",
    ]


def test_arithmetic_of_several_cores() -> None:
    compute = floor(FullyConnected(1024, 256, 2048), load_machine("dlp-m")).bounds[-1]
    assert compute.arithmetic == "(536,870,912 MAC ÷ 256 + 11 before + 8 after) ÷ 4 = 524,293"


@pytest.mark.parametrize(("cores", "lost"), [(1, 3), (2, 8), (3, 14), (4, 19), (5, 24)])
def test_cycles_lost_at_either_end(cores: int, lost: int) -> None:
    layer = FullyConnected(256, 256 * cores, 1000)
    cycles = floor(layer, load_machine("dlp-m", cores)).bounds[-1].cycles
    assert cycles == 256 * 1000 + -(-lost // cores)


def test_what_is_compressed_or_skipped_does_not_count() -> None:
    sparse = FullyConnected(3, 5, 7, x_shrink=2, w_shrink=4, skip=8)
    assert (sparse.operand_bytes, sparse.result_bytes, sparse.macs) == (30 + 35, 84, 14)


def test_a_small_layer_is_done_sooner_by_fewer_cores() -> None:
    compute = floor(FullyConnected(1, 1, 1), load_machine("dlp-m", 2)).bounds[-1]
    assert compute.arithmetic == "1 MAC ÷ 256 + 2 before + 1 after = 4"


@settings(max_examples=60, deadline=None)
@given(
    program=st.sampled_from(("fc_1x256.asm", "fc_32x256.asm", "fc_1024x256.asm")),
    sizes=st.tuples(st.integers(1, 40), st.integers(1, 300), st.integers(1, 40)),
    cores=st.integers(1, 5),
)
def test_no_program_is_faster(program: str, sizes: tuple[int, int, int], cores: int) -> None:
    machine = load_machine("dlp-m", cores)
    defines = dict(zip("MKN", sizes, strict=True))
    assert simulate(Path(program), machine, defines=defines).cycles >= floor(FullyConnected(*sizes), machine).cycles
