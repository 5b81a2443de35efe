import json
from pathlib import Path

import pytest

from dlpsim.cli.main import status
from dlpsim.exercises import networks
from dlpsim.exercises.table import ENTRIES, EXERCISES

ANSWER = """\
Exercise 7.8: 32×256 by 256×128 on one core

  The same core; a fully connected layer of 32×256 inputs by 256×128 weights.

  32×256 by 256×128 on dlp-s, 1 core

    version     program                   cycles       time   ÷ floor
    ─────────────────────────────────────────────────────────────────
    serial      fc_32x256_serial.asm       6,912   6.912 µs     1.686
    pipelined   fc_32x256_pipelined.asm    4,752   4.752 µs     1.159
    best        fc_32x256.asm              4,099   4.099 µs     1.000
    floor                                  4,099   4.099 µs     1.000

  Floor: max(DRAM port 2,816, last operand 2,562, compute 4,099) = 4,099
    DRAM port     (163,840 B in + 16,384 B out) ÷ 64 B a beat = 2,816
    last operand  2,560 loads + 1 compute + 1 store = 2,562
    compute       1,048,576 MAC ÷ 256 + 2 before + 1 after = 4,099

  Why: Each weight now serves 32 rows, and the compute unit has more to do
  than the DRAM port. The serial program waits for each in turn. The pipelined
  one cuts the weights into tiles of eight columns, and loads and stores
  beside the compute; what is left above the floor is the load of the input
  and the first tile, and the last store. The best one cuts by k instead: one
  beat of a column of x and one of a row of w are work already, each step
  loads what doubles it, and at the end one beat of outputs after the other is
  finished while the one before is stored.

  To repeat:
    dlpsim run fc_32x256_serial.asm
    dlpsim run fc_32x256_pipelined.asm
    dlpsim run fc_32x256.asm
"""

OVERVIEW = """\
no.    layer                   serial   pipelined      best     floor   ÷ floor
───────────────────────────────────────────────────────────────────────────────
7.7    1×256 by 256×1              34          34        34        34     1.000
7.8    32×256 by 256×128        6,912       4,752     4,099     4,099     1.000
7.9    1024×256 by 256×128    157,696     133,888   131,075   131,075     1.000
7.10   moves only             147,968     132,096   131,075   131,075     1.000
       zero weights skipped    49,664      33,792    32,771    32,771     1.000
       all zeros skipped       33,280      17,408    16,899    16,896     1.000
7.11   32×256 by 256×128        2,465       1,434     1,408     1,408     1.000
7.12   1024×256 by 256×2048   618,240     528,883   524,300   524,293     1.000
"""


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert status(["exercise", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_one_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, "7.8") == ANSWER


def test_all_exercises(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys)
    assert OVERVIEW in text
    others = ["6.10   the roofline of the machine", "6.13   networks of several kinds on the roofline"]
    assert "\n".join(["", *others, "7.1    real accelerators", ""]) in text


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("6.10", ["Exercise 6.10: the roofline", "\n7.11  ", "\n  Why: ", "\n  To draw it:\n    dlpsim roofline "]),
        ("7.1", ["Exercise 7.1: real accelerators", "\nNVIDIA T4  ", "\nThe figures were read in:\n", "dlpsim chips"]),
    ],
)
def test_exercises_without_a_program(number: str, parts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, number)
    for part in parts:
        assert part in text


@pytest.mark.parametrize("number", EXERCISES)
def test_every_exercise_has_its_parts(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, number)
    for part in (f"Exercise {number}: ", "  Floor: max(", "  Why: ", "  To repeat:\n    dlpsim run "):
        assert part in text


def test_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "CASES", networks.CASES[-1:])  # the others take long
    assert status(["exercise", "7.10", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert status(["exercise", "--json"]) == 0
    every = json.loads(capsys.readouterr().out)["exercises"]
    assert [exercise["exercise"] for exercise in every] == list(ENTRIES)
    assert one in every
    assert one["cases"][2]["floor"] == {
        "cycles": 16896,
        "time_s": 1.6896e-05,
        "arithmetic": "max(DRAM port 16,896, last operand 8,706, compute 16,387) = 16,896",
        "bounds": {
            "DRAM port": {
                "cycles": 16896,
                "arithmetic": "(557,056 B in + 524,288 B out) ÷ 64 B a beat = 16,896",
            },
            "last operand": {"cycles": 8706, "arithmetic": "8,704 loads + 1 compute + 1 store = 8,706"},
            "compute": {"cycles": 16387, "arithmetic": "4,194,304 MAC ÷ 256 + 2 before + 1 after = 16,387"},
        },
    }


def test_unknown_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["exercise", "9.9"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"error: no exercise 9.9; there are {', '.join(ENTRIES)}\n")


def test_a_file_of_the_same_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fc_1x256.asm").write_text("this is no program\n")
    assert status(["exercise", "7.7"]) == 0
