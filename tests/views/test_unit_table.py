from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text

from dlpsim import simulate
from dlpsim.views.summary import SummaryData, UnitTime
from dlpsim.views.unit_table import unit_table


def lines(summary: SummaryData) -> list[str]:
    console = Console(width=1000)
    with console.capture() as captured:
        console.print(unit_table(summary))
    return [line.rstrip() for line in captured.get().splitlines()]


def with_units(units: dict[str, UnitTime], cycles: int) -> SummaryData:
    summary = simulate("compute MAC_32 1\n").summary
    return replace(summary, cycles=cycles, cores=(replace(summary.cores[0], units=units),))


def test_cores_alike_share_their_rows() -> None:
    table = lines(simulate(".if core != 2\ncompute MAC_32 512\n.endif\n", "dlp-m", 4).summary)
    assert [line.split()[:3] for line in table if line.startswith("core")] == [
        ["cores", "0", "and"],
        ["core", "2", "compute"],
        ["core", "3", "compute"],
    ]


@pytest.mark.parametrize(
    ("unit", "bar"),
    [
        (UnitTime(0, {}, 100), "················   0.0 %"),
        (UnitTime(100, {}, 0), "████████████████ 100.0 %"),
        (UnitTime(1, {}, 99), "█···············   1.0 %"),
        (UnitTime(99, {}, 1), "███████████████·  99.0 %"),
        (UnitTime(1, {"port": 1}, 98), "█▒··············   1.0 %"),
        (UnitTime(98, {"setup": 1}, 1), "██████████████▒·  98.0 %"),
        (UnitTime(99, {"port": 1}, 0), "███████████████▒  99.0 %"),
        (UnitTime(0, {"port": 50, "setup": 50}, 0), "▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   0.0 %"),
    ],
)
def test_bar(unit: UnitTime, bar: str) -> None:
    assert lines(with_units({"compute": unit}, 100))[-1].endswith(f"  {bar}")


def test_bars_shrink_before_the_table_grows() -> None:
    def widest(cycles: int) -> tuple[int, int]:
        unit = UnitTime(cycles, {"setup": cycles, "port": cycles}, cycles)
        table = lines(with_units({"compute": unit}, 4 * cycles))
        return max(map(len, table)), table[-1].count("█")

    assert widest(10) == (76, 4)
    assert widest(10**7) == (80, 1)
    assert widest(10**14) == (116, 1)
    assert widest(10**15) == (80, 2)


def test_only_reasons_that_occur_have_a_column() -> None:
    def heading(stalled: dict[str, int]) -> str:
        table = lines(with_units({"compute": UnitTime(1, stalled, 1)}, 10))
        return next(line for line in table if line.startswith("Cycles of"))

    assert heading({}).split() == ["Cycles", "of", "unit", "busy", "stalled", "idle", "·", "idle"]
    assert heading({"port": 1}).split()[4:6] == ["port", "idle"]
    assert heading({"port": 1, "setup": 1}).split()[4:6] == ["setup", "port"]


def test_bars_are_coloured() -> None:
    table = unit_table(simulate("compute MAC_32 1\n").summary)
    (bar, *_) = table.columns[-1].cells
    assert isinstance(bar, Text)
    assert str(bar.spans[0].style) == "green"
