"""Where commands print: as wide as the terminal, and never cut where there is none."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

UNCUT = 10_000
"""Columns for output that no terminal limits: wide enough that nothing wraps."""


def console() -> "Console":
    """Return a console on standard output."""
    from rich.console import Console  # noqa: PLC0415

    out = Console(highlight=False, emoji=False, markup=False)
    return out if out.is_terminal else Console(highlight=False, emoji=False, markup=False, width=UNCUT)
