"""The command line as a whole process: from the start of Python to its end."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from time import perf_counter

from benchmarks.figure import Aim, Figure

COMMANDS = {
    "dlpsim --help": (["--help"], 0.15),
    "dlpsim run fc_1x256.asm": (["run", "fc_1x256.asm"], 0.4),
    "dlpsim run fc_1x256.asm --json": (["run", "fc_1x256.asm", "--json"], 0.4),
}
"""Arguments, and the seconds aimed at."""


def processes(repeats: int) -> Iterator[Figure]:
    """Yield the wall-clock time of an idle interpreter and of each command; each runs once before it is measured."""
    yield Figure.of("an interpreter that does nothing", "s", [_seconds(["-c", "pass"]) for _ in range(repeats)])
    for name, (arguments, aim) in COMMANDS.items():
        seconds_of(arguments)
        times = [seconds_of(arguments) for _ in range(repeats)]
        yield Figure.of(name, "s", times, (Aim.AT_MOST, aim))


def seconds_of(arguments: Sequence[str]) -> float:
    """Return the seconds that `dlpsim` takes with these arguments. Raises CalledProcessError if it fails."""
    return _seconds(["-m", "dlpsim", *arguments])


def _seconds(arguments: Sequence[str]) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - begin
