"""The key of a picture: numbered entries of two lines, one below the other, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from dlpsim.pictures.drawing import PALE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINE = 0.16
"""Inches from one line to the next."""
GAP = 0.07
"""Inches between entries."""
INDENT = 0.3
MOST_ROWS = 30
"""So many entries stand one below the other; more take a further column."""
KEY_WIDTH = 4.1
"""Inches from one column to the next."""
NAME_LENGTH = 52
"""Longer names are cut in the middle."""


@dataclass(frozen=True)
class Entry:
    """What a tag stands for: its name, and a line about it."""

    tag: str
    name: str
    said: str
    colour: str


def key_height(entries: Sequence[Entry]) -> float:
    """Return the inches that the key takes."""
    return _rows(entries) * (2 * LINE + GAP)


def key_columns(entries: Sequence[Entry]) -> int:
    """Return how many columns the key has."""
    return max(1, ceil(len(entries) / MOST_ROWS))


def _rows(entries: Sequence[Entry]) -> int:
    """Return the entries of a column, so that columns are about equally long."""
    return ceil(len(entries) / key_columns(entries))


def draw_key(figure: "Figure", entries: Sequence[Entry], left: float, top: float) -> None:
    """Write the key; `left` and `top` are parts of the figure."""
    width, height = figure.get_size_inches()
    for index, entry in enumerate(entries):
        column, row = divmod(index, _rows(entries))
        x, y = left + column * KEY_WIDTH / width, top - row * (2 * LINE + GAP) / height
        tag = figure.text(x + INDENT * 0.7 / width, y, entry.tag, ha="right", va="top", fontweight="bold")
        tag.set_color(entry.colour)
        name = figure.text(x + INDENT / width, y, cut(entry.name), fontsize=8.5, va="top", fontweight="bold")
        name.set_parse_math(False)
        said = figure.text(x + INDENT / width, y - LINE / height, entry.said, fontsize=8, va="top")
        said.set_color(PALE)


def cut(name: str) -> str:
    """Return a name without its middle where it is too long."""
    if len(name) <= NAME_LENGTH:
        return name
    half = (NAME_LENGTH - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
