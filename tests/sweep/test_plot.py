"""Plots: what runs where, what is drawn, and that it is drawn the same twice."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from dlpsim.sweep.plot import plot
from dlpsim.sweep.plot_data import plot_data
from dlpsim.sweep.plot_plan import Form, PlotPlan, plot_plan
from dlpsim.sweep.plot_scale import number_text
from isa.errors import DlpsimError
from tests.sweep.requests import PARTLY, grid, swept

RATE, LATENCY, DEPTH = (
    ("compute.rate.MAC_32", "64:256:x2"),
    ("port.dram.latency", "0,100"),
    ("decoder.queue_depth", "1:9"),
)


@pytest.mark.parametrize(
    ("changes", "against", "plan"),
    [
        ({"machines": ["dlp-s"], "sets": [RATE]}, None, PlotPlan(Form.LINES, 2, ())),
        ({"machines": ["dlp-s"], "sets": [LATENCY, RATE]}, None, PlotPlan(Form.LINES, 3, (2,))),
        ({"machines": ["dlp-s"], "sets": [LATENCY, RATE]}, "port.dram.latency", PlotPlan(Form.LINES, 2, (3,))),
        ({"sets": []}, None, PlotPlan(Form.BARS, 1, ())),
        ({"sets": [LATENCY]}, None, PlotPlan(Form.LINES, 2, (1,))),
        ({"sets": [LATENCY]}, "machine", PlotPlan(Form.BARS, 1, (2,))),
        ({"machines": ["dlp-s"], "sets": [RATE, DEPTH]}, None, PlotPlan(Form.LINES, 3, (2,))),
        ({"machines": ["dlp-s"], "sets": [RATE, DEPTH]}, "compute.rate.MAC_32", PlotPlan(Form.HEAT, 2, (3,))),
        ({"sets": [RATE, LATENCY]}, None, PlotPlan(Form.LINES, 2, (1, 3))),
        ({"machines": ["dlp-s"], "sets": [("port.dram.scope", "chip,core")]}, None, PlotPlan(Form.BARS, 2, ())),
        ({"machines": ["dlp-s"], "sets": [("memory.NRAM.size", "4 KiB,1 MiB")]}, None, PlotPlan(Form.LINES, 2, ())),
    ],
)
def test_what_runs_where(changes: dict[str, Any], against: str | None, plan: PlotPlan) -> None:
    assert plot_plan(grid(**changes), against) == plan


@pytest.mark.parametrize(
    ("changes", "against", "message"),
    [
        (
            {"machines": ["dlp-s"], "sets": []},
            None,
            "--plot: no parameter has more than one value: there is nothing to plot against",
        ),
        (
            {"sets": [RATE]},
            "compute.rate.MAC",
            "--against compute.rate.MAC: no parameter of that name varies\n    hint: did you mean "
            "'compute.rate.MAC_32'?",
        ),
        (
            {"machines": ["dlp-s"], "sets": [RATE]},
            "zz",
            "--against zz: no parameter of that name varies\n    hint: what varies is compute.rate.MAC_32",
        ),
        (
            {"sets": [RATE, LATENCY, DEPTH]},
            None,
            "--plot: 12 combinations of machine, compute.rate.MAC_32, port.dram.latency are too many lines, at most 8 "
            "can be told apart\n    hint: give them fewer values; any two parameters alone can be plotted",
        ),
    ],
)
def test_what_cannot_be_plotted(changes: dict[str, Any], against: str | None, message: str) -> None:
    with pytest.raises(DlpsimError) as raised:
        plot_plan(grid(**changes), against)
    assert raised.value.messages == (message,)


def test_each_value_is_where_its_parameters_say() -> None:
    sets = [("port.dram.latency", "100,0"), ("compute.rate.MAC_32", "256,64,128")]
    table = swept(grid(sets=sets))
    data = plot_data(table, plot_plan(table.grid), "cycles")
    assert (data.x_name, data.x_labels, data.x_numbers) == (
        "compute.rate.MAC_32 (ops/cycle)",
        ("64", "128", "256"),
        (64.0, 128.0, 256.0),
    )
    assert data.series_name == "machine\nport.dram.latency (cycles)"
    found = {
        (series.name, label): value
        for series in data.series
        for label, value in zip(data.x_labels, series.values, strict=True)
    }
    rows = table.to_dict()["rows"]
    assert found == {
        (f"{row['machine']}, {row['port.dram.latency']}", str(row["compute.rate.MAC_32"])): row["cycles"]
        for row in rows
    }
    assert len(found) == 12


@pytest.fixture
def partly(tmp_path: Path) -> str:
    path = tmp_path / "partly.asm"
    path.write_text(PARTLY, encoding="utf-8")
    return str(path)


CASES: dict[str, dict[str, Any]] = {
    "line": {"defines": {"T": "1:12"}, "sets": []},
    "lines": {"defines": {"T": "1:12", "scale": "1,10,100"}, "sets": []},
    "bars": {"defines": {"T": "4"}, "sets": [], "machines": ["dlp-s,dlp-s-real,dlp-m"]},
    "heat": {"defines": {"T": "1:12", "scale": "1:9"}, "sets": []},
    "nothing": {"defines": {"T": "9:12"}, "sets": []},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("metric", ["cycles", "utilization", "time_s"])
def test_pictures_are_drawn_the_same_twice(partly: str, case: str, metric: str) -> None:
    changes = {"machines": ["dlp-s"], **CASES[case]}
    table = swept(grid(programs=[partly], **changes))
    plan = plot_plan(table.grid)
    picture = plot(table, plan, metric, "svg")
    assert picture == plot(table, plan, metric, "svg")
    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"


def test_png(partly: str) -> None:
    table = swept(grid(programs=[partly], machines=["dlp-s"], **CASES["lines"]))
    picture = plot(table, plot_plan(table.grid), "cycles", "png")
    assert picture.startswith(b"\x89PNG")
    assert picture == plot(table, plot_plan(table.grid), "cycles", "png")


def test_points_that_cannot_be_run_leave_gaps(partly: str) -> None:
    table = swept(grid(programs=[partly], machines=["dlp-s"], **CASES["line"]))
    data = plot_data(table, plot_plan(table.grid), "cycles")
    assert [value is None for value in data.series[0].values] == [False] * 8 + [True] * 4
    assert data.said == "partly.asm on dlp-s: 12 points; 4 cannot be run (left out)"
    assert len(data.values) == 8


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (133_888, "cycles", "133,888"),
        (2_500_000, "cycles", "2.5 M"),
        (3e13, "cycles", "30 T"),
        (1e36, "cycles", "1e+36"),
        (0.125, "0 to 1", "12.5 %"),
        (2e-6, "s", "2 µs"),
        (12.8, "B/cycle", "12.8"),
    ],
)
def test_numbers_at_the_axes(value: float, unit: str, text: str) -> None:
    assert number_text(value, unit) == text
