import csv
from pathlib import Path

import pytest

from dlpsim.traces.formats import FORMATS
from tests.cli.command import dlpsim, refused


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "loop 1_000_000_000\n  move DRAM NRAM 64\n  compute MAC_32 1024\n  sync\nendloop\n"
    Path("endless.asm").write_text(text, encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(name).read_text(encoding="utf-8").splitlines()))


def test_every_format_at_once() -> None:
    names = [f"t{suffix}" for suffix in FORMATS]
    plain = dlpsim("run", "fc_1x256.asm")
    outcome = dlpsim("run", "fc_1x256.asm", *(each for name in names for each in ("--trace", name)))
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == plain.out + "".join(f"\n  trace in {name}\n" for name in names)
    assert all(Path(name).stat().st_size > 0 for name in [*names, "t.gtkw"])
    assert len(rows("t.csv")) == 4


def test_json_is_that_of_the_run() -> None:
    assert (
        dlpsim("run", "fc_1x256.asm", "--json", "--trace", "t.csv").out == dlpsim("run", "fc_1x256.asm", "--json").out
    )


def test_window_of_a_run_that_is_skipped() -> None:
    outcome = dlpsim("run", "endless.asm", "--trace", "t.csv", "--window", "3_000_000_001:3_000_000_003")
    assert (outcome.status, outcome.err) == (0, "")
    assert [(row["text"], row["started"], row["freed"]) for row in rows("t.csv")] == [
        ("move DRAM NRAM 64", "3000000000", "3000000001"),
        ("compute MAC_32 1024", "3000000000", ""),
    ]


def test_cores() -> None:
    dlpsim("run", "fc_32x256.asm", "--cores", "4", "--trace", "t.csv", "--core", "1", "--core", "3")
    assert {row["core"] for row in rows("t.csv")} == {"1", "3"}


def test_a_window_of_one_boundary() -> None:
    dlpsim("run", "fc_1x256.asm", "--trace", "t.csv", "--window", "5:5")
    assert [row["line"] for row in rows("t.csv")] == ["77", "78"]


def test_what_is_refused() -> None:
    assert refused("run", "fc_1x256.asm", "--window", "1:2", "--core", "0") == (
        "error: --window says what goes into a trace: give a file for it, with --trace\n"
        "error: --core says what goes into a trace: give a file for it, with --trace\n"
    )
    assert "error: t.txt: the suffix '.txt' stands for no format" in refused("run", "endless.asm", "--trace", "t.txt")
    assert refused("run", "endless.asm", "--trace", "lost/t.csv") == (
        "error: lost/t.csv: cannot be written: No such file or directory\n"
    )
    assert "expected A:B" in refused("run", "endless.asm", "--trace", "t.csv", "--window", "5")
    assert refused("run", "fc_1x256.asm", "--trace", "t.csv", "--window", "35:") == (
        "error: --window 35:: the run ends before it, at boundary 34\n"
    )
    assert (
        refused("run", "fc_1x256.asm", "--trace", "t.csv", "--trace", "t.csv") == "error: --trace t.csv: given twice\n"
    )
    assert "error: stopped" in refused("run", "endless.asm", "--trace", "t.csv", "--max-instructions", "100000")
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["endless.asm"]
