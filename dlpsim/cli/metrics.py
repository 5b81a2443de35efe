"""`dlpsim metrics`: what every number that is reported means."""

import json
from textwrap import fill

import click

INDENT = " " * 4
WIDTH = 80


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of text.")
def metrics(names: tuple[str, ...], as_json: bool) -> None:
    """Say what metrics are: unit, formula and meaning of each NAME, or of all."""
    from dlpsim.metrics import METRICS, find_metrics  # noqa: PLC0415 (only where used: keeps --help fast)

    found = find_metrics(names) or tuple(METRICS.values())
    if as_json:
        click.echo(json.dumps([metric.to_dict() for metric in found], indent=2, ensure_ascii=False))
        return
    subject = None
    for metric in found:
        if metric.subject is not subject:
            click.echo(f"{'' if subject is None else chr(10)}Of {metric.subject.value}")
            subject = metric.subject
        unit = f" [{metric.unit}]" if metric.unit else ""
        formula = f" = {metric.formula}" if metric.formula else ""
        click.echo(fill(f"{metric.name}{unit}{formula}", WIDTH, initial_indent="  ", subsequent_indent=INDENT))
        click.echo(fill(metric.meaning, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT))
