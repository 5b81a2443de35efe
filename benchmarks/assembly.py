"""Lines assembled a second."""

from collections.abc import Iterator
from time import perf_counter

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import distinct_lines, loop
from dlpsim.machine_file import load_machine
from isa.assembler import assemble
from isa.target import Target

LEAST_LINES = 100_000
"""Aimed at, in lines a second."""


def assembly(lines: int, repeats: int) -> Iterator[Figure]:
    """Yield the speed on a program of which no two lines are equal, and on one that repeats five lines."""
    target = load_machine("dlp-s").target
    repeated = loop(1) * (lines // 5)
    for name, text in (("distinct", distinct_lines(lines)), ("repeated", repeated)):
        speeds = [lines_per_s(text, target) for _ in range(repeats)]
        yield Figure.of(f"assembly, {name} lines", "lines/s", speeds, (Aim.AT_LEAST, LEAST_LINES))


def lines_per_s(text: str, target: Target) -> float:
    """Return the lines of `text` assembled a second."""
    begin = perf_counter()
    assemble(text, target)
    return text.count("\n") / (perf_counter() - begin)
