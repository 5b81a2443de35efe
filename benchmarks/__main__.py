"""Measures everything, prints a table, and writes JSON if asked to."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.assembly import assembly
from benchmarks.data import data
from benchmarks.figure import Figure
from benchmarks.memory import memory
from benchmarks.processes import processes
from benchmarks.provenance import provenance
from benchmarks.report import render
from benchmarks.simulation import simulation


@dataclass(frozen=True)
class Size:
    """How much is measured: simulated instructions, assembled lines, iterations on data, and how often."""

    instructions: int
    lines: int
    iterations: int
    repeats: int


FULL = Size(instructions=200_000, lines=100_000, iterations=200, repeats=7)
QUICK = Size(instructions=2_000, lines=2_000, iterations=2, repeats=1)


def measure(size: Size) -> Iterator[Figure]:
    """Yield every figure."""
    yield from processes(size.repeats)
    yield from simulation(size.instructions, size.repeats)
    yield from assembly(size.lines, size.repeats)
    yield from data(size.iterations, size.repeats)
    yield from memory(size.instructions, size.lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure dlpsim's speed and memory.")
    parser.add_argument("-o", "--json", type=Path, metavar="FILE", help="write the figures to FILE, as JSON")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works; no figures to quote")
    options = parser.parse_args(arguments)
    figures, origin = list(measure(QUICK if options.quick else FULL)), provenance()
    print(render(figures, origin))
    if options.json:
        content = {"provenance": origin, "figures": [figure.to_dict() for figure in figures]}
        options.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
