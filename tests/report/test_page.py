"""What stands in the page, and what it is made from."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dlpsim.deploy.deployment import deploy
from dlpsim.machine_file import load_machine
from dlpsim.metrics import METRICS
from dlpsim.networks.zoo.table import build
from dlpsim.report.bars import timeline_chart
from dlpsim.report.collect import MOST_BARS, Asked, ReportData, collect
from dlpsim.report.page import page
from dlpsim.report.source import AROUND, MOST_LINES, SHOWN_LINES
from dlpsim.simulation import prepare
from dlpsim.views.excerpt import read_window
from isa.errors import DlpsimError
from tests.cli.texts import CONTENDING, FC_1X256
from tests.report.pages import ENDLESS, HOSTILE


def collected(text: str, machine: str = "dlp-s", window: str = "", cores: int | None = None) -> ReportData:
    program, config = prepare(text, machine, cores)
    asked = Asked(range(config.total_cores), read_window(window) if window else None)
    return collect(program, config, asked, "dlpsim report <text> -o page.html")


def html(data: ReportData) -> str:
    """Return the page without scripts and styles."""
    text = page(data).decode()
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)


def test_is_one_file_under_6_mb_and_the_same_again() -> None:
    made = page(collected(CONTENDING, "dlp-m-real"))
    assert made == page(collected(CONTENDING, "dlp-m-real"))
    assert len(made) < 6_000_000
    assert made.count(b"plotly.js v") == 1


def test_refers_to_nothing_outside() -> None:
    text = html(collected(FC_1X256))
    assert "http" not in text.replace('http-equiv="Content-Security-Policy"', "")
    assert re.findall(r'(?:src|href)="(?!#L\d+"|data:,")', text) == []
    assert "default-src 'none'" in text


def test_texts_of_the_program_are_harmless() -> None:
    made = page(collected(HOSTILE)).decode()
    assert made.count("window.pwned") == HOSTILE.count("window.pwned")
    assert "<script>window.pwned" not in made
    assert "&lt;/script&gt;&lt;script&gt;window.pwned = 1&lt;/script&gt;&lt;img src=x" in made
    assert "${data} $body" in made
    assert made.count("</script>") == 3


@pytest.mark.parametrize("text", [FC_1X256, CONTENDING, HOSTILE])
def test_shares_of_lines_are_those_of_the_path(text: str) -> None:
    data = collected(text, "dlp-m")
    cells = re.findall(r'<td class="number path">([\d.]+) %</td>', html(data))
    expected = [100 * row.path_cycles / data.cycles for row in data.explanation.lines.rows if row.path_cycles]
    assert [float(cell) for cell in cells] == pytest.approx(expected, abs=0.051)
    assert sum(expected) == pytest.approx(100)


def test_meanings_are_those_of_the_metrics() -> None:
    text = html(collected(CONTENDING, "dlp-m-real"))
    titles = set(map(unescape, re.findall(r'class="explained" title="([^"]*)"', text)))
    assert titles <= {metric.text for metric in METRICS.values()}
    names = ("cycles", "utilization", "busy", "critical_path", "attainable_gflops", "used_bytes_per_cycle")
    assert {METRICS[name].text for name in names} <= titles


def test_parts_of_a_bar_add_up() -> None:
    text = html(collected(CONTENDING, "dlp-m-real"))
    stacks = re.findall(r'<span class="stack">(.*?)</span>', text, re.DOTALL)
    sums = [sum(map(float, re.findall(r"width:([\d.]+)%", stack))) for stack in stacks]
    assert len(sums) > 4
    assert sums == pytest.approx([100] * len(sums), abs=0.02)


def test_bars_are_the_intervals() -> None:
    data = collected(CONTENDING, "dlp-m")
    chart = timeline_chart(data)
    (whole,) = chart["parts"]
    bars = [described(chart, bar) for bar in whole["bars"]]
    intervals = data.timelines[0].intervals or ()
    assert bars == [
        (bar.core, bar.unit, bar.activity.value, bar.begin, bar.end, bar.line, bar.worked) for bar in intervals
    ]


def described(chart: dict[str, Any], bar: list[int]) -> tuple[Any, ...]:
    lane, activity, begin, end, instruction, worked, _ = bar
    of, line = chart["lanes"][lane], chart["instructions"][instruction]["line"]
    return of["core"], of["unit"], chart["activities"][activity]["name"], begin, end, line, worked


def test_what_syncs_wait_for() -> None:
    text = "move DRAM NRAM 64\ncompute MAC_32 256 * 9\nsync\nmove DRAM NRAM 64\ncompute MAC_32 256\nsync\n"
    chart = timeline_chart(collected(text))
    notes = [chart["notes"][bar[-1]] for bar in chart["parts"][0]["bars"] if bar[-1]]
    assert notes == ["for compute, line 2", "for compute, line 5"]


def test_windows_of_a_long_run() -> None:
    chart = timeline_chart(collected(ENDLESS))
    whole, *windows = chart["parts"]
    assert "bars" not in whole
    assert [window["name"].split()[1] for window in windows] == ["0", "7,999,998,501", "15,999,997,002"]
    assert all(0 < len(window["bars"]) <= MOST_BARS for window in windows)
    assert all(window["bars"][-1][3] <= window["cycles"] + 16 for window in windows)


def test_window_that_was_asked_for() -> None:
    chart = timeline_chart(collected(ENDLESS, window="1000000000:1000000032"))
    assert [part["name"] for part in chart["parts"]] == [
        "Whole run, reduced",
        "Cycles 1,000,000,000 to 1,000,000,032",
    ]
    assert (chart["parts"][1]["begin"], chart["parts"][1]["cycles"]) == ("1000000000", 32)
    with pytest.raises(DlpsimError) as caught:
        collected(FC_1X256, window="30:40")
    assert caught.value.messages == ("--window 30:40 is outside the run, which ends at cycle 34",)


def test_only_some_lines_of_a_long_program() -> None:
    text = "; filler\n" * MOST_LINES + "move DRAM NRAM 64\nsync\n" + "; filler\n" * 10
    shown = html(collected(text))
    assert re.findall(r'<tr[^>]* id="L(\d+)"', shown) == [
        str(MOST_LINES + place) for place in range(1 - AROUND, 3 + AROUND)
    ]
    assert f"… {MOST_LINES - AROUND:,} lines" in shown
    assert "… 9 lines" in shown
    assert f"Only the {SHOWN_LINES} lines that matter most" in shown


def test_what_no_float_can_hold() -> None:
    loops = f"loop 1{'0' * 110}\n" * 3
    text = loops + "move DRAM NRAM 64\nsync\n" + "endloop\n" * 3
    with pytest.raises(DlpsimError) as caught:
        collected(text)
    assert caught.value.messages == (
        "a timeline shows at most 1.000e+300 cycles, not 1.000e+330: choose some with --window A:B",
    )
    data = collected(text, window="10:20")
    assert "1.000e+330" in html(data)
    assert [part["name"] for part in timeline_chart(data)["parts"]] == ["Cycles 10 to 20"]


def test_lines_in_advice_are_links() -> None:
    program, config = prepare(Path("fc_1024x256_serial.asm"), "dlp-s")
    text = html(collect(program, config, Asked([0]), ""))
    advice = re.findall(r'<section id="advice">.*?</section>', text, re.DOTALL)[0]
    assert 'Line <a class="line" href="#L112" data-line="112">112</a> waits 16,384 cycles in all for line <a' in advice


def test_data_are_json() -> None:
    made = page(collected(HOSTILE)).decode()
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', made)
    assert set(json.loads(data)) == {"timeline", "roofline"}


def test_layers_of_a_network() -> None:
    deployment = deploy(build("mlp", {"batch": 4, "features": 20, "hidden": 24}), load_machine("dlp-m"))
    program, machine = deployment.program, deployment.compiled.machine
    data = collect(program, machine, Asked(range(machine.total_cores)), "dlpsim report mlp -o page.html", deployment)
    text = html(data)
    assert data.layers is not None
    assert sum(row.cycles for row in data.layers.rows) == data.cycles
    assert [row.name for row in data.layers.rows if row.name in text] == ["fc1", "fc2", "fc3"]
    assert '<section id="layers">' in text
    assert text.count('<details class="layer">') == 3
    assert all(f'<a href="#layer-{n}"' in text and f'<table id="layer-{n}">' in text for n in range(3))
    assert "bytes that must cross its ports" in text
    assert '<section id="layers">' not in html(collected(FC_1X256))
