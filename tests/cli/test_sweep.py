"""`dlpsim sweep` as a user calls it."""

import json
import signal
import time
from pathlib import Path

import pytest

from dlpsim.sweep.journal import Journal, journal_path
from dlpsim.sweep.study import Study
from tests.cli.command import dlpsim, process, refused, start
from tests.cli.test_process import run_on_terminal
from tests.conftest import Golden
from tests.sweep.requests import PARTLY, grid

SMALL = ("fc_1x256.asm", "--machine", "dlp-s,dlp-s-real", "--set", "compute.rate.MAC_32=64:256:x2")
OTHER = ("--set", "port.dram.latency=0,100")


@pytest.fixture
def partly(tmp_path: Path) -> Path:
    path = tmp_path / "partly.asm"
    path.write_text(PARTLY, encoding="utf-8")
    return path


def test_table(golden: Golden) -> None:
    outcome = dlpsim("sweep", *SMALL)
    assert (outcome.status, outcome.err) == (0, "")
    golden("sweep.txt", outcome.out)


def test_table_with_points_that_cannot_be_run(partly: Path, golden: Golden) -> None:
    outcome = dlpsim("sweep", partly, "-D", "T=4,8:10", "--metric", "busiest_busy")
    assert (outcome.status, outcome.err) == (0, "")
    golden("sweep_partly.txt", outcome.out)


def test_json() -> None:
    rows = json.loads(dlpsim("sweep", *SMALL, "--json").out)["rows"]
    runs = [
        json.loads(
            dlpsim("run", "fc_1x256", "--machine", machine, "--set", f"compute.rate.MAC_32={rate}", "--json").out
        )
        for machine in ("dlp-s", "dlp-s-real")
        for rate in (64, 128, 256)
    ]
    for key in ("machine", "cycles", "time_s", "utilization"):
        assert [row[key] for row in rows] == [run[key] for run in runs]


def test_files(tmp_path: Path) -> None:
    for suffix in ("csv", "parquet", "json"):
        for picture in ("png", "svg"):
            rows, plot = tmp_path / f"rows.{suffix}", tmp_path / f"plot.{picture}"
            outcome = dlpsim("sweep", *SMALL, "-o", rows, "--plot", plot, "--metric", "gflops")
            assert (outcome.status, outcome.err) == (0, "")
            assert outcome.out.endswith(f"\nWritten: {rows}, {plot}\n")
    assert {path.name for path in tmp_path.iterdir()} == {
        "rows.csv",
        "rows.parquet",
        "rows.json",
        "plot.png",
        "plot.svg",
    }


def test_long_tables_are_cut_where_a_file_has_all(partly: Path, tmp_path: Path) -> None:
    arguments = ("sweep", partly, "-D", "scale=1:100")
    assert dlpsim(*arguments).out.count(" of core 0\n") == 100
    cut = dlpsim(*arguments, "-o", tmp_path / "rows.csv").out
    assert cut.count(" of core 0\n") == 40
    assert "\n(60 more rows not shown here)\n" in cut
    assert len((tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()) == 101


def test_no_point_can_be_run(partly: Path, tmp_path: Path) -> None:
    output = tmp_path / "rows.csv"
    output.write_text("before", encoding="utf-8")
    assert refused("sweep", partly, "-D", "T=9:12", "-o", output) == (
        "error: no point can be run, of 4\n"
        "error: partly.asm:4:5: T must be at most 8\n"
        "        .error T must be at most 8\n"
        "        ^\n"
        "    (4 points)\n"
    )
    assert output.read_text(encoding="utf-8") == "before"
    assert not journal_path(output).exists()


def test_many_reasons(tmp_path: Path) -> None:
    path = tmp_path / "p.asm"
    path.write_text(".param T 1\nmove DRAM NRAM -T\n", encoding="utf-8")
    text = refused("sweep", path, "-D", "T=1:20")
    assert text.count("error: p.asm:2:16") == 8
    assert text.endswith("error: and 12 other reasons\n")


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        (["-o", "rows.txt"], ["rows.txt: unknown suffix '.txt'; expected .csv, .json or .parquet"]),
        (["--plot", "plot", "-D", "T=1,2"], ["plot: has no suffix; expected .png or .svg"]),
        (["-o", "nowhere/rows.csv"], ["nowhere/rows.csv: cannot be written: there is no folder nowhere"]),
        (["--plot", "folder.png", "-D", "T=1,2"], ["folder.png: cannot be written: is a directory"]),
        (["--metric", "cycle"], ["--metric cycle: there is no such metric\n    hint: did you mean 'cycles'?"]),
        (["--against", "machine"], ["--against: says what runs along x in a plot, which --plot asks for"]),
        (
            ["--set", "port.dram.latncy=1", "-D", "T=3:1", "-o", "rows", "--metric", "x", "--cores", "1:2:3:4"],
            [
                "-D T: '3:1' is empty: no value from the first to the last",
                "--cores: '1:2:3:4' is no range: it has 4 parts",
                "--set port.dram.latncy: unknown key\n    hint: did you mean 'latency'?",
                "rows: has no suffix; expected .csv, .json or .parquet",
                "--metric x: there is no such metric",
            ],
        ),
        (["-D", "T=1:1_000_000"], ["the grid has 1,000,000 points, at most 100,000 are allowed"]),
        (["-D", "T=1:5", "--max-points", "4"], ["the grid has 5 points, at most 4 are allowed"]),
        (["-D", "T"], ["-D T: expected NAME=VALUE"]),
    ],
)
def test_bad_input(partly: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], messages: list[str]) -> None:
    monkeypatch.chdir(partly.parent)
    Path("folder.png").mkdir()
    found = [
        f"error: {text}" for text in refused("sweep", partly.name, *options).removeprefix("error: ").split("\nerror: ")
    ]
    assert len(found) == len(messages)
    assert all(text.startswith(f"error: {message}") for text, message in zip(found, messages, strict=True))
    assert {path.name for path in Path().iterdir()} == {"partly.asm", "folder.png"}


