from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from dlpsim import simulate
from dlpsim.ceilings import Level, level_bytes_per_cycle
from dlpsim.chips import CHIPS
from dlpsim.machine_file import load_machine
from dlpsim.simulation import Result
from dlpsim.views.roofline import Point, RooflineData, four_digits, point, render, roofline_data, under_roofs
from isa.errors import DlpsimError
from tests.machine.repeating import Run, repeating_runs
from tests.reference.examples import examples


def point_of(result: Result) -> Point:
    return point("it", result.machine, result.ops, result.bytes, result.cycles)


@pytest.mark.parametrize(
    ("program", "cores", "intensity", "limit", "attainable"),
    [
        ("fc_1x256_serial.asm", 1, 512 / 2052, "DRAM", 64 * 512 / 2052),
        ("fc_32x256_serial.asm", 1, 2 * 1048576 / 180224, "compute", 512),
        ("fc_32x256_serial.asm", 4, 2 * 1048576 / 180224, "DRAM", 128 * 2 * 1048576 / 180224),
        ("fc_1024x256_serial.asm", 4, 2 * 536870912 / (1048576 + 2097152 + 8388608), "compute", 2048),
    ],
)
def test_exercises(program: str, cores: int, intensity: float, limit: str, attainable: float) -> None:
    result = simulate(Path(program), cores=cores)
    found = point_of(result)
    assert found.limit is not None
    assert found.flop_per_byte(Level.DRAM) == pytest.approx(intensity)
    assert found.limit.name == limit
    assert found.limit.gflops == pytest.approx(attainable)
    assert found.attained_gflops == pytest.approx(2 * result.ops["MAC_32"] / result.cycles)
    assert found.share == pytest.approx(found.attained_gflops / attainable)


@examples(40)
@given(repeating_runs())
def test_nothing_exceeds_its_limits(run: Run) -> None:
    try:
        result = simulate(*run, max_instructions=10**5)
    except DlpsimError:
        return
    found = point_of(result)
    assert all(0 <= limit.share <= 1 for limit in found.limits)
    assert sum(found.bytes.values()) == sum(result.bytes.values())
    for limit in found.limits:
        assert limit.gflops is not None
        assert found.attained_gflops <= limit.gflops * (1 + 1e-12)
    for level, count in found.bytes.items():
        assert Fraction(count, result.cycles) <= level_bytes_per_cycle(result.machine, level)


def test_other_operations_take_time_but_are_no_flop() -> None:
    found = point_of(simulate("compute EXP_32 6400\ncompute MAC_32 25600\n"))
    assert (found.flop, found.other_ops) == (51200, 6400)
    assert found.limit is not None
    assert (found.limit.what, found.limit.gflops, found.share) == ("EXP_32, MAC_32", 256, 1)


def test_levels_of_a_cluster() -> None:
    text = "move DRAM SharedRAM 1280\nmove SharedRAM NRAM 8000\nmove NRAM WRAM 2000\ncompute MAC_16 4000\n"
    found = point_of(simulate(text, "dlp-m"))
    assert found.bytes == {Level.DRAM: 5120, Level.SHARED: 32000, Level.CHIP: 8000}
    assert [found.flop_per_byte(level) for level in Level] == [6.25, 1, 4]
    assert [limit.name for limit in found.limits] == ["DRAM", "SharedRAM", "compute", "on-chip"]


@pytest.mark.parametrize(
    ("text", "limit", "intensity", "cells"),
    [
        ("", None, None, "-        0           -      -  nothing to do"),
        ("sync\n", None, None, "-        0           -      -  nothing to do"),
        ("move DRAM NRAM 640\n", "DRAM", 0.0, "0        0           -  100.0 %  DRAM"),
        ("compute MAC_8 1024\n", "compute", None, "-    2,048       2,048  100.0 %  MAC_8"),
        ("compute EXP_8 256\n", "compute", None, "-        0           -  100.0 %  EXP_8"),
    ],
)
def test_programs_that_lack_something(text: str, limit: str | None, intensity: float | None, cells: str) -> None:
    result = simulate(text)
    found = point_of(result)
    assert (found.limit.name if found.limit else None, found.flop_per_byte(Level.DRAM)) == (limit, intensity)
    lines = text_of(result)
    assert lines[-5] == f"it       dlp-s         {cells}"


