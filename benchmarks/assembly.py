"""Lines assembled a second of processor time."""

from collections.abc import Iterator
from time import process_time

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import distinct_lines, loop
from benchmarks.yardstick import timeout_us
from dlpsim.machine_file import load_machine
from isa.assembler import assemble
from isa.target import Target

LEAST_LINES = 100_000
"""Aimed at, in lines a second."""


def assembly(lines: int, repeats: int) -> Iterator[Figure]:
    """Yield the speed on a program of which no two lines are equal, and on one that repeats five lines.

    Timeouts alternate with assemblies, so that the ratio compares neighbours.
    """
    target = load_machine("dlp-s").target
    for name, text in (("distinct", distinct_lines(lines)), ("repeated", loop(1) * (lines // 5))):
        speeds, ratios = [], []
        for _ in range(repeats):
            timeout_s = timeout_us(lines) / 1e6
            speeds.append(lines_per_s(text, target))
            ratios.append(1 / (speeds[-1] * timeout_s))
        yield Figure.of(f"assembly, {name} lines", "lines/s", speeds, (Aim.AT_LEAST, LEAST_LINES))
        yield Figure.of(f"assembly, one of {name} lines", "bare timeouts", ratios)


def lines_per_s(text: str, target: Target) -> float:
    """Return the lines of `text` assembled a second."""
    begin = process_time()
    assemble(text, target)
    return text.count("\n") / (process_time() - begin)