def test_a_metric_that_is_a_name_cannot_be_plotted(tmp_path: Path) -> None:
    assert refused("sweep", *SMALL, "--plot", tmp_path / "p.png", "--metric", "busiest_unit").startswith(
        "error: --metric busiest_unit: is a name, which cannot be plotted\n    hint: the numbers are cycles, time_s,"
    )


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    output = tmp_path / "rows.csv"
    assert dlpsim("sweep", *SMALL, *OTHER, "-o", output).status == 0
    whole = output.read_bytes()
    output.unlink()
    with Journal(journal_path(output)) as journal:
        Study(list(grid().points())[:5], journal).run()
    outcome = dlpsim("sweep", *SMALL, *OTHER, "-o", output)
    assert (outcome.status, outcome.err) == (0, "5 of 12 points are known already\n")
    assert output.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline, "the sweep does not get on"
        time.sleep(0.02)


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Return a program that is done at once for T 1 and 2, and takes its time for others."""
    path = tmp_path / "slow.asm"
    text = "\n".join(f"move DRAM NRAM 64 * ({n} * T % 89 + core + 1)" for n in range(3_000))
    path.write_text(f".param T 1\n.if T > 2\n{text}\n.endif\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("output", ["rows.csv", None])
def test_ctrl_c(slow: Path, output: str | None) -> None:
    options = ["-o", output] if output else []
    with start("sweep", slow.name, "-D", "T=1:40", "--cores", "8", "--jobs", "1", *options, cwd=slow.parent) as running:
        if output:
            wait_for_lines(journal_path(slow.parent / output), 4)
        else:
            time.sleep(2)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    done = int(err.removeprefix("interrupted: ").split(" ")[0])
    if output is None:
        assert err == f"interrupted: {done} of 40 points are done; with -o FILE they were kept\n"
        return
    journal = journal_path(slow.parent / output)
    assert err == f"interrupted: {done} of 40 points are done; the same command goes on from here, by {journal.name}\n"
    assert journal.read_bytes().count(b"\n") == done + 1
    assert not (slow.parent / output).exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_sweep_that_is_killed_leaves_no_process(slow: Path) -> None:
    journal = journal_path(slow.parent / "rows.csv")
    arguments = ("sweep", slow.name, "-D", "T=1:40", "--cores", "8", "--jobs", "2", "-o", "rows.csv")
    with start(*arguments, cwd=slow.parent) as running:
        deadline = time.monotonic() + 60
        while not (workers := children(running.pid)):
            assert time.monotonic() < deadline, "no process is started"
            time.sleep(0.05)
        wait_for_lines(journal, 5)
        workers = children(running.pid)
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
        while any(Path(f"/proc/{pid}").exists() for pid in workers):
            assert time.monotonic() < deadline, "a process is left"
            time.sleep(0.05)
    assert journal.exists()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_progress_on_a_terminal(slow: Path) -> None:
    shown = run_on_terminal("sweep", slow, "-D", "T=1:99", "--cores", "8", "--jobs", "1", until=b" of 99 points")
    assert b"%" in shown


def test_terminal_is_not_needed(partly: Path) -> None:
    outcome = process("sweep", partly.name, "-D", "T=1:4", cwd=partly.parent, PYTHONWARNINGS="error")
    assert (outcome.status, outcome.err) == (0, "")
    assert "\nFewest cycles: " in outcome.out
