"""`dlpsim exercise`: answer an exercise of the textbook, or all of them in one table."""

import json
from typing import Any

import click


@click.command()
@click.argument("number", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def exercise(number: str | None, as_json: bool) -> None:
    """Answer exercise NUMBER by running its programs; without NUMBER, show the table of all."""
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.exercises.answer import answer  # noqa: PLC0415
    from dlpsim.exercises.report import render_overview  # noqa: PLC0415
    from dlpsim.exercises.table import ENTRIES, EXERCISES, OTHERS, find_exercise  # noqa: PLC0415

    if number is not None:
        found = find_exercise(number).answer()
        _print(found.to_dict()) if as_json else show(found.render())
    elif as_json:
        _print({"exercises": [entry.answer().to_dict() for entry in ENTRIES.values()]})
    else:
        show(render_overview([answer(exercise) for exercise in EXERCISES.values()], OTHERS))


def _print(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, indent=2))
