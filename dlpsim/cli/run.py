"""`dlpsim run`: run a program and say what it took."""

import json
import signal
from pathlib import Path

import click

from dlpsim.cli.options import machine_options, machine_values

INTERRUPTED = 128 + signal.SIGINT


@click.command()
@click.argument("program")
@machine_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--max-cycles", type=click.IntRange(min=0), metavar="N", help="Give up a run that takes more cycles.")
@click.option(
    "--max-instructions", type=click.IntRange(min=0), metavar="N", help="Give up a run that executes more instructions."
)
@click.option("--no-skip", is_flag=True, help="Simulate every iteration, also where the run repeats itself.")
@click.pass_context
def run(
    ctx: click.Context,
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    as_json: bool,
    max_cycles: int | None,
    max_instructions: int | None,
    no_skip: bool,
) -> None:
    """Run PROGRAM and say what it took.

    PROGRAM is a file; a bare name that is no file here is looked up among the shipped programs.
    """
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415
    from dlpsim.simulation import Simulation, prepare  # noqa: PLC0415

    assembled, config = prepare(Path(program), machine, cores, *machine_values(defines, sets))
    simulation = Simulation(assembled, config, max_instructions=max_instructions, skip=not no_skip)
    try:
        with progress_shown(simulation.watch):
            result = simulation.run(max_cycles)
    except KeyboardInterrupt:
        click.echo(f"interrupted: {simulation.watch.describe()}", err=True)
        ctx.exit(INTERRUPTED)
    if as_json:
        click.echo(json.dumps(result.to_dict(), indent=2))
    else:
        from dlpsim.cli.console import show  # noqa: PLC0415
        from dlpsim.views.run_report import render  # noqa: PLC0415

        show(render(result.program, result.machine, result.summary, result.time_s))
