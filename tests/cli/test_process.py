"""What shows only in a process of its own: signals, terminals, pipes."""

import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, ROOT, process, start
from tests.cli.texts import CONTENDING, ENDLESS, FC_1X256


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    path = tmp_path / "endless.asm"
    path.write_text(ENDLESS, encoding="utf-8")
    return path


def wait_until_it_runs(pid: int) -> None:
    """Wait until the process has simulated for a while: start-up takes far less processor time than this."""
    ticks = os.sysconf("SC_CLK_TCK")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        if int(fields[11]) / ticks > 1.0:
            return
        time.sleep(0.05)
    raise AssertionError("the process does not run")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_ctrl_c(endless: Path) -> None:
    with start("run", endless.name, "--no-skip", cwd=endless.parent) as running:
        wait_until_it_runs(running.pid)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert re.fullmatch(
        r"interrupted: reached cycle [\d,]+ with [\d,]+ of 3,000,000,000,000,000,001 instructions\n"
        r"    core 0 is \w.*, line \d: \w.*\n",
        err,
    )


def test_progress_on_a_terminal(endless: Path) -> None:
    shown = run_on_terminal("run", endless, "--no-skip", until=b"instructions")
    assert re.search(rb"0 %.*[\d,]+ of 3,000,000,000,000,000,001 instructions, cycle [\d,]+", shown)


def run_on_terminal(*arguments: str | Path, until: bytes) -> bytes:
    """Run the command with standard error on a terminal, and interrupt it once it has shown `until`."""
    terminal, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"}
    command = [*COMMAND, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave, env=environment) as running:
        os.close(slave)
        shown = b""
        while until not in shown and select.select([terminal], [], [], 30)[0]:
            shown += os.read(terminal, 4096)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
    os.close(terminal)
    return shown


def test_no_progress_where_there_is_no_terminal(endless: Path) -> None:
    outcome = process("run", endless, "--no-skip", "--max-cycles", "100000")
    assert outcome.status == 2
    assert outcome.err.startswith("error: stopped: the run takes more than 100,000 cycles (--max-cycles)\n")
    assert "%" not in outcome.err


@pytest.mark.parametrize("arguments", [["run", "contending.asm", "--cores", "64"], ["asm", "long.asm"], ["--help"]])
def test_reader_that_goes_away(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "contending.asm").write_text(CONTENDING, encoding="utf-8")
    (tmp_path / "long.asm").write_text("sync\n" * 50_000, encoding="utf-8")
    running = start(*arguments, cwd=tmp_path)
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    with running:
        assert running.stderr.read() == ""
    assert running.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_output_that_cannot_be_written(options: list[str]) -> None:
    command = [*COMMAND, "run", "fc_1x256.asm", *options]
    with Path("/dev/full").open("w") as full:
        outcome = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    assert (outcome.returncode, outcome.stderr) == (2, "error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("closing", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_output(closing: str) -> None:
    command = " ".join([*COMMAND, "run", "fc_1x256.asm", closing])
    outcome = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_plain_characters_where_others_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "small.asm").write_text(FC_1X256, encoding="utf-8")
    outcome = process("run", "small.asm", cwd=tmp_path, PYTHONIOENCODING="iso8859-5")
    assert (outcome.status, outcome.err) == (0, "")
    assert "  34 cycles = 34 ns\n" in outcome.out
    assert " 1  ###############.  97.1 %\n" in outcome.out
    assert " = stalled\n" in outcome.out


def test_interpreter_options_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "small.asm").write_text(FC_1X256, encoding="utf-8")
    plain = process("run", "small.asm", "--json", cwd=tmp_path)
    assert process("run", "small.asm", "--json", cwd=tmp_path, PYTHONOPTIMIZE="2", PYTHONHASHSEED="7") == plain
