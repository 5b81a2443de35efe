"""`dlpsim check`: exit status and JSON; what is found is tested beside the checks."""

import json
from pathlib import Path

import pytest

from dlpsim.cli.main import status
from dlpsim.programs import shipped_programs


@pytest.mark.parametrize("name", [name for name in shipped_programs() if name != "race.asm"])
def test_shipped_programs_are_clean(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    cores = ["--cores", "4"] if "cluster" in name else []
    assert status(["check", name, *cores]) == 0
    assert ": nothing found" in capsys.readouterr().out


def test_the_race_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "race.asm", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    races = [finding for finding in found if finding["kind"] == "race"]
    assert races
    assert not any(race["note"] for race in races)
    assert all(len({access["line"] for access in race["accesses"]}) == 2 for race in races)


def test_a_note_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "idle.asm"
    path.write_text(".tensor x DRAM f32 16\nsync\nmove DRAM[x] NRAM[0] 64\n")
    assert status(["check", str(path)]) == 0
    assert "idle.asm on dlp-s, 1 core: nothing found, 1 note" in capsys.readouterr().out


def test_textbook_lines_are_said_to_be_unchecked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "plain.asm"
    path.write_text("move DRAM NRAM 64\nsync\ncompute MAC_32 4\n")
    assert status(["check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "unchecked" in out


def test_what_cannot_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", str(tmp_path / "none.asm")]) == 2
    assert capsys.readouterr().err.startswith("error: ")
