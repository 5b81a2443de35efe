"""A timeline as text: a row for each unit, a column for each cycle or for several.

first.asm on dlp-s: cycles 0 to 34 of 34, a column is 1 cycle

core 0  decoder  ssssssssssssssssssssssssssssssss ss
        compute  ································█·
        dram     ████████████████████████████████·█
                 0         10        20        30
"""

from collections.abc import Iterator

from dlpsim.views.quantities import count_text, counted
from dlpsim.views.timeline_data import DECODER, Activity, Lane, TimelineData

WIDTH = 80
TICK = 10
"""Columns from one number of the scale to the next, at least."""

HEIGHTS = "▁▂▃▄▅▆▇█"
"""How much of a column a unit works, in eighths."""

LETTERS = {
    Activity.PORT: "p",
    Activity.SETUP: "u",
    Activity.FLIGHT: "~",
    Activity.DECODE: "d",
    Activity.QUEUE: "q",
    Activity.SYNC: "s",
    Activity.BARRIER: "b",
}
IDLE = "·"
MEANINGS = {
    Activity.WORK: f"{HEIGHTS[-1]} works",
    Activity.PORT: "p waits for its port",
    Activity.SETUP: "u sets up",
    Activity.FLIGHT: "~ result in flight",
    Activity.DECODE: "d decodes",
    Activity.QUEUE: "q waits for a full queue",
    Activity.SYNC: "s waits at a sync",
    Activity.BARRIER: "b waits at a barrier",
}


def label_width(units: tuple[str, ...], cores: int) -> int:
    """Return the columns that the names of the rows take, of a machine with these units and so many cores."""
    return len(f"core {cores - 1}  ") + max(map(len, (DECODER, *units))) + 2


def render(data: TimelineData, label: int) -> Iterator[str]:
    """Yield the lines; the names of the rows take `label` columns."""
    yield from _heading(data)
    if data.begin == data.end:
        return
    yield ""
    core = None
    for lane in data.lanes:
        name = f"core {lane.core}" if lane.core != core else ""
        first = len(f"core {data.cores - 1}  ")
        yield f"{name:{first}}{lane.unit:{label - first}}{_row(data, lane)}"
        core = lane.core
    yield " " * label + _scale(data)
    yield ""
    yield from _legend(data)


def _heading(data: TimelineData) -> Iterator[str]:
    if data.begin == data.end:
        yield f"{data.program} on {data.machine}: takes no time"
        return
    span = f"cycles {count_text(data.begin)} to {count_text(data.end)} of {count_text(data.cycles)}"
    yield f"{data.program} on {data.machine}: {span}, a column is {counted(data.column_cycles, 'cycle')}"
    shown = len({lane.core for lane in data.lanes})
    if shown < data.cores:
        yield f"{counted(shown, 'core')} of {count_text(data.cores)}; --core N shows another"


def _row(data: TimelineData, lane: Lane) -> str:
    return "".join(_cell(data, lane, column) for column in range(data.columns))


def _cell(data: TimelineData, lane: Lane, column: int) -> str:
    """Return how much a unit works; where it does not, what it does for the most part."""
    begin, end = data.column_span(column)
    cycles = {activity: cells[column] for activity, cells in lane.cycles.items() if cells[column]}
    work = cycles.get(Activity.WORK)
    if work:
        return HEIGHTS[max(0, min(round(8 * work / (end - begin)), 8) - 1)]
    waits = [activity for activity in LETTERS if activity in cycles]
    most = max(waits, key=cycles.__getitem__, default=None)
    is_told = most is not None and (lane.unit != DECODER or 2 * sum(cycles.values()) >= end - begin)
    return LETTERS[most] if most and is_told else IDLE


def _scale(data: TimelineData) -> str:
    """Return the boundaries below the columns at which they begin."""
    step = TICK
    while len(count_text(data.end)) + 2 > step:
        step += TICK
    scale = ""
    for column in range(0, data.columns, step):
        tick = count_text(data.column_span(column)[0])
        scale += f"{tick:{step}}" if not column or column + len(tick) <= data.columns else ""
    return scale.rstrip()


def _legend(data: TimelineData) -> Iterator[str]:
    """Yield the meanings of the signs that occur."""
    present = {activity for lane in data.lanes for activity, cells in lane.cycles.items() if any(cells)}
    signs = [meaning for activity, meaning in MEANINGS.items() if activity in present]
    line = ""
    for sign in [*signs, f"{IDLE} nothing"]:
        if line and len(line) + len(sign) + 3 > WIDTH:
            yield line
            line = ""
        line += f"   {sign}" if line else sign
    yield line
    if data.column_cycles > 1 or Activity.PORT in present:
        yield f"{HEIGHTS}: the part of a column for which it works; where none, what takes most"
