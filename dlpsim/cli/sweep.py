"""`dlpsim sweep`: run a grid of programs or networks, machines and sizes, and tabulate and plot what comes of it."""

import json
import signal
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import dim_values, machine_values
from isa.errors import DlpsimError, Problems

if TYPE_CHECKING:
    from dlpsim.sweep.grid import Grid
    from dlpsim.sweep.journal import Journal
    from dlpsim.sweep.outputs import Outputs
    from dlpsim.sweep.reading import Request
    from dlpsim.sweep.table import SweepTable

INTERRUPTED = 128 + signal.SIGINT

ROWS_BESIDE_A_FILE = 40
"""Rows that are printed where a file has them all."""


@click.command()
@click.argument("programs", nargs=-1, required=True, metavar="PROGRAM...")
@click.option("--machine", "machines", multiple=True, metavar="A,B", help="Machines: names and machine files.")
@click.option("--cores", metavar="VALUES", help="Cores per cluster, in place of the machine's.")
@click.option(
    "-D", "defines", multiple=True, metavar="NAME=VALUES", help="Values of a program's parameter (.param). Repeatable."
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="KEY=VALUES",
    help="Values of the machine file, such as port.dram.latency=0,100. Repeatable.",
)
@click.option(
    "--dim",
    "dims",
    multiple=True,
    metavar="NAME=VALUES",
    help="Values of a size of a network, or of a free dimension of an ONNX file, such as batch=1,2,4. Repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all rows to FILE.csv, .parquet or .json. A sweep that was interrupted then goes on where it was.",
)
@click.option("--plot", "picture", type=click.Path(path_type=Path), metavar="FILE", help="Draw FILE.png or FILE.svg.")
@click.option("--metric", default="cycles", show_default=True, metavar="NAME", help="The metric to plot and tabulate.")
@click.option("--against", metavar="NAME", help="The parameter along x. Default: the number with the most values.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. Default: one for each processor.")
@click.option(
    "--max-points", type=click.IntRange(min=1), metavar="N", help="Most points of the grid. Default: 100,000."
)
@click.option("--max-cycles", type=click.IntRange(min=0), metavar="N", help="Give up a run that takes more cycles.")
@click.option(
    "--max-instructions", type=click.IntRange(min=0), metavar="N", help="Give up a run that executes more instructions."
)
@click.pass_context
def sweep(
    ctx: click.Context,
    programs: tuple[str, ...],
    machines: tuple[str, ...],
    cores: str | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    output: Path | None,
    picture: Path | None,
    metric: str,
    against: str | None,
    as_json: bool,
    jobs: int | None,
    max_points: int | None,
    max_cycles: int | None,
    max_instructions: int | None,
) -> None:
    """Run every PROGRAM on every machine with every combination of VALUES, and tabulate what comes of it.

    PROGRAM may also be a network (`dlpsim network` lists them) or an ONNX file: it is compiled for each machine anew.

    \b
    VALUES are a list of values and ranges:
      64,128,256      these
      8:64:8          from 8 to at most 64 in steps of 8
      8:64:x2         8, 16, 32, 64

    Without --machine all points are on dlp-s, or on dlp-m if any of them has more than one core. A point that cannot
    be run, because its sizes do not fit for example, is a row with the reason.
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.sweep.grid import Limits  # noqa: PLC0415
    from dlpsim.sweep.outputs import Outputs  # noqa: PLC0415
    from dlpsim.sweep.reading import MAX_POINTS, Request  # noqa: PLC0415
    from dlpsim.sweep.text import reasons  # noqa: PLC0415

    problems = Problems()
    params, keys = problems.attempt(lambda: machine_values(defines, sets)) or ({}, [])
    sizes = problems.attempt(lambda: dim_values(dims)) or {}
    problems.check()
    limits = Limits(max_cycles, max_instructions)
    outputs = Outputs(output, picture, metric, against)
    grid = _checked(Request(programs, machines, cores, keys, params, sizes, limits, max_points or MAX_POINTS), outputs)
    with _journal(output) as journal:
        table = _run(ctx, grid, journal, jobs)
        possible = table.impossible < grid.size
        if possible:
            outputs.write(table)
        if journal:
            journal.remove()
    if not possible:
        raise DlpsimError([f"no point can be run, of {grid.size:,}", *reasons(table)])
    _print(table, outputs, as_json)


def _checked(request: "Request", outputs: "Outputs") -> "Grid":
    """Return the grid. Raises DlpsimError with everything that is wrong with it and with the outputs."""
    from dlpsim.sweep.reading import read_grid  # noqa: PLC0415

    problems = list(outputs.problems())
    try:
        grid = read_grid(request)
    except DlpsimError as error:
        raise DlpsimError([*error.messages, *problems]) from None
    problems += outputs.problems_of_plot(grid)
    if problems:
        raise DlpsimError(problems)
    return grid


def _journal(output: Path | None) -> "AbstractContextManager[Journal | None]":
    """Open the journal of a sweep that writes a file."""
    from dlpsim.sweep.journal import Journal, journal_path  # noqa: PLC0415

    return Journal(journal_path(output)) if output else nullcontext()


def _run(ctx: click.Context, grid: "Grid", journal: "Journal | None", jobs: int | None) -> "SweepTable":
    """Evaluate the points, or say after Ctrl-C how far it went and how to go on."""
    from dlpsim.cli.progress import work_shown  # noqa: PLC0415
    from dlpsim.sweep.study import Study  # noqa: PLC0415
    from dlpsim.sweep.table import sweep_table  # noqa: PLC0415

    study = Study(grid.points(), journal, jobs)
    total = f"{study.total:,} points"
    if study.done:
        click.echo(f"{study.done:,} of {total} are known already", err=True)
    try:
        with work_shown(study.total, lambda: (study.done, f"{study.done:,} of {total}")):
            study.run()
    except KeyboardInterrupt:
        kept = f"the same command goes on from here, by {journal.path}" if journal else "with -o FILE they were kept"
        click.echo(f"interrupted: {study.done:,} of {total} are done; {kept}", err=True)
        ctx.exit(INTERRUPTED)
    return sweep_table(grid, study.outcomes)


def _print(table: "SweepTable", outputs: "Outputs", as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(table.to_dict(), indent=2))
        return
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.sweep.text import render  # noqa: PLC0415

    show(render(table, outputs.metric, ROWS_BESIDE_A_FILE if outputs.rows else None))
    if outputs.written:
        click.echo(f"\nWritten: {', '.join(map(str, outputs.written))}")
