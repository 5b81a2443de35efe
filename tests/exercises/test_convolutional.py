"""Exercise 6.5: the program, what it takes, and that nothing is wrong with it."""

import json

from dlpsim.programs import shipped_programs
from tests.cli.command import dlpsim


def test_answer() -> None:
    text = dlpsim("exercise", "6.5").out
    assert shipped_programs()["lenet.asm"].read_text(encoding="utf-8").rstrip() in text
    assert "    1 image   on dlp-s, 1 core: 3,963 cycles, MAC array 41.1 %, no findings\n" in text
    assert "    dlpsim run lenet.asm --machine dlp-m -D images=64\n" in text


def test_json() -> None:
    found = json.loads(dlpsim("exercise", "6.5", "--json").out)
    assert found["exercise"] == "6.5"
    assert [(run["images"], run["findings"]) for run in found["runs"]] == [(1, 0), (16, 0), (64, 0)]
    assert found["runs"][1]["cycles"] == 3963 + 1762 + 14 * 1713
