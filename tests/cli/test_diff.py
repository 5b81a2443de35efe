import json
from pathlib import Path

import pytest

from tests.cli.command import dlpsim, refused
from tests.conftest import Golden


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.asm").write_text(".param n 1\nmove DRAM NRAM 64*n\nsync\ncompute MAC_32 256\n", encoding="utf-8")


def cycles(*arguments: str) -> tuple[int, int]:
    outcome = dlpsim("diff", *arguments, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    data = json.loads(outcome.out)
    return data["a"]["cycles"], data["b"]["cycles"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["small.asm", "fc_1x256.asm"], (2, 34)),
        (["small.asm"], (2, 2)),
        (["small.asm", "--machine-b", "dlp-s-real"], (2, 134)),
        (["small.asm", "small.asm", "--machine", "dlp-s", "--machine-b", "dlp-s-real"], (2, 134)),
        (["small.asm", "-D", "n=2", "--define-b", "n=5"], (3, 6)),
        (["small.asm", "-D", "n=4", "--set-b", "port.dram.beat_bytes=128"], (5, 3)),
        (["small.asm", "--set", "compute.latency=3", "--set-b", "compute.latency=5"], (5, 7)),
        (["small.asm", "--machine", "dlp-m", "--cores", "1", "--cores-b", "2", "-Dn=2"], (2, 3)),
    ],
)
def test_what_is_compared(arguments: list[str], expected: tuple[int, int]) -> None:
    assert cycles(*arguments) == expected


def test_saved_results() -> None:
    assert dlpsim("run", "small.asm", "--save", "before.json").out.endswith("\n  result in before.json\n")
    assert cycles("before.json", "small.asm", "--set", "compute.latency=5") == (2, 7)
    assert dlpsim("run", "small.asm", "-Dn=3", "--save", "after.json", "--json").status == 0
    assert cycles("before.json", "after.json") == (2, 4)
    assert cycles("after.json", "small.asm", "--set-b", "compute.latency=1") == (4, 3)


def test_text(golden: Golden) -> None:
    outcome = dlpsim("diff", "fc_1x256.asm", "--machine-b", "dlp-s-real")
    assert (outcome.status, outcome.err) == (0, "")
    assert max(map(len, outcome.out.splitlines())) <= 80
    golden("diff_machines.txt", outcome.out)


def test_what_is_refused() -> None:
    dlpsim("run", "small.asm", "--save", "a.json")
    assert refused("diff", "small.asm", "a.json", "--set-b", "cores=2") == (
        "error: a.json is a saved result: nothing is run that the options for B could change\n"
    )
    assert refused("diff", "a.json", "a.json", "--cores", "2") == (
        "error: a.json and a.json are saved results: nothing is run that options could change\n"
    )
    assert (
        refused("run", "small.asm", "--save", "a.txt") == "error: --save a.txt: a saved result has the suffix .json\n"
    )
    message = refused("diff", "lost.json", "lost.asm")
    assert "error: lost.json: cannot be read: No such file or directory\n" in message
    assert "error: lost.asm" in message
    Path("a.json").write_text("{", encoding="utf-8")
    assert "error: a.json: is damaged" in refused("diff", "a.json", "small.asm")


def test_a_run_that_fails_saves_nothing() -> None:
    Path("a.json").write_text("before", encoding="utf-8")
    refused("run", "small.asm", "--save", "a.json", "--max-cycles", "1")
    assert Path("a.json").read_text(encoding="utf-8") == "before"
    assert refused("run", "small.asm", "--save", "lost/a.json") == (
        "error: lost/a.json: cannot be written: No such file or directory\n"
    )
