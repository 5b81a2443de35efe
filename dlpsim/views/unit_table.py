"""The table of a run's units: the cycles that each was busy, stalled (by reason) and idle, and a bar of them.

                                          █ busy
                          stalled:        ▒ stalled
Cycles of  unit      busy     port  idle  · idle
─────────────────────────────────────────────────────────────────
core 0     compute  1,024        0   410  ███████████·····  71.4 %
           dram       352    1,041    41  ███▒▒▒▒▒▒▒▒▒▒▒··  24.5 %
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dlpsim.events import Stall
from dlpsim.views.quantities import count_text, percent
from dlpsim.views.summary import SummaryData, UnitTime
from isa.names import name_cores

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WIDTH = 80
"""Columns that the table keeps to, unless its numbers alone are wider."""
GAP = 2
SHARE = len(" 100.0 %")
MOST_CELLS, LEAST_CELLS = 16, 4
"""Cells of a bar: as many as the rest of the table leaves it, between these."""

LEGEND = "█ busy\n▒ stalled\n· idle"


def unit_table(summary: SummaryData) -> "Table":
    """Return the table. Neighbouring cores whose units spent their cycles alike share their rows."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    rows = list(_rows(summary))
    columns = _columns(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, GAP - 1, 0, 0))
    for heading in columns:
        is_text = heading in {"Cycles of", "unit"}
        table.add_column(heading, justify="left" if is_text else "right", vertical="bottom", no_wrap=True)
    table.add_column(LEGEND, vertical="bottom", no_wrap=True)
    cells = _bar_cells(columns)
    for texts, (_, _, unit) in zip(zip(*columns.values(), strict=True), rows, strict=True):
        table.add_row(*texts, _bar(unit, summary.cycles, cells))
    return table


def _rows(summary: SummaryData) -> Iterator[tuple[str, str, UnitTime]]:
    """Yield the cores' names (empty where they are those of the row above), the unit's name, and its cycles."""
    for units, cores in groupby(summary.cores, key=lambda core: list(core.units.items())):
        label = name_cores([core.core for core in cores])
        for name, unit in units:
            yield label, name, unit
            label = ""


def _columns(rows: Sequence[tuple[str, str, UnitTime]]) -> Mapping[str, Sequence[str]]:
    """Return the texts of each column by its heading; only reasons for which a unit stalled have one."""
    labels, names, units = zip(*rows, strict=True)
    reasons = [reason.value for reason in Stall if any(reason.value in unit.stalled for unit in units)]
    counts = {"busy": [unit.busy for unit in units]}
    counts |= {f"stalled:\n{reason}": [unit.stalled.get(reason, 0) for unit in units] for reason in reasons}
    counts |= {} if reasons else {"stalled": [0] * len(units)}
    counts |= {"idle": [unit.idle for unit in units]}
    texts = {heading: [count_text(count) for count in column] for heading, column in counts.items()}
    return {"Cycles of": labels, "unit": names} | texts


def _bar_cells(columns: Mapping[str, Sequence[str]]) -> int:
    """Return how many cells the columns leave to the bars."""
    widths = [max(map(len, [*heading.splitlines(), *texts])) for heading, texts in columns.items()]
    return min(max(WIDTH - sum(widths) - GAP * len(widths) - SHARE, LEAST_CELLS), MOST_CELLS)


def _bar(unit: UnitTime, cycles: int, cells: int) -> "str | Text":
    """Draw how the unit's cycles divide; what is there at all gets at least one cell."""
    from rich.text import Text  # noqa: PLC0415

    if not cycles:
        return ""
    stalled = sum(unit.stalled.values())
    busy_cells, stalled_cells = (max(1, part * cells // cycles) if part else 0 for part in (unit.busy, stalled))
    busy_cells = min(busy_cells, cells - stalled_cells - (unit.idle > 0))
    return Text.assemble(
        ("█" * busy_cells, "green"),
        ("▒" * stalled_cells, "yellow"),
        ("·" * (cells - busy_cells - stalled_cells), "dim"),
        percent(unit.busy / cycles).rjust(SHARE),
    )
