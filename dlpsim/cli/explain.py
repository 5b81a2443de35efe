"""`dlpsim explain`: why a program takes what it takes, and what would change that."""

import json
from pathlib import Path

import click

from dlpsim.cli.options import machine_options, machine_values


@click.command()
@click.argument("program")
@machine_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--no-slack", is_flag=True, help="Do not look for what could be worse: that takes the most runs.")
def explain(
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    as_json: bool,
    no_slack: bool,
) -> None:
    """Explain why PROGRAM takes what it takes, and what would change that.

    The program is run many times: without one limit of the machine, with worse parameters, and changed as is advised.
    """
    from dlpsim.explain.explanation import explain as explain_program  # noqa: PLC0415
    from dlpsim.explain.report import render  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415

    assembled, config = prepare(Path(program), machine, cores, *machine_values(defines, sets))
    explanation = explain_program(assembled, config, seek_slack=not no_slack)
    click.echo(json.dumps(explanation.to_dict(), indent=2) if as_json else render(explanation))
