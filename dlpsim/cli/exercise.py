"""`dlpsim exercise`: answer an exercise of the textbook, or all of them in one table."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.exercises.entry import Answered


@click.command()
@click.argument("number", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.svg",
    help="Write the picture of NUMBER (6.6, 6.10, 6.13).",
)
def exercise(number: str | None, as_json: bool, output: Path | None) -> None:
    """Answer exercise NUMBER by running its programs; without NUMBER, show the table of all."""
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.exercises.answer import answer  # noqa: PLC0415
    from dlpsim.exercises.report import render_overview  # noqa: PLC0415
    from dlpsim.exercises.table import ENTRIES, EXERCISES, OTHERS, find_exercise  # noqa: PLC0415

    if output and number is None:
        raise DlpsimError("--output writes the picture of an exercise: which one?")
    if number is not None:
        found = find_exercise(number).answer()
        if output:
            _draw(number, found, output)
            return
        _print(found.to_dict()) if as_json else show(found.render())
    elif as_json:
        _print({"exercises": [entry.answer().to_dict() for entry in ENTRIES.values()]})
    else:
        show(render_overview([answer(exercise) for exercise in EXERCISES.values()], OTHERS))


def _draw(number: str, answered: "Answered", output: Path) -> None:
    """Write the picture of an answer. Raises DlpsimError if it has none, or if it cannot be written."""
    from dlpsim.exercises.entry import Pictured  # noqa: PLC0415
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    if not isinstance(answered, Pictured):
        raise DlpsimError(f"exercise {number} has no picture to be written to {output}")
    if output.suffix.lower() != ".svg":
        raise DlpsimError(f"{output}: the picture is an SVG; expected a name that ends in .svg")
    with whole_file(output) as file:
        file.write(answered.picture().encode())


def _print(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, indent=2))
