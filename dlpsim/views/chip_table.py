"""The table of real accelerators.

chip                   peak, Top/s                     GB/s    W  ridge  Gop/s/W
NVIDIA A100 80 GB SXM  FP16 312, INT8 624, FP32 19.5  2,039  400    153      780
"""

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from dlpsim.chips import Chip
from dlpsim.views.quantities import rate_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

WIDTH = 80

NOTES = (
    "Top/s: 10¹² operations a second, two for a MAC. GB/s: 10⁹ bytes a second from",
    "memory. ridge: peak ÷ bandwidth, in operations a byte; it and Gop/s/W are of the",
    "format that stands first.",
)


def render(chips: Sequence[Chip]) -> "RenderableType":
    """Return the table, what its columns mean, and where the figures were read."""
    from rich.console import Group  # noqa: PLC0415

    return Group(_table(chips), "", *NOTES, "", *_sources(chips))


def _table(chips: Sequence[Chip]) -> "Table":
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for heading in ("chip", "peak, Top/s", "GB/s", "W", "ridge", "Gop/s/W"):
        is_text = heading == "chip" or heading.startswith("peak")
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=True)
    for chip in chips:
        peaks = ", ".join(f"{name} {rate_text(peak)}" for name, peak in chip.peak_tops.items())
        figures = (chip.bandwidth_gb_per_s, chip.power_w, round(chip.ridge_flop_per_byte), round(chip.gflops_per_w))
        table.add_row(chip.name, peaks, *map(rate_text, figures))
    return table


def _sources(chips: Sequence[Chip]) -> Iterator[str]:
    """Yield where the figures were read, with the chips that it holds for."""
    yield "The figures were read in:"
    for source in dict.fromkeys(chip.source for chip in chips):
        names = ", ".join(chip.name for chip in chips if chip.source == source)
        yield fill(f"{source}: {names}", WIDTH, initial_indent="  ", subsequent_indent="    ")
