"""`dlpsim check`: what is wrong with what a program reads and writes."""

import json

import click

from dlpsim.cli.options import dim_option, machine_options

FOUND = 1
"""Exit status where something was found."""


@click.command()
@click.argument("program")
@machine_options
@dim_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.pass_context
def check(
    ctx: click.Context,
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check what PROGRAM reads and writes, without running it.

    Found are races, reads of what was never written, accesses outside their memory or tensor, outputs that are never
    stored or stored twice; noted are syncs that order nothing. Only lines with addresses can be checked.

    Exit status: 0 when nothing but notes was found, 1 when something was, 2 when it could not be checked.
    """
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from isa.check import check as check_program  # noqa: PLC0415
    from isa.check.text import data, render  # noqa: PLC0415

    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims)
    assembled = source.program
    report = check_program(assembled)
    click.echo(json.dumps(data(report), indent=2) if as_json else render(report))
    if report.is_faulty:
        ctx.exit(FOUND)
