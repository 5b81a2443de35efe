"""A timeline as a picture: a lane for each unit, bars for what it does, labelled with source lines.

Where there are too many intervals for bars, the lanes show for each of many columns what part of it goes to what.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlpsim.pictures.drawing import DPI, INK, POINTS_PER_INCH, drawn
from dlpsim.views.quantities import count_text, counted
from dlpsim.views.timeline_data import DECODER, Activity, Interval, Lane, TimelineData
from isa.listing import listing
from isa.program import Program

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 1000
"""Columns of a window that is too long for bars."""

WIDTH, LEFT, RIGHT = 12.0, 1.4, 0.25
TOP, BOTTOM = 0.5, 0.85
LANE, DENSE_LANE, MANY_LANES = 0.27, 0.2, 30
"""Inches; lanes are lower where there are many."""
CORE_GAP = 0.3
"""Between the lanes of two cores, in lanes."""

UNIT_COLOURS = ("#0072B2", "#00876A", "#4FA3D1", "#8C6BB1", "#7A7A52")
"""What works: the compute unit, then the ports in their order."""
COLOURS = {
    Activity.PORT: "#F4C7A1",
    Activity.SETUP: "#E69F00",
    Activity.FLIGHT: "#B8B8B8",
    Activity.DECODE: "#444444",
    Activity.QUEUE: "#D5B942",
    Activity.SYNC: "#D8DCE8",
    Activity.BARRIER: "#DDA6C4",
}
DARK = {Activity.WORK, Activity.DECODE}
"""What is labelled in white."""

LETTER_SIZE = 6.5
LETTER_WIDTH = 0.602 * LETTER_SIZE * DPI / POINTS_PER_INCH
"""Pixels that a letter takes in a font whose letters are of equal width."""


def timeline_picture(data: TimelineData, program: Program, kind: str) -> bytes:
    """Return the picture; `kind` is `png` or `svg`."""
    places = _places(data)
    lane = LANE if len(data.lanes) <= MANY_LANES else DENSE_LANE
    height = TOP + BOTTOM + lane * max(places.values(), default=1.0) + lane

    def draw(figure: "Figure") -> None:
        figure.text(
            0.15 / WIDTH, 1 - 0.12 / height, _title(data), fontsize=11, fontweight="bold", va="top"
        ).set_parse_math(False)
        size = (LEFT / WIDTH, BOTTOM / height, 1 - (LEFT + RIGHT) / WIDTH, 1 - (TOP + BOTTOM) / height)
        chart = _Chart(figure.add_axes(size), data, program, places)
        chart.draw()

    return drawn(draw, WIDTH, height, kind)


def _title(data: TimelineData) -> str:
    if data.begin == data.end:
        return f"{data.program} on {data.machine}: takes no time"
    shown = len({lane.core for lane in data.lanes})
    cores = f", {shown} of {data.cores} cores" if shown < data.cores else ""
    span = f"cycles {count_text(data.begin)} to {count_text(data.end)} of {count_text(data.cycles)}"
    reduced = f"; reduced: {counted(data.column_cycles, 'cycle')} to a column" if data.intervals is None else ""
    return f"{data.program} on {data.machine}{cores}: {span}{reduced}"


def _places(data: TimelineData) -> dict[tuple[int, str], float]:
    """Return how far down each lane is, in lanes."""
    places: dict[tuple[int, str], float] = {}
    at, core = 0.0, None
    for lane in data.lanes:
        at += CORE_GAP if core not in {None, lane.core} else 0.0
        places[lane.core, lane.unit] = at
        at, core = at + 1, lane.core
    return places


@dataclass(frozen=True)
class _Band:
    """The part of a lane that an activity is drawn in: its upper and lower edge, from 0 at the top to 1."""

    top: float
    bottom: float


LEAST_PART = 0.12
"""What works less of its bar is drawn so high, to be seen."""

BAR, THIN, FOOT = _Band(0.08, 0.92), _Band(0.2, 0.8), _Band(0.8, 0.92)


class _Chart:
    """The lanes."""

    def __init__(
        self, axes: "Axes", data: TimelineData, program: Program, places: Mapping[tuple[int, str], float]
    ) -> None:
        self._axes, self._data, self._program, self._places = axes, data, program, places
        self._texts: dict[int, list[str]] = {}
        units = list(dict.fromkeys(lane.unit for lane in data.lanes if lane.unit != DECODER))
        self._unit_colours = {unit: UNIT_COLOURS[index % len(UNIT_COLOURS)] for index, unit in enumerate(units)}
        axes.set_xlim(data.begin, max(data.end, data.begin + 1))
        axes.set_ylim(max(places.values(), default=0.0) + 1.1, -0.1)
        self._pixels_per_cycle = axes.get_window_extent().width / max(data.end - data.begin, 1)

    def draw(self) -> None:
        """Draw the lanes with their names, the axis and the key."""
        self._frame()
        if self._data.intervals is None:
            for lane in self._data.lanes:
                self._columns(lane)
        else:
            self._bars(self._data.intervals)
        self._key()

    def _frame(self) -> None:
        axes = self._axes
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_yticks([place + 0.5 for place in self._places.values()], [unit for _, unit in self._places])
        axes.tick_params(axis="y", length=0, pad=4)
        axes.set_xlabel("cycle")
        axes.xaxis.set_major_formatter(lambda value, _: count_text(round(value)) if value == round(value) else "")
        axes.grid(visible=True, axis="x", color="#e6e6e6", linewidth=0.7)
        axes.set_axisbelow(True)
        core = None
        for (of_core, _), place in self._places.items():
            if of_core != core:
                axes.text(
                    -LEFT / (WIDTH - LEFT - RIGHT) + 0.013,
                    place + 0.5,
                    f"core {of_core}",
                    transform=axes.get_yaxis_transform(),
                    fontweight="bold",
                    va="center",
                )
                if core is not None:
                    axes.axhline(place - CORE_GAP / 2, color="#d0d0d0", linewidth=0.6)
            core = of_core

    def _bars(self, intervals: Sequence[Interval]) -> None:
        bars: dict[tuple[_Band, str], list[tuple[float, float, float]]] = defaultdict(list)
        for interval in intervals:
            place = self._places.get((interval.core, interval.unit))
            if place is None:
                continue
            begin, end = max(interval.begin, self._data.begin), min(interval.end, self._data.end)
            gap = 0.5 / self._pixels_per_cycle if (end - begin) * self._pixels_per_cycle > 3 else 0.0
            for band, colour in self._bands(interval):
                bars[band, colour].append((begin, end - begin - gap, place))
            if interval.activity is not Activity.FLIGHT:
                self._label(interval, begin, end, place + 0.5)
        for (band, colour), spans in bars.items():
            self._rectangles(band, colour, spans)

    def _rectangles(self, band: _Band, colour: str, spans: Sequence[tuple[float, float, float]]) -> None:
        """Draw rectangles of one colour, each from its begin, so long, in the lane at its place."""
        corners = [
            [(x, at + band.top), (x, at + band.bottom), (x + length, at + band.bottom), (x + length, at + band.top)]
            for x, length, at in spans
        ]
        order = 1 if band is FOOT else 2 if band in {BAR, THIN} else 2.5
        self._polygons(corners, colour, order)

    def _bands(self, interval: Interval) -> Iterator[tuple[_Band, str]]:
        """Yield what is drawn of an interval: of a shared port, as much of the height as it worked, from below."""
        if interval.activity is not Activity.WORK:
            band = FOOT if interval.activity is Activity.FLIGHT else THIN if interval.unit == DECODER else BAR
            yield band, COLOURS[interval.activity]
            return
        part = max(interval.worked / (interval.end - interval.begin), LEAST_PART)
        if part < 1:
            yield BAR, COLOURS[Activity.PORT]
        band = BAR if part == 1 else _Band(BAR.bottom - part * (BAR.bottom - BAR.top), BAR.bottom)
        yield band, self._unit_colours[interval.unit]

    def _label(self, interval: Interval, begin: int, end: int, y: float) -> None:
        """Write source line and instruction into a bar, the line alone, or nothing, as there is room."""
        if not interval.line:
            return
        letters = int(((end - begin) * self._pixels_per_cycle - 4) / LETTER_WIDTH)
        texts = (f"{interval.line} {self._text(interval)}", str(interval.line))
        text = next((text for text in texts if len(text) <= letters), None)
        if text is None:
            return
        shared = interval.activity is Activity.WORK and interval.worked < interval.end - interval.begin
        colour = "white" if interval.activity in DARK and not shared else INK
        shown = self._axes.text((begin + end) / 2, y, text, color=colour, fontsize=LETTER_SIZE, ha="center", zorder=3)
        shown.set(family="DejaVu Sans Mono", va="center_baseline", parse_math=False)

    def _text(self, interval: Interval) -> str:
        """Return an instruction as assembly, without what is annotated."""
        core = interval.core
        if core not in self._texts:
            self._texts[core] = [row.text.partition(" :")[0] for row in listing(self._program.cores[core])]
        return self._texts[core][interval.pc]

    def _columns(self, lane: Lane) -> None:
        """Draw the parts of each column on top of each other, work at the bottom."""
        place = self._places[lane.core, lane.unit]
        spans = [self._data.column_span(column) for column in range(self._data.columns)]
        base = [place + BAR.bottom] * len(spans)
        for activity, cells in lane.cycles.items():
            if activity is Activity.FLIGHT:
                continue
            colour = self._unit_colours[lane.unit] if activity is Activity.WORK else COLOURS[activity]
            height = BAR.bottom - BAR.top
            top = [
                low - height * part / (end - begin) for low, part, (begin, end) in zip(base, cells, spans, strict=True)
            ]
            self._polygons([[*_steps(spans, top), *reversed(_steps(spans, base))]], colour, 2)
            base = top

    def _polygons(self, corners: Sequence[Sequence[tuple[float, float]]], colour: str, order: float) -> None:
        from matplotlib.collections import PolyCollection  # noqa: PLC0415

        self._axes.add_collection(PolyCollection(corners, facecolor=colour, linewidth=0, zorder=order), autolim=False)

    def _key(self) -> None:
        from matplotlib.patches import Patch  # noqa: PLC0415

        present = {activity for lane in self._data.lanes for activity, cells in lane.cycles.items() if any(cells)}
        if self._data.intervals is None:
            present.discard(Activity.FLIGHT)
        entries = [(colour, f"{unit} works") for unit, colour in self._unit_colours.items()]
        entries += [(COLOURS[activity], activity.value) for activity in COLOURS if activity in present]
        if not entries:
            return
        inches = self._axes.get_window_extent().height / DPI
        self._axes.legend(
            [Patch(color=colour) for colour, _ in entries],
            [text for _, text in entries],
            loc="upper left",
            bbox_to_anchor=(0, -0.45 / inches),
            ncols=len(entries),
            fontsize=8,
            frameon=False,
            borderaxespad=0,
            handlelength=1.2,
            columnspacing=1.4,
        )


def _steps(spans: Sequence[tuple[int, int]], heights: Sequence[float]) -> list[tuple[float, float]]:
    """Return the corners of a line that has a height over each span."""
    return [(x, height) for span, height in zip(spans, heights, strict=True) for x in span]
