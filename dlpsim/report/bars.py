"""The timeline as data that `assets/chart.js` draws: lanes, bars and columns.

Bars count cycles from the beginning of their window, so that they are exact however late it is. A bar is
[lane, activity, begin, end, instruction, worked, note]; all but the times are places in lists beside.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dlpsim.config import MachineConfig
from dlpsim.pictures.timeline import COLOURS, UNIT_COLOURS
from dlpsim.report.collect import ReportData
from dlpsim.views.quantities import count_text
from dlpsim.views.timeline_data import DECODER, Activity, Interval, TimelineData
from isa.listing import listing
from isa.program import Code, Compute, Move, Program

ACTIVITIES = tuple(Activity)
LanePlace = Mapping[tuple[int, str], int]
FINE = 10_000
"""The parts of a column that its cycles are told in."""
LONGEST = 100
"""Letters of an instruction; the rest is left out."""


def name_of(one: TimelineData) -> str:
    """Return what a window is called."""
    reduced = ", reduced" if one.intervals is None else ""
    if (one.begin, one.end) == (0, one.cycles):
        return f"Whole run{reduced}"
    return f"Cycles {count_text(one.begin)} to {count_text(one.end)}{reduced}"


def unit_colours(config: MachineConfig, whole: TimelineData) -> Mapping[str, str]:
    """Return the colour of each unit that is used, as in the picture of a timeline."""
    used = {lane.unit for lane in whole.lanes}
    units = [unit for unit in config.units if unit in used]
    return {unit: UNIT_COLOURS[place % len(UNIT_COLOURS)] for place, unit in enumerate(units)}


def timeline_chart(data: ReportData) -> dict[str, Any]:
    """Return what the chart is drawn from."""
    lanes = data.timelines[0].lanes
    colours = unit_colours(data.machine, data.timelines[0])
    places = {(lane.core, lane.unit): place for place, lane in enumerate(lanes)}
    instructions = _Instructions(data.program)
    notes = _Notes(data.machine)
    parts = [_part(one, places, instructions, notes) for one in data.timelines]
    return {
        "lanes": [{"core": lane.core, "unit": lane.unit, "colour": colours.get(lane.unit, "")} for lane in lanes],
        "activities": [
            {"name": activity.value, "colour": COLOURS.get(activity, ""), "isWork": activity is Activity.WORK}
            for activity in ACTIVITIES
        ],
        "flight": ACTIVITIES.index(Activity.FLIGHT),
        "decoder": DECODER,
        "parts": parts,
        "instructions": instructions.found,
        "notes": notes.found,
    }


def _part(one: TimelineData, places: LanePlace, instructions: "_Instructions", notes: "_Notes") -> dict[str, Any]:
    """Return a window: its bars or, where they are too many, its columns."""
    shown = {
        "name": name_of(one),
        "begin": str(one.begin),
        "cycles": one.end - one.begin,
    }
    if one.intervals is None:
        columns = [
            [places[lane.core, lane.unit], ACTIVITIES.index(activity), _parts_of_columns(one, cells)]
            for lane in one.lanes
            for activity, cells in lane.cycles.items()
        ]
        return shown | {"columnCycles": one.column_cycles, "fine": FINE, "columns": columns}
    ends = notes.ends(one.intervals)
    bars = [
        [
            places[bar.core, bar.unit],
            ACTIVITIES.index(bar.activity),
            bar.begin - one.begin,
            bar.end - one.begin,
            instructions.place(bar.core, bar.pc),
            bar.worked,
            notes.place(bar, ends, instructions),
        ]
        for bar in one.intervals
    ]
    return shown | {"bars": bars}


def _parts_of_columns(one: TimelineData, cells: Sequence[float]) -> Sequence[int]:
    """Return what part of each column so many cycles are."""
    spans = (one.column_span(column) for column in range(one.columns))
    return [round(FINE * cell / (end - begin)) for cell, (begin, end) in zip(cells, spans, strict=True)]


class _Instructions:
    """The instructions that bars are of, each once: its line, its text, and how much of what it has to do."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._texts: dict[int, Sequence[str]] = {}
        self._places: dict[tuple[int, int], int] = {}
        self.found: list[dict[str, Any]] = []

    def place(self, core: int, pc: int) -> int:
        """Return the place of an instruction in `found`; cores with the same code share it."""
        code = self._program.cores[core]
        key = id(code), pc
        if key not in self._places:
            self._places[key] = len(self.found)
            self.found.append(self._entry(code, pc))
        return self._places[key]

    def _entry(self, code: Code, pc: int) -> dict[str, Any]:
        if id(code) not in self._texts:
            self._texts[id(code)] = [row.text.partition(" :")[0] for row in listing(code)]
        instruction = code[pc]
        text = self._texts[id(code)][pc]
        shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        entry: dict[str, Any] = {"line": instruction.line, "text": shown}
        if isinstance(instruction, Move):
            return entry | {"bytes": instruction.bytes}
        if isinstance(instruction, Compute):
            return entry | {"ops": instruction.num, "type": instruction.type}
        return entry

    def unit(self, core: int, pc: int, config: MachineConfig) -> str:
        """Return the unit that an instruction goes to; none for what the decoder does itself."""
        instruction = self._program.cores[core][pc]
        if isinstance(instruction, Move):
            return config.port_of[instruction.src, instruction.dst].name
        return "compute" if isinstance(instruction, Compute) else ""


Ends = Mapping[tuple[int, int], Interval]
"""By core and boundary: what completed then; of several, that of the first unit."""


class _Notes:
    """What is said of a bar besides: what a decoder waits for. Each text once; the first is none."""

    def __init__(self, config: MachineConfig) -> None:
        self._config = config
        self._latency = {"compute": config.compute.latency} | {port.name: port.latency for port in config.ports}
        self._places = {"": 0}

    @property
    def found(self) -> Sequence[str]:
        """The texts, by place."""
        return list(self._places)

    def ends(self, bars: Sequence[Interval]) -> Ends:
        """Return which instruction completed at each boundary."""
        order = {unit: place for place, unit in enumerate(self._config.units)}
        found: dict[tuple[int, int], Interval] = {}
        for bar in bars:
            if bar.unit != DECODER and bar.activity is (Activity.FLIGHT if self._latency[bar.unit] else Activity.WORK):
                known = found.setdefault((bar.core, bar.end), bar)
                if order[bar.unit] < order[known.unit]:
                    found[bar.core, bar.end] = bar
        return found

    def place(self, bar: Interval, ends: Ends, instructions: _Instructions) -> int:
        """Return the place of what is said of a bar."""
        text = ""
        if bar.activity is Activity.QUEUE:
            text = f"the queue of {instructions.unit(bar.core, bar.pc, self._config)} is full"
        elif bar.activity is Activity.SYNC and (bar.core, bar.end) in ends:
            awaited = ends[bar.core, bar.end]
            text = f"for {awaited.unit}" + (f", line {awaited.line}" if awaited.line else "")
        return self._places.setdefault(text, len(self._places))
