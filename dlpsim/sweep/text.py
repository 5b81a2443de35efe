"""A sweep as text: what was varied, a row for each point, the quickest one, and what cannot be run.

fc_1024x256_pipelined.asm on dlp-s: 3 points

                                 MAC              DRAM
tile_rows   cycles      time   array  GFLOP/s  B/cycle  busiest unit
─────────────────────────────────────────────────────────────────────────
        8  133,376  133.4 µs  98.3 %  503.155   12.775  compute of core 0
       32  133,888  133.9 µs  97.9 %  501.231   12.727  compute of core 0
     1024        -         -       -        -        -  cannot be run

Fewest cycles: 133,376 with tile_rows 8.
1 point cannot be run:
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlpsim.metrics import SHARE
from dlpsim.sweep.grid import Kind
from dlpsim.sweep.measures import Value
from dlpsim.sweep.subject import Network
from dlpsim.sweep.table import SweepTable
from dlpsim.views.quantities import count_text, counted, percent, rate_text, time_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

USUAL = {
    "cycles": "cycles",
    "time_s": "time",
    "utilization": "MAC\narray",
    "gflops": "GFLOP/s",
    "dram_bytes_per_cycle": "DRAM\nB/cycle",
    "busiest_unit": "busiest unit",
}
"""The metrics that are always shown, with their headings."""

MOST_REASONS = 8
"""Different reasons that are shown."""

MOST_LINES = 7
"""Lines of a reason that are shown, if it has more: a network has one for each layer that does not fit."""


def render(table: SweepTable, metric: str, most_rows: int | None = None) -> "RenderableType":
    """Return the table with its parameters that vary, the usual metrics and `metric`; at most so many rows."""
    from rich.console import Group  # noqa: PLC0415

    below = "\n".join([*_left_out(table, most_rows), *_quickest(table), *_impossible(table)])
    return Group(headline(table), "", _rows(table, metric, most_rows), "", below)


def headline(table: SweepTable) -> str:
    """Say what was swept: program or network, machine, what else does not vary, and how many points there are."""
    named = {axis.kind: column.values for axis, column in zip(table.grid.axes, table.parameters, strict=True)}
    programs, machines = named[Kind.PROGRAM], named[Kind.MACHINE]
    subjects = table.grid.subjects
    kind = "network" if all(isinstance(subject, Network) for subject in subjects) else "program"
    program = programs[0] if len(subjects) == 1 else counted(len(subjects), kind)
    machine = machines[0] if len(table.grid.machines) == 1 else counted(len(table.grid.machines), "machine")
    others = zip(table.grid.axes[2:], table.parameters[2:], strict=True)
    fixed = "".join(f", {column.name} {column.values[0]}" for axis, column in others if not axis.varies)
    return f"{program} on {machine}{fixed}: {counted(table.grid.size, 'point')}"


def value_text(value: Value, unit: str) -> str:
    """Return a metric as text, with its unit where the heading `USUAL` has none."""
    match value:
        case None:
            return "-"
        case str():
            return value
    if unit == SHARE:
        return percent(value)
    if unit == "s":
        return time_text(value)
    return count_text(value) if isinstance(value, int) else rate_text(value)


def _rows(table: SweepTable, metric: str, most: int | None) -> "Table":
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    columns = [column for _, column in table.varied]
    shown = [table.metric(name) for name in dict.fromkeys(["cycles", metric, *USUAL])]
    for column in columns:
        rows.add_column(
            _broken(column.name), justify="left" if isinstance(column.values[0], str) else "right", no_wrap=True
        )
    for column in shown:
        words = not column.unit
        heading = USUAL.get(column.name, column.name if words else f"{column.name}\n{column.unit}")
        rows.add_column(heading, justify="left" if words else "right", no_wrap=True)
    for number, reason in enumerate(table.reasons[:most]):
        cells = [str(column.values[number]) for column in columns]
        metrics = [value_text(column.values[number], column.unit) for column in shown]
        rows.add_row(*cells, *([*metrics[:-1], "cannot be run"] if reason else metrics))
    return rows


def _broken(name: str) -> str:
    """Return the name of a parameter on two lines, if it is long and has parts."""
    return ".\n".join(name.rsplit(".", 1)) if len(name) > 12 else name


def _left_out(table: SweepTable, most: int | None) -> Iterator[str]:
    if most is not None and most < table.grid.size:
        yield f"({counted(table.grid.size - most, 'more row')} not shown here)"


def _quickest(table: SweepTable) -> Iterator[str]:
    """Name the point with the fewest cycles; of equal ones, the first."""
    cycles = [(value, number) for number, value in enumerate(table.metric("cycles").values) if isinstance(value, int)]
    if len(cycles) > 1:
        least, number = min(cycles)
        where = ", ".join(f"{column.name} {column.values[number]}" for _, column in table.varied)
        yield f"Fewest cycles: {count_text(least)} with {where}."


def _impossible(table: SweepTable) -> Iterator[str]:
    if table.impossible:
        yield f"{counted(table.impossible, 'point')} cannot be run:"
        yield from reasons(table)


def reasons(table: SweepTable) -> list[str]:
    """Return the different reasons why points cannot be run, the most frequent first, and how often each."""
    found = Counter(filter(None, table.reasons)).most_common()
    texts = [f"{_begun(reason)}\n    ({counted(count, 'point')})" for reason, count in found[:MOST_REASONS]]
    left = len(found) - MOST_REASONS
    return texts if left <= 0 else [*texts, f"and {counted(left, 'other reason')}"]


def _begun(reason: str) -> str:
    """Return a reason, cut if it is long: rows have all of it."""
    lines = reason.split("\n")
    left = len(lines) - MOST_LINES
    return reason if left <= 1 else "\n".join([*lines[:MOST_LINES], f"and {left:,} lines more"])
