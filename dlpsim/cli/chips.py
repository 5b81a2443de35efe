"""`dlpsim chips`: real accelerators, to compare machines with."""

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of the table.")
def chips(as_json: bool) -> None:
    """List real accelerators: peak, memory bandwidth, power, and where the figures were read."""
    from dlpsim.chips import CHIPS  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.views.chip_table import render  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps([chip.to_dict() for chip in CHIPS], indent=2))
        return
    from dlpsim.cli.console import show  # noqa: PLC0415

    show(render(CHIPS))
