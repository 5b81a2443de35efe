"""The command line as a user calls it: within this process, which is quick, or as a process of its own."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dlpsim.cli.main import status

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "dlpsim")


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status, standard output and standard error."""

    status: int
    out: str
    err: str


def dlpsim(*arguments: str | Path) -> Outcome:
    """Run the command within this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = status([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())


def refused(*arguments: str | Path) -> str:
    """Return what the command says on refusing its input; every message begins with `error:`."""
    outcome = dlpsim(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")
    return outcome.err


def start(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> "subprocess.Popen[str]":
    """Start the command as a process, with these variables in its environment."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def process(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Outcome:
    """Run the command as a process, in `cwd`, with these variables in its environment."""
    running = start(*arguments, cwd=cwd, **environment)
    out, err = running.communicate(timeout=60)
    return Outcome(running.returncode, out, err)
