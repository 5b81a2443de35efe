"""`dlpsim exercise`: answer an exercise of the textbook, or all of them in one table."""

import json

import click


@click.command()
@click.argument("number", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def exercise(number: str | None, as_json: bool) -> None:
    """Answer exercise NUMBER by running its programs; without NUMBER, show the table of all."""
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.exercises.answer import answer  # noqa: PLC0415
    from dlpsim.exercises.report import render_answer, render_overview  # noqa: PLC0415
    from dlpsim.exercises.table import EXERCISES, find_exercise  # noqa: PLC0415

    if number is None:
        answers = [answer(known) for known in EXERCISES.values()]
        if as_json:
            click.echo(json.dumps({"exercises": [one.to_dict() for one in answers]}, indent=2))
        else:
            show(render_overview(answers))
        return
    found = answer(find_exercise(number))
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        show(render_answer(found))
