import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.data import costs, tile_inputs
from benchmarks.figure import Aim, Figure
from benchmarks.memory import CASES, peak_kib
from benchmarks.processes import COMMANDS
from benchmarks.simulation import MACHINES
from benchmarks.workloads import LOOP_INSTRUCTIONS, distinct_lines, loop, tiles
from dlpsim import simulate
from dlpsim.simulation import Simulation, prepare
from isa.check.check import check


@pytest.mark.parametrize(
    ("aim", "reached"),
    [
        (None, None),
        ((Aim.AT_MOST, 3), True),
        ((Aim.AT_MOST, 2.9), False),
        ((Aim.AT_LEAST, 3), True),
        ((Aim.AT_LEAST, 3.1), False),
    ],
)
def test_aim(aim: tuple[Aim, float] | None, reached: bool | None) -> None:
    figure = Figure.of("runs", "s", [8.0, 1.0, 3.0], aim)
    assert (figure.median, figure.low, figure.high, figure.reached) == (3.0, 1.0, 8.0, reached)


def test_loop_executes_what_it_says() -> None:
    program, config = prepare(loop(10), "dlp-s")
    assert Simulation(program, config).watch.total_instructions == 1 + 10 * LOOP_INSTRUCTIONS


def test_distinct_lines_are_distinct_and_right() -> None:
    lines = distinct_lines(400).splitlines()
    assert len(set(lines)) == 400
    assert simulate(distinct_lines(100_000)).ops["MAC_32"] == sum(n * 256 + 1 for n in range(25_000))


def test_tiles_multiply_matrices_without_a_fault() -> None:
    inputs = tile_inputs(3)
    result = simulate(tiles(3), "dlp-s", data=inputs)
    assert result.tensors is not None
    np.testing.assert_allclose(result.tensors["y"], inputs["x"] @ inputs["w"], rtol=1e-5, atol=1e-4)
    assert check(result.program).findings == ()


def test_every_cost_is_measured_and_overhead_is_that_of_the_sum() -> None:
    (cost,) = costs(2, 1)
    assert min(cost) > 0
    assert cost._replace(timed=1, bare=3, carried=6).overhead == 1.5


@pytest.mark.parametrize("case", CASES)
def test_memory_cases_run(case: str) -> None:
    CASES[case](2_000)
    assert 1_000 < peak_kib() < 10_000_000


def test_quick_run_measures_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--json", str(tmp_path / "figures.json")])
    data = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    table = capsys.readouterr().out
    named = {(figure["name"], figure["unit"]): figure for figure in data["figures"]}
    assert {(f"instruction on {machine}", "bare timeouts") for machine in MACHINES} <= named.keys()
    assert {(command, "s") for command in COMMANDS} <= named.keys()
    assert named["assembly, distinct lines", "lines/s"]["aim"] == "at least 100000"
    assert named["iteration with data", "of the other two"]["aim"] == "at most 1.3"
    assert named["check of fc_1024x256.asm, 4 cores", "s"]["aim"] == "at most 2"
    assert named["dlpsim --help", "s"]["reached"] is (named["dlpsim --help", "s"]["median"] <= 0.15)
    assert all(0 <= figure["low"] <= figure["median"] <= figure["high"] for figure in named.values())
    assert all(figure["name"] in table for figure in data["figures"])
    assert data["provenance"].keys() == {"dlpsim", "python", "simpy", "system", "processor"}
