from fractions import Fraction

import pytest

from dlpsim import simulate
from dlpsim.machine_file import load_machine
from dlpsim.views.summary import CoreSummary, UnitTime

REAL = load_machine("dlp-s-real")


def test_units_of_one_move() -> None:
    (core,) = simulate("move DRAM NRAM 129\n", REAL).summary.cores
    assert core == CoreSummary(
        core=0,
        cycles=1 + 20 + 3 + 100,
        units={
            "compute": UnitTime(busy=0, stalled={}, idle=124),
            "dram": UnitTime(busy=3, stalled={"setup": 20}, idle=101),
            "local": UnitTime(busy=0, stalled={}, idle=124),
        },
    )


def test_compute_with_setup() -> None:
    (core,) = simulate("compute MAC_32 257\n", REAL).summary.cores
    assert core.units["compute"] == UnitTime(busy=2, stalled={"setup": 2}, idle=1 + 8)


def test_waiting_for_a_port() -> None:
    summary = simulate("move DRAM NRAM 256\n", "dlp-m", 3).summary
    units = [core.units["dram"] for core in summary.cores]
    assert [unit.stalled for unit in units] == [{"port": 2}, {"port": 3}, {"port": 4}]
    assert [(unit.busy, unit.idle) for unit in units] == [(2, 2), (2, 1), (2, 0)]


def test_sums_over_cores_and_loops() -> None:
    text = "loop 3\nmove DRAM NRAM 10\nloop core\ncompute ADD_8 7\nendloop\nendloop\nmove NRAM DRAM 1\n"
    result = simulate(text, "dlp-m", 4)
    assert result.ops == {"ADD_8": 7 * 3 * (0 + 1 + 2 + 3)}
    assert result.bytes == {"DRAM->NRAM": 10 * 3 * 4, "NRAM->DRAM": 4}


def test_what_was_not_executed_is_not_counted() -> None:
    result = simulate("loop 0\nmove DRAM NRAM 1\ncompute MAC_32 1\nendloop\ncompute EXP_16 1\n")
    assert (result.ops, result.bytes) == ({"EXP_16": 1}, {})


@pytest.mark.parametrize(
    ("text", "cores", "utilization"),
    [
        ("", 1, 0),
        ("compute MAC_32 256\n", 1, 1),
        ("compute MAC_32 1\n", 1, Fraction(1, 256)),
        ("compute MAC_8 512\ncompute MAC_32 128\n", 1, Fraction(1, 2)),
        ("compute ADD_32 256\ncompute MAC_16 512\n", 1, Fraction(1, 2)),
        (".if core == 0\ncompute MAC_32 1024\n.endif\n", 4, Fraction(1, 4)),
    ],
)
def test_utilization(text: str, cores: int, utilization: Fraction) -> None:
    assert simulate(text, "dlp-m", cores).utilization == pytest.approx(float(utilization))
