"""Prints tables and text on standard output, where nothing is cut or wrapped for lack of columns."""

import sys
from io import StringIO
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

UNCUT = 10_000
"""Columns: so wide that rich fits nothing. What is shown keeps to 80 columns by itself."""


def show(content: "RenderableType") -> None:
    """Print text, or what rich renders, in colour on a terminal; no line ends in blanks."""
    from rich.console import Console  # noqa: PLC0415

    text = StringIO()
    colour = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=text, force_terminal=colour, width=UNCUT, highlight=False, emoji=False, markup=False)
    console.print(content)
    click.echo("\n".join(line.rstrip() for line in text.getvalue().splitlines()))
