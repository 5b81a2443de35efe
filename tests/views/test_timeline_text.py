import pytest

from dlpsim import simulate
from dlpsim.simulation import prepare
from dlpsim.views.timeline import Timeline
from dlpsim.views.timeline_text import label_width, render

PROGRAM = """\
move DRAM NRAM 640
sync
compute MAC_32 512
move NRAM DRAM 128
"""


def shown(text: str, machine: str = "dlp-s", columns: int = 60, **options: int) -> list[str]:
    program, config = prepare(text, machine, options.get("cores"))
    view = Timeline(program, config)
    cycles = simulate(program, config, listeners=[view]).cycles
    window = options.get("begin", 0), options.get("end", cycles)
    data = view.data(cycles, window, range(options.get("shown", config.total_cores)), columns)
    return [line.rstrip() for line in render(data, label_width(config.units, config.total_cores))]


def test_a_cycle_a_column() -> None:
    assert shown(PROGRAM) == [
        "<text> on dlp-s: cycles 0 to 12 of 12, a column is 1 cycle",
        "",
        "core 0  decoder  ssssssssss··",
        "        compute  ··········██",
        "        dram     ████████████",
        "                 0         10",
        "",
        "█ works   s waits at a sync   · nothing",
    ]


def test_several_cycles_a_column() -> None:
    assert shown(PROGRAM, "dlp-s-real", columns=20) == [
        "<text> on dlp-s-real: cycles 0 to 255 of 255, a column is 13 cycles",
        "",
        "core 0  decoder  ssssssssss··········",
        "        compute  ··········▁~········",
        "        dram     u▃▃~~~~~~~u▁~~~~~~~~",
        "                 0         130",
        "",
        "█ works   u sets up   ~ result in flight   d decodes   s waits at a sync",
        "· nothing",
        "▁▂▃▄▅▆▇█: the part of a column for which it works; where none, what takes most",
    ]


def test_cores_that_wait_for_each_other() -> None:
    text = "move DRAM NRAM 128 * (2 + 2 * core)\nsync cluster\nmove SharedRAM NRAM 1000\n"
    assert shown(text, "dlp-m", cores=2) == [
        "<text> on dlp-m: cycles 0 to 7 of 7, a column is 1 cycle",
        "",
        "core 0  decoder  sssbbb·",
        "        dram     ▅▅▅····",
        "        shared   ······█",
        "core 1  decoder  ssssss·",
        "        dram     ▅▅▅▅▅▅·",
        "        shared   ······█",
        "                 0",
        "",
        "█ works   p waits for its port   s waits at a sync   b waits at a barrier",
        "· nothing",
        "▁▂▃▄▅▆▇█: the part of a column for which it works; where none, what takes most",
    ]


def test_a_full_queue() -> None:
    text = "loop 12\nmove DRAM NRAM 256\nendloop\n"
    program, config = prepare(text, "dlp-s", sets=[("decoder.queue_depth", "1")])
    view = Timeline(program, config)
    cycles = simulate(program, config, listeners=[view]).cycles
    lines = list(render(view.data(cycles, (8, 20), [0], 60), 17))
    assert lines[2:4] == ["core 0  decoder  qqqqqqqqqqqq", "        dram     ████████████"]
    assert lines[-1] == "█ works   q waits for a full queue   · nothing"


def test_a_window_of_some_cores() -> None:
    lines = shown("compute MAC_32 256 * 40\n", "dlp-m", begin=10, end=14, shown=1)
    assert lines[:2] == [
        "<text> on dlp-m: cycles 10 to 14 of 40, a column is 1 cycle",
        "1 core of 4; --core N shows another",
    ]
    assert lines[3:5] == ["core 0  decoder  ····", "        compute  ████"]


@pytest.mark.parametrize("text", ["", "loop 1_000_000\nsync\nendloop\n"])
def test_nothing_takes_time(text: str) -> None:
    assert shown(text) == ["<text> on dlp-s: takes no time"]


def test_the_scale_of_a_long_run_keeps_its_distance() -> None:
    lines = shown("loop 1_000_000_000_000\nmove DRAM NRAM 64\ncompute MAC_32 1024\nsync\nendloop\n", columns=50)
    assert lines[0].endswith("cycles 0 to 4,000,000,000,000 of 4,000,000,000,000, a column is 80,000,000,000 cycles")
    assert lines[3:6] == [
        "        compute  " + "█" * 50,
        "        dram     " + "▂" * 50,
        "                 0                   1,600,000,000,000",
    ]
