import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from isa.errors import DlpsimError
from isa.interpreter import interpret
from isa.target import Target
from tests.isa.examples import SMALL, both_ways, program, target

Array = NDArray[Any]

LAYER = """
.param M 96
.param K 40
.param N 24
.param T 16
.tensor x DRAM f32 M K
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.equ xt T * K * 4
.equ yt T * N * 4
move DRAM[w] WRAM[0] K*N*4
move DRAM[x] NRAM[0] xt
sync
loop M / T i
    move DRAM[x + (i + 1) % (M / T) * xt] NRAM[(i + 1) % 2 * xt] xt
    compute MAC_32 T*K*N : matmul NRAM[2*xt + i % 2 * yt] NRAM[i % 2 * xt] WRAM[0] T K N
    sync
    move NRAM[2*xt + i % 2 * yt] DRAM[y + i * yt] yt
endloop
"""


def failure(text: str, inputs: dict[str, Array] | None = None, on: Target = SMALL) -> str:
    """Return the message of a run that fails."""
    with pytest.raises(DlpsimError) as error:
        interpret(program(text, on), inputs or {})
    return str(error.value)


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def test_a_fully_connected_layer() -> None:
    x, w = numbers(96, 40), numbers(40, 24, seed=1)
    result = interpret(program(LAYER), {"x": x, "w": w})
    assert list(result) == ["x", "w", "y"]
    np.testing.assert_allclose(result["y"], x @ w, rtol=1e-5, atol=1e-5)
    assert np.array_equal(result["x"], x)


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ("move DRAM[x] NRAM[0] 4", [0, 1, 2, 3, -1, -1, -1, -1]),
        ("move DRAM[x] NRAM[2] 2, 3, 4, 2", [-1, -1, 0, 1, 4, 5, 8, 9]),
        ("move DRAM[x + 1] NRAM[0] 1, 3, 0, 3", [1, -1, -1, 1, -1, -1, 1, -1]),
        ("move DRAM[x] NRAM[0] 3, 2, 1, 3", [0, 1, 2, 1, 2, 3, -1, -1]),
        ("move DRAM[x] NRAM[1] 1, 1, 5, 0", [-1, 0, -1, -1, -1, -1, -1, -1]),
        ("loop 4 i\nmove DRAM[x + 3 - i] NRAM[2 * i] 1\nendloop", [3, -1, 2, -1, 1, -1, 0, -1]),
        (
            "loop 2 i\nloop 2\nloop 2 j\nmove DRAM[x + i * 2 + j] NRAM[i + 4 * j] 1\nendloop\nendloop\nendloop",
            [0, 2, -1, -1, 1, 3, -1, -1],
        ),
        ("loop 0 i\nmove DRAM[x] NRAM[0] 1\nendloop", [-1] * 8),
        ("move DRAM NRAM 8", [-1] * 8),
    ],
)
def test_moves(move: str, expected: list[int]) -> None:
    text = (
        f".tensor x DRAM i8 12\n.tensor y DRAM i8 8\n{move}\nsync\nmove NRAM[0] DRAM[y] 8\nmove NRAM[7] DRAM[y + 7] 1"
    )
    assert interpret(program(text), {"x": np.arange(12, dtype=np.int8)})["y"].tolist() == expected


def test_a_move_within_a_memory_reads_before_it_writes() -> None:
    on = Target("one", {"DRAM": None}, frozenset({("DRAM", "DRAM")}), frozenset())
    text = ".tensor x DRAM i8 6\nmove DRAM[x] DRAM[x + 1] 5"
    x = np.arange(6, dtype=np.int8)
    assert interpret(program(text, on), {"x": x})["x"].tolist() == [0, 0, 1, 2, 3, 4]
    assert x.tolist() == [0, 1, 2, 3, 4, 5]


def test_what_is_not_written_is_not_a_number() -> None:
    text = ".tensor y DRAM f32 2\n.tensor z DRAM f16 2\nmove NRAM[64] DRAM[y] 4\nmove NRAM[0] DRAM[z] 2"
    result = interpret(program(text), {})
    assert np.isnan(result["y"]).all() and np.isnan(result["z"]).all()


def test_cores_meet_at_barriers() -> None:
    text = """
.tensor x DRAM i8 cores
.tensor y DRAM i8 cores
move DRAM[x + core] NRAM[0] 1
sync
move NRAM[0] SharedRAM[core_in_cluster] 1
sync cluster
move SharedRAM[(core_in_cluster + 1) % cores_per_cluster] NRAM[1] 1
sync
move NRAM[1] DRAM[y + core] 1
sync chip
.if core == 0
move DRAM[y + cores - 1] NRAM[0] 1
sync
move NRAM[0] DRAM[y] 1
.endif
"""
    x = np.arange(6, dtype=np.int8)
    result = interpret(program(text, target(3, 2)), {"x": x})["y"]
    assert result.tolist() == [3, 2, 0, 4, 5, 3]


def test_a_loop_without_effect_is_passed_over() -> None:
    text = """
.tensor x DRAM i8 2
.tensor y DRAM i8 2
loop 1_000_000_000_000 i
loop 5
sync
move DRAM NRAM 4
endloop
endloop
move DRAM[x] NRAM[0] 2
move NRAM[0] DRAM[y] 2
"""
    assert interpret(program(text), {"x": np.array([3, 4], np.int8)})["y"].tolist() == [3, 4]


