"""From a function that draws to the bytes of a picture, the same bytes whenever and wherever it is drawn.

Nothing of a user's matplotlib settings counts, no date is written, and the names within an SVG are fixed.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from isa.errors import DlpsimError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
"""Pixels of a PNG to an inch."""

POINTS_PER_INCH = 72

INK, PALE = "#222222", "#8a8a8a"
"""Colours of text and lines, and of what is less important."""


def drawn(draw: Callable[["Figure"], None], width: float, height: float, kind: str) -> bytes:
    """Return a picture of `width` by `height` inches as `draw` draws it; `kind` is `png` or `svg`."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(), catch_warnings():
        simplefilter("ignore")  # of letters that the font does not have
        _settle()
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)  # measures text, also for an SVG
        draw(figure)
        file = BytesIO()
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return file.getvalue()


def _settle() -> None:
    """Set all that decides how a picture looks."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.rcdefaults()
    mpl.rc("svg", hashsalt="dlpsim", fonttype="path")
    mpl.rc("font", family="DejaVu Sans", size=9)
    mpl.rc("text", color=INK)
    mpl.rc("axes", edgecolor=PALE, labelcolor=INK)
    mpl.rc("figure", dpi=DPI)
    mpl.rc("savefig", dpi=DPI)


def kind_of(path: Path, kinds: tuple[str, ...]) -> str:
    """Return the suffix of a file to be written, one of `kinds`. Raises DlpsimError if it is none of them."""
    kind = path.suffix.lower().removeprefix(".")
    if kind in kinds:
        return kind
    *first, last = (f".{one}" for one in kinds)
    known = f"{', '.join(first)} or {last}" if first else last
    said = f"unknown suffix '{path.suffix}'" if path.suffix else "has no suffix"
    raise DlpsimError(f"{path}: {said}; expected {known}")
