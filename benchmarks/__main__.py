"""Measures, prints a table, and writes JSON if asked to."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.assembly import assembly
from benchmarks.data import data
from benchmarks.figure import Figure
from benchmarks.growth import growth, plot, table
from benchmarks.memory import memory
from benchmarks.networks import networks
from benchmarks.pages import pages
from benchmarks.peers import NotInstallableError, peers
from benchmarks.processes import processes
from benchmarks.programs import programs
from benchmarks.provenance import provenance
from benchmarks.repetition import LARGER, repetition
from benchmarks.report import render
from benchmarks.simulation import simulation
from benchmarks.traces import traces


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Simulated instructions, assembled lines, lines of a straight program, iterations on data, how many times wider the
    wide layer is, and how often.
    """

    instructions: int
    lines: int
    straight: int
    iterations: int
    wider: int
    repeats: int


FULL = Size(instructions=200_000, lines=100_000, straight=1_000_000, iterations=200, wider=LARGER, repeats=7)
QUICK = Size(instructions=2_000, lines=2_000, straight=2_000, iterations=2, wider=2, repeats=1)


def measure(size: Size) -> Iterator[Figure]:
    """Yield every figure."""
    yield from processes(size.repeats)
    yield from simulation(size.instructions, size.repeats)
    yield from repetition(size.repeats, size.wider)
    yield from traces(size.instructions, size.repeats)
    yield from assembly(size.lines, size.repeats)
    yield from data(size.iterations, size.repeats)
    yield from memory(size.instructions, size.lines, size.straight)
    yield from networks(size.repeats, only_small=size is QUICK)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure dlpsim's speed and memory.")
    what = (
        "growth: time against counts, cores and distinct stretches; peers: SCALE-Sim on the same product; "
        "pages: the page of a long run, in Chromium; programs: cycles of compiled networks against their floors"
    )
    parser.add_argument(
        "what", nargs="?", choices=("all", "growth", "peers", "pages", "programs"), default="all", help=what
    )
    parser.add_argument("-o", "--json", type=Path, metavar="FILE", help="write the figures to FILE, as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="with growth: draw it, as SVG, PNG or PDF")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works; no figures to quote")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else FULL
    if options.what == "growth":
        _show_growth(size.repeats, options.plot)
        return
    try:
        figures = list(_figures(options.what, size))
    except NotInstallableError as reason:
        print(f"skipped: {reason}")
        return
    origin = provenance()
    print(render(figures, origin))
    if options.json:
        content = {"provenance": origin, "figures": [figure.to_dict() for figure in figures]}
        options.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _figures(what: str, size: Size) -> Iterator[Figure]:
    if what == "peers":
        return peers(3)
    if what == "programs":
        return programs(only_small=size is QUICK)
    return pages(size.straight, size.repeats) if what == "pages" else measure(size)


def _show_growth(repeats: int, picture: Path | None) -> None:
    panels = list(growth(repeats))
    print(table(panels))
    if picture:
        plot(panels, picture)


if __name__ == "__main__":
    main()
