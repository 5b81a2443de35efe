"""The command line as a whole process: from the start of Python to its end."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import NamedTuple

from benchmarks.figure import Aim, Figure

COMMANDS = {
    "dlpsim --help": (["--help"], 0.15),
    "dlpsim run fc_1x256.asm": (["run", "fc_1x256.asm"], 0.4),
    "dlpsim run fc_1x256.asm --json": (["run", "fc_1x256.asm", "--json"], 0.4),
}
"""Arguments, and the seconds aimed at."""


class Cost(NamedTuple):
    """What a process took, in seconds: on the clock, and of processors."""

    wall: float
    processor: float


def processes(repeats: int) -> Iterator[Figure]:
    """Yield the seconds of an idle interpreter and of each command; each runs once before it is measured."""
    yield from _figures("an interpreter that does nothing", ["-c", "pass"], repeats, None)
    for name, (arguments, aim) in COMMANDS.items():
        yield from _figures(name, ["-m", "dlpsim", *arguments], repeats, (Aim.AT_MOST, aim))


def _figures(name: str, arguments: Sequence[str], repeats: int, aim: tuple[Aim, float] | None) -> Iterator[Figure]:
    _cost(arguments)
    costs = [_cost(arguments) for _ in range(repeats)]
    yield Figure.of(name, "s", [cost.wall for cost in costs], aim)
    yield Figure.of(name, "s of processor", [cost.processor for cost in costs])


def _cost(arguments: Sequence[str]) -> Cost:
    """Run Python with these arguments. Raises CalledProcessError if it fails."""
    begin, used = perf_counter(), _processor_time()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return Cost(perf_counter() - begin, _processor_time() - used)


def _processor_time() -> float:
    """Return the seconds of processor that all finished children have taken so far."""
    times = os.times()
    return times.children_user + times.children_system
