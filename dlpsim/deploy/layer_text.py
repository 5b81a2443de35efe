"""The layers of a network as a table for a person.

layer  op          cycles  share    MACs   DRAM    again  FLOP/B  bound by  ÷ floor
conv1  Conv+Relu  278,154  4.4 %  98.7 %  2.49M  1.02M h    56.6  compute     1.013
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dlpsim.deploy.layer_table import LayerData, LayerRow
from dlpsim.deploy.traffic import Reason
from dlpsim.views.quantities import count_text, end_of, percent, short_count

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 100
"""Columns that the table keeps to."""
SHORTEST = 8
"""Columns that names keep at least."""
LEAST_OF_BOTH = 20
"""With fewer columns for names and operators, operators are left out."""
PADDING = 2

HEADINGS = ("cycles", "share", "MACs", "DRAM", "again", "shared", "FLOP/B", "bound by", "÷ floor")
WORDS = "bound by"

LETTERS = {
    Reason.HALO: ("h", "tiles overlap: windows reach over their edges"),
    Reason.BLOCKS: ("i", "the input once for each block of output channels"),
    Reason.TILES: ("w", "the weights once for each tile of the input"),
    Reason.CORES: ("c", "several cores or clusters load the same"),
    Reason.AGAIN: ("a", "an operand once for each part of the result"),
    Reason.LAYERS: ("r", "weights that an earlier layer has loaded"),
    Reason.LAYOUT: ("l", "copied into another layout first"),
}


def render(layers: LayerData) -> "RenderableType":
    """Return the table, and what its letters stand for."""
    from rich import box  # noqa: PLC0415
    from rich.console import Group  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    cells = [_cells(row) for row in layers.rows]
    over = f"{layers.cycles / layers.floor:.3f}" if layers.floor else ""
    cells.append((count_text(layers.cycles), percent(1.0), *_sums(layers), "", "", over))
    shown = [index for index in range(len(HEADINGS)) if any(row[index] for row in cells)]
    widths = [max(len(HEADINGS[index]), *(len(row[index]) for row in cells)) for index in shown]
    names, ops = _room(layers, WIDTH - sum(widths) - PADDING * (len(shown) + 1))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, PADDING - 1, 0, 0))
    table.add_column("layer", no_wrap=True)
    if ops:
        table.add_column("op", no_wrap=True)
    for index in shown:
        table.add_column(HEADINGS[index], justify="left" if HEADINGS[index] == WORDS else "right", no_wrap=True)
    for row, own in zip(layers.rows, cells, strict=False):
        what = (_begun(row.op, ops),) if ops else ()
        table.add_row(end_of(row.name, names), *what, *(own[index] for index in shown))
    table.add_row(end_of("all layers", names), *([""] if ops else []), *(cells[-1][index] for index in shown))
    return Group(table, *_legend(layers))


def _cells(row: LayerRow) -> tuple[str, ...]:
    again = "".join(LETTERS[reason][0] for reason in LETTERS if reason in {one.reason for one in row.rereads})
    return (
        count_text(row.cycles),
        percent(row.share),
        percent(row.utilization) if row.macs else "",
        short_count(row.dram_bytes),
        f"{short_count(row.reread_bytes)} {again}" if row.reread_bytes else "",
        short_count(row.shared_bytes) if row.shared_bytes else "",
        f"{row.intensity:.3g}" if row.intensity else "",
        row.bound.removesuffix(" work"),
        f"{row.over_floor:.3f}" if row.over_floor else "",
    )


def _sums(layers: LayerData) -> Iterator[str]:
    """Yield the sums over layers: use of the MAC array, bytes of DRAM, again, and of SharedRAM."""
    rows = layers.rows
    yield percent(layers.utilization) if layers.cycles else ""
    for total in (
        sum(row.dram_bytes for row in rows),
        sum(row.reread_bytes for row in rows),
        sum(row.shared_bytes for row in rows),
    ):
        yield short_count(total) if total else ""


def _room(layers: LayerData, room: int) -> tuple[int, int]:
    """Return the columns of names and of operators, which share the room that there is."""
    names = max((len(row.name) for row in layers.rows), default=0)
    names = max(names, len("all layers"))
    ops = max((len(row.op) for row in layers.rows), default=0)
    if names + ops <= room:
        return names, ops
    if room < LEAST_OF_BOTH:
        return max(room + PADDING, SHORTEST), 0
    ops = min(ops, max(room // 3, SHORTEST, room - names))
    return room - ops, ops


def _begun(op: str, columns: int) -> str:
    return op if len(op) <= columns else f"{op[: columns - 1]}…"


def _legend(layers: LayerData) -> Iterable[str]:
    """Say what the columns are, and what the letters that occur stand for."""
    reasons = {one.reason for row in layers.rows for one in row.rereads}
    lines: Sequence[str] = [f"  {letter}  {said}" for reason, (letter, said) in LETTERS.items() if reason in reasons]
    return ("", "again: bytes of DRAM that the layer moves more than once, and why", *lines) if lines else ()
