"""From what the user writes to a grid, or to everything that is wrong with it."""

from pathlib import Path

import pytest

from dlpsim.sweep.grid import Kind
from dlpsim.sweep.point import Point
from dlpsim.sweep.reading import MAX_POINTS, Request, read_grid
from isa.errors import DlpsimError
from tests.cli.texts import CONTENDING, FC_1X256
from tests.sweep.requests import grid


@pytest.fixture
def contending(tmp_path: Path) -> str:
    path = tmp_path / "contending.asm"
    path.write_text(CONTENDING, encoding="utf-8")
    return str(path)


def refused(request: Request) -> tuple[str, ...]:
    with pytest.raises(DlpsimError) as raised:
        read_grid(request)
    return raised.value.messages


def varied(point: Point) -> tuple[object, ...]:
    return (
        point.subject.name,
        point.machine.name,
        point.cores,
        *(value for _, value in point.sets),
        *(value for _, value in point.sizes),
    )


def test_the_last_axis_varies_fastest(contending: str) -> None:
    request = Request(
        [contending, "fc_1x256.asm"],
        ["dlp-m", "dlp-s,dlp-s-real"],
        "2,1",
        [("clock_ghz", "1,2")],
        {"tiles": "4:6:2"},
    )
    found = read_grid(request)
    points = [varied(point) for point in found.points()]
    assert found.size == len(points) == 48
    assert points[:5] == [
        ("contending.asm", "dlp-m", 2, "1", "4"),
        ("contending.asm", "dlp-m", 2, "1", "6"),
        ("contending.asm", "dlp-m", 2, "2", "4"),
        ("contending.asm", "dlp-m", 2, "2", "6"),
        ("contending.asm", "dlp-m", 1, "1", "4"),
    ]
    assert points[8][:3] == ("contending.asm", "dlp-s", 2)
    assert points[24][0] == "fc_1x256.asm"
    settings = list(found.settings())
    assert settings[1] == ("contending.asm", "dlp-m", 2, 1, 6)
    assert [tuple(map(str, setting)) for setting in settings] == [tuple(map(str, point)) for point in points]


@pytest.mark.parametrize(
    ("cores", "sets", "machine"),
    [
        (None, (), "dlp-s"),
        ("1", (), "dlp-s"),
        ("1,2", (), "dlp-m"),
        (None, [("cores", "1,4")], "dlp-m"),
        (None, [("clusters", "1,2")], "dlp-m"),
        (None, [("clock_ghz", "1,2")], "dlp-s"),
    ],
)
def test_machine_of_a_sweep_that_names_none(cores: str | None, sets: list[tuple[str, str]], machine: str) -> None:
    found = read_grid(Request(["fc_1x256.asm"], (), cores, sets))
    assert {point.machine.name for point in found.points()} == {machine}


def test_values_that_are_the_same_count_once(contending: str) -> None:
    found = read_grid(Request([contending, contending], ["dlp-s,dlp-s"], "1,1", (), {"tiles": "2*2,4,0x4,5"}))
    assert [axis.values for axis in found.axes] == [("contending.asm",), ("dlp-s",), ("1",), ("4", "5")]


def test_programs_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.asm").write_text(FC_1X256, encoding="utf-8")
    names = [str(tmp_path / folder / "p.asm") for folder in ("a", "b")]
    assert read_grid(Request(names)).axes[0].values == tuple(names)


def test_typed_values() -> None:
    axes = grid(
        sets=[("clock_ghz", "0.5:1.5:0.5"), ("memory.NRAM.size", "64 KiB:128 KiB:x2"), ("port.dram.scope", "chip,core")]
    ).axes
    assert [axis.typed for axis in axes if axis.kind is Kind.SET] == [
        (0.5, 1, 1.5),
        ("64 KiB", "128 KiB"),
        ("chip", "core"),
    ]


def test_everything_wrong_is_said_at_once(contending: str) -> None:
    messages = refused(
        Request(
            [contending, "nowhere.asm"],
            ["dlp-x"],
            "0,two",
            [("port.dram.latncy", "1"), ("compute.rate.MAC_33", "8:1"), ("memory.NRAMM.size", "1"), ("cores", "1")],
            {"tles": "1:2:3:4", "core": "1", "tiles": "x,5"},
        )
    )
    assert [message.split("\n    hint")[0] for message in messages] == [
        "--set compute.rate.MAC_33: '8:1' is empty: no value from the first to the last",
        "-D tles: '1:2:3:4' is no range: it has 4 parts",
        "-D core=1: 'core' is predefined and cannot be overridden",
        "-D tiles=x: 'x' is not an integer",
        "--cores 0: must be a whole number from 1",
        "--cores two: must be a whole number from 1",
        "--cores and --set cores exclude each other: both say how many cores a cluster has",
        "nowhere.asm: no such file here, and no shipped program or built-in network of that name",
        "no machine or file named 'dlp-x'",
        "-D tles: contending.asm has no .param of that name",
        "-D core: contending.asm has no .param of that name",
    ]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("port.dram.latncy", "--set port.dram.latncy: unknown key\n    hint: did you mean 'latency'?"),
        (
            "latency",
            "--set latency: unknown key\n    hint: did you mean 'port.dram.latency' or 'port.local.latency' or",
        ),
        ("compute.rate.MAC_33", "--set compute.rate.MAC_33: unknown computation type 'MAC_33'\n    hint: did you"),
        ("memory.NRAMM.size", "--set memory.NRAMM.size: unknown memory 'NRAMM'\n    hint: did you mean 'NRAM'?"),
        ("port..latency", "--set port..latency: unknown key"),
        ("a\nb", "--set a\\nb: unknown key"),
    ],
)
def test_unknown_keys(key: str, message: str) -> None:
    (found,) = refused(Request(["fc_1x256.asm"], sets=[(key, "1,2")]))
    assert found.startswith(message)


@pytest.mark.parametrize("key", ["port.new", "port.dram.latency", "memory.nram.size", "compute.rate.mac_32", "name"])
def test_keys_that_a_machine_file_may_have(key: str) -> None:
    assert read_grid(Request(["fc_1x256.asm"], sets=[(key, "1")])).size == 1


def test_unknown_params(contending: str) -> None:
    assert refused(Request([contending], defines={"tils": "1"})) == (
        "-D tils: contending.asm has no .param of that name\n    hint: did you mean 'tiles'?",
    )
    assert refused(Request(["race.asm"], defines={"zz": "1"}))[0].startswith("-D zz: race.asm has no .param of that")
    assert refused(Request([contending, "race.asm"], defines={"zz": "1"}))[0].startswith(
        "-D zz: none of the programs has a .param of that name\n    hint: there are "
    )


@pytest.mark.parametrize(
    ("values", "most", "points"),
    [
        ("1:1_000_000", MAX_POINTS, "2,000,000"),
        ("1:1_000_000_000_000_000_000", MAX_POINTS, "2.000e+18"),
        ("1:6", 11, "12"),
    ],
)
def test_grids_that_are_too_large(contending: str, values: str, most: int, points: str) -> None:
    request = Request([contending], ["dlp-s,dlp-m"], defines={"tiles": values}, max_points=most)
    assert refused(request) == (
        f"the grid has {points} points, at most {most:,} are allowed\n"
        "    hint: take fewer values, or allow more with --max-points",
    )


def test_a_grid_of_just_the_size() -> None:
    assert grid(max_points=12).size == 12
