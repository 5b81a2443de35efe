"""Where commands print tables and text: standard output, where nothing is cut or wrapped for lack of columns."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

UNCUT = 10_000
"""Columns: wide enough that rich fits nothing. What is shown keeps to 80 columns by itself."""


def console() -> "Console":
    """Return a console on standard output."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, emoji=False, markup=False, width=UNCUT)
