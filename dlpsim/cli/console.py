"""Prints tables and text on standard output, where nothing is cut or wrapped for lack of columns."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

UNCUT = 10_000
"""Columns: so wide that rich fits nothing. What is shown keeps to 80 columns by itself."""


def show(content: "RenderableType") -> None:
    """Print text, or what rich renders, in colour on a terminal; no line ends in blanks."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(highlight=False, emoji=False, markup=False, width=UNCUT)
    with console.capture() as captured:
        console.print(content)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
