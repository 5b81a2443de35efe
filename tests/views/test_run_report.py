from collections.abc import Sequence

import pytest
from rich.console import Console

from dlpsim import simulate
from dlpsim.views.run_report import render


def report(text: str, machine: str = "dlp-s", sets: Sequence[tuple[str, str]] = ()) -> str:
    result = simulate(text, machine, sets=sets)
    console = Console(width=1000)
    with console.capture() as captured:
        console.print(render(result.program, result.machine, result.summary, result.time_s))
    return captured.get()


@pytest.mark.parametrize(
    ("machine", "sets", "headline"),
    [
        ("dlp-s", [], "<text> on dlp-s: 1 core, 1 GHz\n"),
        ("dlp-m", [("clock_ghz", "1.25")], "<text> on dlp-m: 4 cores, 1.25 GHz\n"),
        ("dlp-m", [("clusters", "3")], "<text> on dlp-m: 12 cores in 3 clusters, 1 GHz\n"),
    ],
)
def test_headline(machine: str, sets: list[tuple[str, str]], headline: str) -> None:
    assert report("", machine, sets).startswith(headline)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("compute MAC_32 300\n", "  MAC array 58.6 % used: 150 of 256 MAC_32 a cycle\n"),
        ("compute MAC_16 512\n", "  MAC array 100.0 % used: 512 of 512 MAC_16 a cycle\n"),
        ("compute MAC_16 512\ncompute MAC_32 256\n", "  MAC array 100.0 % used\n"),
        ("compute ADD_32 256\n", "  MAC array 0.0 % used\n"),
    ],
)
def test_mac_array(text: str, line: str) -> None:
    assert line in report(text)


def test_time_follows_the_clock() -> None:
    text = "compute MAC_32 256 * 1000\n"
    assert "  1,000 cycles = 1 µs\n" in report(text)
    assert "  1,000 cycles = 500 ns\n" in report(text, sets=[("clock_ghz", "2")])


def test_bandwidth_possible_counts_every_port() -> None:
    text = "move SharedRAM NRAM 1000\nmove DRAM NRAM 128\n"
    rows = [line.split() for line in report(text, "dlp-m", [("clusters", "2")]).splitlines() if "->" in line]
    assert rows == [
        ["DRAM->NRAM", "dram", "1,024", "128", "128", "100.0", "%"],
        ["SharedRAM->NRAM", "shared", "8,000", "1,000", "8,000", "12.5", "%"],
    ]


def test_parameters() -> None:
    assert "Parameters" not in report("compute MAC_32 1\n")
    text = report(f".param M 1024\n.param huge {'9' * 50}\ncompute MAC_32 M\n")
    assert text.endswith("  Parameters (change with -D NAME=VALUE): M 1,024, huge 1.000e+50\n")
