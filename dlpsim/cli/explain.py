"""`dlpsim explain`: why a program takes what it takes, and what would change that."""

import json

import click

from dlpsim.cli.options import dim_option, machine_options


@click.command()
@click.argument("program")
@machine_options
@dim_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option(
    "--slack/--no-slack",
    default=None,
    help="Look for what could be worse, which takes the most runs. Default: for programs, not for networks.",
)
def explain(
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    as_json: bool,
    slack: bool | None,
) -> None:
    """Explain why PROGRAM takes what it takes, and what would change that.

    The program is run many times: without one limit of the machine, with worse parameters, and changed as is advised.
    A network (`dlpsim network` lists them) or an ONNX file is compiled first.
    """
    from dlpsim.cli.progress import steps_shown  # noqa: PLC0415
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.explain.explanation import explain as explain_program  # noqa: PLC0415
    from dlpsim.explain.progress import Progress  # noqa: PLC0415
    from dlpsim.explain.report import render  # noqa: PLC0415

    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims)
    assembled, config = source.program, source.machine
    progress, seek_slack = Progress(), source.network is None if slack is None else slack
    with steps_shown(progress.describe):
        explanation = explain_program(assembled, config, seek_slack=seek_slack, progress=progress)
    click.echo(json.dumps(explanation.to_dict(), indent=2) if as_json else render(explanation))
