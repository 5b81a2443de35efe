import json
from pathlib import Path

import pytest

from tests.cli.command import dlpsim, refused
from tests.cli.texts import CONTENDING, FC_1X256


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "fc.asm"
    path.write_text(FC_1X256)
    return path


def test_text(program: Path) -> None:
    lines = dlpsim("timeline", program).out.splitlines()
    assert lines[0].endswith("fc.asm on dlp-s: cycles 0 to 34 of 34, a column is 1 cycle")
    assert lines[3] == "        compute  ································█·"


@pytest.mark.parametrize(
    ("window", "first"), [("10:20", "10 to 20"), ("30:", "30 to 34"), (":8", "0 to 8"), (":", "0 to 34")]
)
def test_windows(program: Path, window: str, first: str) -> None:
    assert f"cycles {first} of 34," in dlpsim("timeline", program, "--window", window).out


def test_width_and_cores(tmp_path: Path) -> None:
    path = tmp_path / "contending.asm"
    path.write_text(CONTENDING)
    outcome = dlpsim("timeline", path, "--cores", "4", "--core", "2", "--width", "50")
    lines = outcome.out.splitlines()
    assert lines[1] == "1 core of 4; --core N shows another"
    assert all(len(line) <= 50 for line in lines[2:6])
    assert "core 2  decoder" in outcome.out
    assert "core 1 " not in outcome.out


def test_json(program: Path, tmp_path: Path) -> None:
    data = json.loads(dlpsim("timeline", program, "--json").out)
    assert (data["cycles"], data["window"], data["column_cycles"]) == (34, [0, 34], 1)
    assert data["intervals"][0] == {
        "core": 0,
        "unit": "dram",
        "activity": "works",
        "begin": 0,
        "end": 16,
        "pc": 0,
        "line": 1,
        "worked": 16,
    }
    written = tmp_path / "out.json"
    assert dlpsim("timeline", program, "-o", written).out == ""
    assert json.loads(written.read_text(encoding="utf-8")) == data


def test_pictures(program: Path, tmp_path: Path) -> None:
    for name, start in (("out.png", b"\x89PNG"), ("out.SVG", b"<?xml")):
        assert dlpsim("timeline", program, "-o", tmp_path / name).status == 0
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--window", "5"), "--window 5: expected A:B, two cycles of which the first is the lower, such as 100:200"),
        (("--window", "a:b"), "--window a:b: expected A:B, two cycles"),
        (("--window", "9:9"), "--window 9:9: expected A:B, two cycles"),
        (("--window", "-3:9"), "--window -3:9: expected A:B, two cycles"),
        (("--window", ":-1"), "--window :-1: expected A:B, two cycles"),
        (("--window", "34:40"), "--window 34:40 is outside the run, which ends at cycle 34"),
        (("--window", "0:35"), "--window 0:35 is outside the run, which ends at cycle 34"),
        (("--window", "90:"), "--window 90:34 is outside the run, which ends at cycle 34"),
        (("--core", "1", "--core", "-1"), "--core 1: dlp-s has core 0 only\nerror: --core -1: dlp-s has core 0 only"),
        (("-o", "x.gif"), "x.gif: unknown suffix '.gif'; expected .png, .svg or .json"),
        (("-o", "x"), "x: has no suffix; expected .png, .svg or .json"),
        (("-o", "/nowhere/x.png"), "/nowhere/x.png: cannot be written: No such file or directory"),
        (("--width", "3"), "Invalid value for '--width'"),
    ],
)
def test_what_is_wrong(program: Path, arguments: tuple[str, ...], message: str) -> None:
    assert refused("timeline", program, *arguments).startswith(f"error: {message}")


def test_an_old_picture_stays_where_the_new_one_fails(program: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    refused("timeline", program, "--window", "90:", "-o", path)
    assert path.read_bytes() == b"old"


def test_empty_program(tmp_path: Path) -> None:
    path = tmp_path / "empty.asm"
    path.write_text("")
    assert dlpsim("timeline", path).out.endswith("empty.asm on dlp-s: takes no time\n")
    assert dlpsim("timeline", path, "-o", tmp_path / "out.png").status == 0
    assert refused("timeline", path, "--window", "0:1").endswith(
        "--window 0:1 is outside the run, which ends at cycle 0\n"
    )
