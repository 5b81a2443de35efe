import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.data import costs, tile_inputs
from benchmarks.figure import Aim, Figure
from benchmarks.growth import growth, plot, table
from benchmarks.memory import CASES, peak_kib
from benchmarks.networks import networks
from benchmarks.pages import MOST_MB, MOST_OPENING_S, pages
from benchmarks.peers import NotInstallableError
from benchmarks.processes import COMMANDS
from benchmarks.programs import programs
from benchmarks.repetition import LOOPS, Loop
from benchmarks.simulation import MACHINES
from benchmarks.workloads import LOOP_INSTRUCTIONS, distinct_lines, loop, straight, stretches, tiles
from dlpsim import simulate
from dlpsim.simulation import Simulation, prepare
from isa.check.check import check
from tests.tools import no_browser, require


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


@pytest.mark.parametrize("each", LOOPS, ids=lambda each: f"{each.name}, {each.machine}")
def test_loops_run_to_the_same_end_without_skips(each: Loop) -> None:
    text = each.text.format(count=20)
    totals = [simulate(text, each.machine, each.cores, skip=skip).to_dict() for skip in (True, False)]
    assert totals[0] == totals[1]
    assert totals[0]["cycles"] > 20


def test_straight_program_has_as_many_instructions_as_asked_for() -> None:
    program, _ = prepare("".join(straight(1_000)), "dlp-s")
    assert len(program.cores[0]) == 1_000


def test_stretches_are_distinct() -> None:
    assert len({tuple(text.splitlines()[1:3]) for text in stretches(20).split("sync chip\n") if text}) == 20


def test_growth_is_told_and_drawn(tmp_path: Path) -> None:
    panels = list(growth(1, counts=(10, 100), cores=(1, 2), distinct=(1, 2)))
    lines = table(panels).splitlines()
    assert lines[0] == "| iterations of the loop, on 4 cores | no sync | syncs and a barrier | loop in a loop |"
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| 1")] == ["10", "100", "1", "1"]
    plot(panels, tmp_path / "growth.svg")
    assert "</svg>" in (tmp_path / "growth.svg").read_text(encoding="utf-8")


def test_peers_are_skipped_where_they_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(_: Path) -> Path:
        raise NotInstallableError("scalesim==3.0.0 cannot be installed: no network")

    monkeypatch.setattr("benchmarks.peers._install", install)
    main(["peers"])
    assert capsys.readouterr().out == "skipped: scalesim==3.0.0 cannot be installed: no network\n"


def test_page_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    require(no_browser())
    made, size, opened = pages(8_000, 1)
    assert made.median > 0
    assert 4.8 < size.median < MOST_MB
    assert size.reached
    assert opened.aim == (Aim.AT_MOST, MOST_OPENING_S)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotInstallableError, match="Chromium is not installed"):
        next(pages(8_000, 1))


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
    assert named["Perfetto trace on dlp-m-real, export alone", "instructions/s"]["aim"] == "at least 100000"
    assert named["iteration with data", "of the other two"]["aim"] == "at most 1.3"
    assert named["check of fc_1024x256.asm, 4 cores", "s"]["aim"] == "at most 2"
    assert named["dlpsim --help", "s"]["reached"] is (named["dlpsim --help", "s"]["median"] <= 0.15)
    assert named["instruction on dlp-s, with a full trace", "bare timeouts"]["aim"] == "at most 16"
    assert named["fc_1024x256_pipelined.asm on 4 cores, N=2048", "times faster than --no-skip"]["aim"] == "at least 5"
    assert sum(unit == "times 1e+03" for _, unit in named) == len(LOOPS)
    assert all(0 <= figure["low"] <= figure["median"] <= figure["high"] for figure in named.values())
    assert all(figure["name"] in table for figure in data["figures"])
    assert data["provenance"].keys() == {"dlpsim", "python", "simpy", "system", "processor"}


def test_networks() -> None:
    seconds, ratio, peak = networks(1, only_small=True)
    assert [figure.unit for figure in (seconds, ratio, peak)] == ["s", "million bare timeouts", "MiB"]
    assert min(seconds.median, ratio.median) > 0
    assert peak.reached


def test_programs_are_held_against_their_floors() -> None:
    figures = list(programs(only_small=True))
    assert [figure.name for figure in figures] == [
        f"mlp on {machine}, cycles above the floor" for machine in ("dlp-s", "dlp-m")
    ]
    assert all(0 < figure.median < 10 for figure in figures)