def text_of(result: Result) -> list[str]:
    return lines_of(roofline_data([result.machine], [("it", result.machine, result.summary)]))


def lines_of(data: RooflineData) -> list[str]:
    from rich.console import Console  # noqa: PLC0415

    console = Console(width=200)
    with console.capture() as capture:
        console.print(render(data))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_roofs_as_text() -> None:
    assert text_of(simulate("", "dlp-m"))[:5] == [
        "dlp-m: 4 cores, 1 GHz",
        "  GFLOP/s    MAC_32 2,048, MAC_16 4,096, MAC_8 8,192",
        "  DRAM       128 GB/s; ridge at MAC_32 16, MAC_16 32, MAC_8 64 FLOP/B",
        "  SharedRAM  4,000 GB/s; ridge at MAC_32 0.512, MAC_16 1.024, MAC_8 2.048 FLOP/B",
        "  on-chip    4,000 GB/s; ridge at MAC_32 0.512, MAC_16 1.024, MAC_8 2.048 FLOP/B",
    ]


def test_numbers_beyond_a_float() -> None:
    found = point_of(simulate(f"move DRAM NRAM 1\ncompute MAC_32 {10**400}\n"))
    assert found.flop_per_byte(Level.DRAM) is None
    assert found.attained_gflops == pytest.approx(512)
    assert [limit.gflops for limit in found.limits] == [pytest.approx(512), None]


def test_as_json() -> None:
    result = simulate("move DRAM NRAM 640\nsync\ncompute MAC_32 2560\n")
    data = roofline_data([load_machine("dlp-s")] * 2, [("it", result.machine, result.summary)], CHIPS[:1]).to_dict()
    assert [machine["machine"] for machine in data["machines"]] == ["dlp-s"]
    assert data["machines"][0]["ridges"][0] == {"level": "DRAM", "mac_type": "MAC_32", "flop_per_byte": 8}
    assert data["points"] == [
        {
            "name": "it",
            "machine": "dlp-s",
            "part_of": None,
            "part": 1,
            "cycles": 20,
            "flop": 5120,
            "other_ops": 0,
            "bytes": {"DRAM": 640},
            "flop_per_dram_byte": 8,
            "attained_gflops": 256,
            "attainable_gflops": 512,
            "attained_by_attainable": 0.5,
            "limit": "compute",
            "limits": [
                {"name": "compute", "what": "MAC_32", "flop_per_byte": None, "gflops": 512, "share": 0.5},
                {"name": "DRAM", "what": "DRAM", "flop_per_byte": 8, "gflops": 512, "share": 0.5},
            ],
        }
    ]
    assert (data["flop_per_mac"], data["chips"][0]["name"]) == (2, "NVIDIA T4")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (15.059, "15.06"),
        (999.94, "999.9"),
        (999.96, "1,000"),
        (1489.455, "1,489"),
        (2e6, "2,000,000"),
    ],
)
def test_four_digits(value: float, text: str) -> None:
    assert four_digits(value) == text


def test_parts_of_a_run_stand_below_it_as_far_as_they_matter() -> None:
    config = load_machine("dlp-s")
    ops, moved = {"MAC_32": 25600}, {"DRAM->NRAM": 640}
    parts = [
        replace(point(name, config, ops, moved, 100), part_of="it", part=part)
        for name, part in (("a_layer_with_a_long_name", 0.9), ("some", 0.001), ("few", 0.0009))
    ]
    lines = lines_of(under_roofs([config], [point("it", config, ops, moved, 200), *parts]))
    assert [line.split()[0] for line in lines[7:10]] == ["it", "…_with_a_long_name", "some"]
    assert "90.0 %" in lines[8]
    assert lines[-1] == "Left out: 1 layer with less than 0.1 % of the cycles."