def test_infinities_and_nan_are_carried() -> None:
    text = """
.tensor x DRAM f32 3
.tensor y DRAM f32 3
move DRAM[x] NRAM[0] 12
compute ADD_32 3 : add NRAM[0] NRAM[0] NRAM[0] 1 3
move NRAM[0] DRAM[y] 12
"""
    x = np.array([np.inf, np.nan, -np.inf], np.float32)
    assert np.array_equal(interpret(program(text, target()), {"x": x})["y"], x, equal_nan=True)


def test_an_output_may_be_given_values_to_begin_with() -> None:
    text = ".tensor y DRAM i8 3\nmove NRAM[0] DRAM[y] 1"
    assert interpret(program(text), {"y": np.array([1, 2, 3], np.int8)})["y"].tolist() == [-1, 2, 3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            ".tensor x DRAM i8 8\nloop 3 i\nmove DRAM[x + 4 * i] NRAM[0] 4\nendloop",
            "x.asm:3:1: bytes 8 to 11 of DRAM hold no tensor where i is 2",
        ),
        (".tensor x DRAM[64] i8 8\nmove DRAM[0] NRAM[0] 4", "x.asm:2:1: bytes 0 to 3 of DRAM hold no tensor"),
        (
            "loop 1_000_000 i\nloop 1_000_000 j\nmove DRAM[0] NRAM[8 / (i == j)] 4\nendloop\nendloop",
            "x.asm:3:1: bytes 0 to 3 of DRAM hold no tensor where i is 0 and j is 0",
        ),
        (
            "loop 9_000 i\nmove DRAM[(i * i < 1) * 9_999_999_999_999_999_999] NRAM[0] 4\nendloop",
            "x.asm:2:1: bytes 9999999999999999999 to 10000000000000000002 of DRAM hold no tensor where i is 0",
        ),
        (
            ".tensor x DRAM i8 8\nloop 9_000 i\nmove DRAM[x] NRAM[8 / (i * i % 16_000_000 < 1_000)] 4\nendloop",
            "x.asm:3:1: division by zero where i is 32",
        ),
        (
            ".tensor x DRAM i8 8\nloop 2_000 i\nmove DRAM[x] NRAM[i * i % 4_000_000 + 130_000] 4\nendloop",
            "x.asm:3:1: bytes 131089 to 131092 of NRAM hold no data where i is 33",
        ),
    ],
)
def test_addresses_that_only_the_run_finds_wrong(text: str, message: str) -> None:
    assert failure(text, {"x": np.zeros(8, np.int8)} if ".tensor" in text else {}).splitlines()[0] == message


def test_a_failure_names_the_core() -> None:
    text = ".tensor x DRAM i8 2\nmove DRAM[x + core] NRAM[0] 1"
    found = failure(text, {"x": np.zeros(2, np.int8)}, target(3))
    assert found == (
        "x.asm:2:1: bytes 2 to 2 of DRAM hold no tensor (core 2)\n    move DRAM[x + core] NRAM[0] 1\n    ^"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            ".if core\nsync chip\n.endif",
            "x.asm:2:1: this barrier can never be released: cores 1 to 3 wait here for core 0",
        ),
        (
            ".if core < 2\nsync cluster\nsync cluster\n.else\nsync cluster\nsync chip\n.endif",
            "x.asm:6:1: this barrier can never be released: cores 2 and 3 wait here for cores 0 and 1",
        ),
    ],
)
def test_a_barrier_that_is_never_released(text: str, message: str) -> None:
    assert failure(text, on=target(2, 2)).splitlines()[0] == message


def test_every_barrier_that_is_stuck_is_reported() -> None:
    found = failure(".if core\nsync chip\n.else\nsync cluster\n.endif", on=target(2))
    assert [line for line in found.splitlines() if "barrier" in line] == [
        "x.asm:2:1: this barrier can never be released: core 1 waits here for core 0",
        "x.asm:4:1: this barrier can never be released: core 0 waits here for core 1",
    ]


def test_the_memory_it_takes_is_that_of_the_chip_and_its_tensors() -> None:
    text = """
.tensor x DRAM f32 1024 1024
.tensor y DRAM f32 1024 1024
loop 1024 i
move DRAM[x + i * 4096] NRAM[i % 16 * 4096] 4096
compute MAX_32 1024 : relu NRAM[i % 16 * 4096] NRAM[i % 16 * 4096] 1 1024
move NRAM[i % 16 * 4096] DRAM[y + i * 4096] 4096
endloop
"""
    inputs = {"x": numbers(1024, 1024)}
    assembled = program(text, target())
    tracemalloc.start()
    result = interpret(assembled, inputs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.array_equal(result["y"], np.maximum(inputs["x"], 0))
    assert peak < 8 * 2**20 + 64 * 2**10 + 100_000


def test_memories_that_are_too_large() -> None:
    assert failure(".tensor x DRAM f32 1_000_000 1_000_000") == (
        "x.asm: its data take 4000000000000 bytes, more than 8 GiB"
    )
    unlimited = Target("open", {"DRAM": None, "NRAM": None}, both_ways({("DRAM", "NRAM")}), frozenset())
    x = np.zeros(4, np.int8)
    text = ".tensor x DRAM i8 4\nloop 2 i\nmove DRAM[x] NRAM[i * 1_000] 4\nendloop"
    assert interpret(program(text, unlimited), {"x": x})["x"].tolist() == [0] * 4
    assert failure(text.replace("1_000", "10_000_000_000"), {"x": x}, unlimited) == (
        "x.asm: its data take 10000000008 bytes, more than 8 GiB"
    )
    unknown = "loop 1_000_000 i\nloop 1_000_000 j\nmove DRAM[0] NRAM[8 / (i == j)] 4\nendloop\nendloop"
    assert failure(unknown, on=unlimited) == ("x.asm: it cannot be told how far NRAM is used, which has no size")
