"""A roofline as a picture: roofs by machine, a numbered dot for each program, and beside them the key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import atan2, cos, degrees, dist, pi, sin
from typing import TYPE_CHECKING

from dlpsim.ceilings import Level, Roofs, ridge
from dlpsim.pictures.drawing import DPI, INK, PALE, POINTS_PER_INCH, drawn
from dlpsim.pictures.key import KEY_WIDTH, Entry, draw_key, key_columns, key_height
from dlpsim.pictures.palette import palette
from dlpsim.pictures.room import ANGLES, Box, Room, along, around, centred, middle
from dlpsim.views.quantities import end_of, percent, rate_text
from dlpsim.views.roofline import Point, RooflineData, four_digits, is_small

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

WIDTH, HEIGHT = 11.0, 6.2
"""Inches; the picture grows where the key is longer, or has several columns."""

Dash = tuple[float, Sequence[float]]
SOLID: Dash = (0, ())

DASHES: Mapping[Level, Dash] = {Level.DRAM: SOLID, Level.SHARED: (0, (6, 2)), Level.CHIP: (0, (1.5, 1.5))}
MARKERS = {Level.DRAM: "o", Level.SHARED: "s", Level.CHIP: "^"}

TITLE = "Roofline: FLOP = 2 per MAC, other operations are not counted"
TAG_SIZE = 7.5
"""Points: the numbers beside the dots."""

PARTS = (0.02, *(step / 20 for step in range(2, 16)))
"""Where along its line a label may begin."""
LABEL_GAP = 2.0
"""Pixels between a label and its line."""
ROWS = 4
"""So many places above a line may a label take, one above the other."""

LARGEST_DOT, SMALLEST_DOT = 24.0, 2.5
"""Points: what a layer with all cycles of its network would have, and what each has at least."""
NAMED_FROM = 0.05
"""Part of the cycles from which on the name of a layer stands beside its dot."""
NAME_LENGTH = 16
"""Of longer names of layers the end is shown."""
LAYERS_SAID = f"area: share of its cycles; named from {100 * NAMED_FROM:.0f} % on, +2: two more"

CLOSE = 12
"""Pixels: layers of a network that lie closer together share a label."""

Span = tuple[float, float]
Dot = tuple[float, float, str, str]
"""Intensity, rate, what is written beside it, colour."""


def roofline_picture(data: RooflineData, kind: str) -> bytes:
    """Return the picture; `kind` is `png` or `svg`."""
    entries = list(_key(data))
    height = max(HEIGHT, key_height(entries) + 1.0)
    width = WIDTH + KEY_WIDTH * (key_columns(entries) - 1)
    part = WIDTH / width

    def draw(figure: "Figure") -> None:
        figure.text(0.012 * part, 1 - 0.12 / height, TITLE, fontsize=11, fontweight="bold", va="top")
        axes = figure.add_axes((0.068 * part, 0.55 / height, 0.535 * part, 1 - 1.05 / height))
        _Chart(figure, axes, data).draw()
        draw_key(figure, entries, left=0.62 * part, top=1 - 0.5 / height)

    return drawn(draw, width, height, kind)


def spans(data: RooflineData) -> tuple[Span, Span]:
    """Return what the axes span: intensities in FLOP per byte, and rates in GFLOP/s."""
    flat = [roof.gflops for one in data.roofs for roof in one.compute] + [chip.peak_gflops for chip in data.chips]
    meets = [ridge(roof, slope) for one in data.roofs for roof in one.compute for slope in one.bandwidth]
    meets += [chip.ridge_flop_per_byte for chip in data.chips]
    shown = [point for point in data.points if is_drawn(point) and not is_small(point)]
    sides = [limit.flop_per_byte for point in shown for limit in point.limits if limit.flop_per_byte]
    across, up = [*meets, *sides, 1.0], [*flat, *(point.attained_gflops for point in shown)] or [1.0]
    low = min(*up, max(up) / 100)
    return (min(across) / 3, max(across) * 6), (low / 3, max(up) * 3)


def is_layer(point: Point) -> bool:
    """Say whether a point is a layer that takes enough of its network's cycles to be shown."""
    return bool(point.part_of) and not is_small(point)


def is_drawn(point: Point) -> bool:
    """Say whether a point has a place: it needs MACs, and a rate that a float can hold."""
    return point.attained_gflops > 0


def _key(data: RooflineData) -> Iterator[Entry]:
    """Yield what the key says: of each point what it attained, of what, and why; then the chips."""
    colours = palette(data)
    for number, point in enumerate(data.runs, 1):
        yield Entry(str(number), f"{point.name} on {point.machine}", _said(point), colours.of(point))
    if any(is_layer(point) for point in data.points):
        yield Entry("", "Pale dots: layers of the network of that colour", LAYERS_SAID, INK)
    for tag, chip in zip(_letters(), data.chips, strict=False):
        peak = f"{rate_text(chip.peak_gflops / 1000)} T{'OP' if 'INT' in chip.main_format else 'FLOP'}/s"
        said = f"{peak} {chip.main_format}, {rate_text(chip.bandwidth_gb_per_s)} GB/s, {chip.power_w} W"
        yield Entry(tag, chip.name, said, PALE)


def _said(point: Point) -> str:
    if point.limit is None:
        return "nothing moved, nothing computed: not drawn"
    share = f"{percent(point.share)} of its limit, {point.limit.what}"
    if not is_drawn(point):
        return f"no MACs: not drawn; {share}"
    beside = "" if point.flop_per_byte(Level.DRAM) else "; no DRAM bytes"
    return f"{four_digits(point.attained_gflops)} GFLOP/s: {share}{beside}"


def _letters() -> Iterator[str]:
    yield from map(chr, range(ord("A"), ord("Z") + 1))


class _Chart:
    """The diagram itself; draws what must be read first into the free room."""

    def __init__(self, figure: "Figure", axes: "Axes", data: RooflineData) -> None:
        self._axes, self._data, self._palette = axes, data, palette(data)
        self._across, self._up = spans(data)
        axes.set(xscale="log", yscale="log", xlim=self._across, ylim=self._up)
        axes.set_xlabel("operational intensity [FLOP per byte of DRAM; for other levels, per byte of theirs]")
        axes.set_ylabel("performance [GFLOP/s]")
        axes.grid(visible=True, which="major", color="#e6e6e6", linewidth=0.7)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        box = axes.get_window_extent()
        self._area: Box = (box.x0, box.y0, box.x1, box.y1)
        self._room = Room(self._area)
        self._figure = figure

    def draw(self) -> None:
        """Draw chips, roofs, dots; then labels, as far as there is room: first those that have few places."""
        self._legend()
        for chip in self._data.chips:
            self._flat(chip.peak_gflops, chip.bandwidth_gb_per_s, "#c9c9c9", 0.8)
            self._slope(chip.bandwidth_gb_per_s, chip.peak_gflops, "#c9c9c9", SOLID, 0.8)
        for one in reversed(self._data.roofs):
            self._machine(one)
        dots = [*self._chip_dots(), *self._point_dots()]
        layers = self._together(self._layer_dots())
        for x, y, _, _ in dots:
            self._room.take(centred(*self._pixel(x, y), 8, 8))
        self._flat_labels()
        self._slope_labels()
        self._ridge_labels()
        for dot in (*dots, *layers):
            self._tag(*dot)

    def _legend(self) -> None:
        """Say what lines and markers of each level look like; only of those levels that there are."""
        from matplotlib.lines import Line2D  # noqa: PLC0415

        present = {roof.level for one in self._data.roofs for roof in one.bandwidth}
        levels = [level for level in Level if level in present]
        if not levels:
            return
        handles = [
            Line2D([], [], color=INK, linewidth=1.2, linestyle=DASHES[level], marker=MARKERS[level], markersize=4.5)
            for level in levels
        ]
        for handle in handles[1:]:
            handle.set_markerfacecolor("white")
        names = [f"{level.value} bytes" for level in levels]
        legend = self._axes.legend(handles, names, loc="lower right", fontsize=7.5, frameon=False, handlelength=3.2)
        box = legend.get_window_extent()
        self._room.take((box.x0, box.y0, box.x1, box.y1))

    def _machine(self, one: Roofs) -> None:
        colour = self._palette.roofs[one.machine]
        steepest = max((roof.gb_per_s for roof in one.bandwidth), default=0.0)
        for index, flat in enumerate(one.compute):
            self._flat(flat.gflops, steepest, colour, 1.0 if index else 1.8)
        highest = max((flat.gflops for flat in one.compute), default=self._up[1])
        for roof in one.bandwidth:
            self._slope(roof.gb_per_s, highest, colour, DASHES[roof.level], 1.5)
            meets = [ridge(flat, roof) for flat in one.compute]
            heights = [flat.gflops for flat in one.compute]
            self._axes.plot(meets, heights, "D", color=colour, markersize=3.5, markerfacecolor="white", mew=0.8)

    def _flat(self, peak: float, steepest: float, colour: str, width: float) -> None:
        """Draw a flat roof from where the steepest slope meets it."""
        start = peak / steepest if steepest else self._across[0]
        self._axes.plot([start, self._across[1]], [peak, peak], color=colour, linewidth=width)

    def _slope(self, rate: float, top: float, colour: str, dash: Dash, width: float) -> None:
        ends = (self._across[0], top / rate)
        self._axes.plot(ends, [x * rate for x in ends], color=colour, linestyle=dash, linewidth=width)

    def _chip_dots(self) -> Iterator[Dot]:
        for tag, chip in zip(_letters(), self._data.chips, strict=False):
            self._axes.plot(chip.ridge_flop_per_byte, chip.peak_gflops, "o", color=PALE, markersize=4)
            yield chip.ridge_flop_per_byte, chip.peak_gflops, tag, "#666666"

    def _point_dots(self) -> Iterator[Dot]:
        for number, point in enumerate(self._data.runs, 1):
            if is_drawn(point):
                colour = self._palette.of(point)
                x = point.flop_per_byte(Level.DRAM)
                self._beside(point, x or self._across[1], colour)
                self._dot(x or self._across[1], point.attained_gflops, colour, "o" if x else ">")
                yield x or self._across[1], point.attained_gflops, str(number), colour

    def _layer_dots(self) -> Iterator[Dot]:
        """Draw the layers of networks, the longest first; yield those that take enough to be named."""
        shown = [point for point in self._data.points if is_layer(point) and is_drawn(point)]
        for point in sorted(shown, key=lambda point: -point.part):
            x, y = point.flop_per_byte(Level.DRAM) or self._across[1], point.attained_gflops
            colour, size = self._palette.of(point), max(LARGEST_DOT * point.part**0.5, SMALLEST_DOT)
            self._room.take(centred(*self._pixel(x, y), size * DPI / POINTS_PER_INCH, size * DPI / POINTS_PER_INCH))
            self._axes.plot(x, y, "o", color=colour, markersize=size, mec="white", mew=0.4, alpha=0.45, zorder=4)
            if point.part >= NAMED_FROM:
                yield x, y, end_of(point.name, NAME_LENGTH), colour

    def _together(self, dots: Iterable[Dot]) -> list[Dot]:
        """Return the dots to be named: of those of a colour that lie close together the first, with their number."""
        groups: list[list[Dot]] = []
        for dot in dots:
            near = (group for group in groups if group[0][3] == dot[3] and self._distance(group[0], dot) < CLOSE)
            group = next(near, None)
            if group:
                group.append(dot)
            else:
                groups.append([dot])
        return [
            (x, y, f"{name} +{len(group) - 1}" if len(group) > 1 else name, colour)
            for group in groups
            for x, y, name, colour in group[:1]
        ]

    def _distance(self, one: Dot, other: Dot) -> float:
        return dist(self._pixel(*one[:2]), self._pixel(*other[:2]))

    def _dot(self, x: float, y: float, colour: str, marker: str) -> None:
        self._axes.plot(x, y, marker, color=colour, markersize=6, mec="white", mew=0.6, clip_on=False, zorder=5)

    def _beside(self, point: Point, x: float, colour: str) -> None:
        """Mark the intensities of a point at the other levels, at its height."""
        y = point.attained_gflops
        for level, marker in MARKERS.items():
            other = point.flop_per_byte(level)
            if other and level is not Level.DRAM:
                self._axes.plot([x, other], [y, y], color=colour, linewidth=0.6, alpha=0.35)
                self._axes.plot(other, y, marker, color=colour, markersize=4, markerfacecolor="white", mew=0.8)
                self._room.take(centred(*self._pixel(other, y), 6, 6))

    def _tag(self, x: float, y: float, tag: str, colour: str, start: float = pi / 4) -> None:
        """Write a text near its dot, with a line to it where it is not next to it."""
        width, height = self._extent(tag, TAG_SIZE)
        at = self._pixel(x, y)
        boxes = around(*at, width + 2, height, start)
        index = self._room.place([box] for box in boxes)
        box = boxes[index or 0]
        line = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
        shown = self._axes.annotate(
            tag,
            (x, y),
            self._place(*middle(box)),
            textcoords="data",
            ha="center",
            va="center_baseline",
            color=colour,
            fontsize=TAG_SIZE,
            fontweight="bold",
            arrowprops=line if (index or 0) >= ANGLES else None,
            zorder=6,
        )
        shown.set_parse_math(False)
        _set_off(shown)

    def _ridge_labels(self) -> None:
        """Give the intensity at which the roof of each machine's DRAM meets that of its first type."""
        meets = {
            (ridge(one.compute[0], roof), one.compute[0].gflops): self._palette.roofs[one.machine]
            for one in reversed(self._data.roofs)
            for roof in one.bandwidth
            if roof.level is Level.DRAM and one.compute
        }
        for (meet, peak), colour in meets.items():
            self._tag(meet, peak, f"ridge {rate_text(meet)} FLOP/B", colour, -pi / 4)

    def _flat_labels(self) -> None:
        """Name the flat roofs along their lines, beginning at the right; those of equal height share a label."""
        flats = [(roof.gflops, one.machine, roof.mac_type) for one in self._data.roofs for roof in one.compute]
        steepest = max((roof.gb_per_s for one in self._data.roofs for roof in one.bandwidth), default=0.0)
        for peak, whose in _named(flats):
            end = peak / steepest if steepest else self._across[0]
            line = (self._across[1], peak), (end, peak)
            self._label(f"{rate_text(peak)} GFLOP/s: {whose}", line, 0)

    def _slope_labels(self) -> None:
        """Name the slopes along their lines; equal ones share a label."""
        slopes = [(roof.gb_per_s, one.machine, roof.level.value) for one in self._data.roofs for roof in one.bandwidth]
        tilt = self._tilt()
        top = max((roof.gflops for one in self._data.roofs for roof in one.compute), default=self._up[1])
        for rate, whose in _named(slopes):
            left = max(self._across[0], self._up[0] / rate)
            line = (left, left * rate), (top / rate, top)
            self._label(f"{rate_text(rate)} GB/s: {whose}", line, tilt)

    def _label(self, text: str, line: tuple[Span, Span], tilt: float) -> None:
        """Write a text above a line, else below it, else further off: at the first part of its length with room."""
        shown = self._axes.text(0, 0, text, fontsize=7.5, color=INK, va="bottom")
        shown.set_parse_math(False)
        size = shown.get_window_extent()
        ends = [_between(*line, part) for part in PARTS]
        corners = [self._pixel(*end) if tilt else self._before(end, size.width) for end in ends]
        above = [LABEL_GAP + row * size.height for row in range(ROWS)]
        offsets = (above[0], -LABEL_GAP - size.height, *above[1:])
        starts = [(x - off * sin(tilt), y + off * cos(tilt)) for off in offsets for x, y in corners]
        index = self._room.place(along(*start, size.width, size.height, tilt) for start in starts)
        shown.set(rotation=degrees(tilt), rotation_mode="anchor")
        shown.set_position(self._place(*starts[index or 0]))
        _set_off(shown)

    def _before(self, end: Span, width: float) -> tuple[float, float]:
        x, y = self._pixel(*end)
        return x - width, y

    def _tilt(self) -> float:
        """Return the angle at which slopes rise."""
        x0, y0 = self._pixel(1, 1)
        x1, y1 = self._pixel(10, 10)
        return atan2(y1 - y0, x1 - x0)

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        across, up = self._axes.transData.transform((x, y))
        return float(across), float(up)

    def _place(self, across: float, up: float) -> Span:
        """Return what stands at a pixel. Only this holds for an SVG as well, whose pixels are others."""
        x, y = self._axes.transData.inverted().transform((across, up))
        return float(x), float(y)

    def _extent(self, text: str, size: float) -> tuple[float, float]:
        """Return width and height of a short bold text, in pixels."""
        return 0.7 * size * len(text) * DPI / POINTS_PER_INCH, 1.1 * size * DPI / POINTS_PER_INCH


def _between(one: Span, other: Span, part: float) -> Span:
    """Return the place on a line after a part of its length, where both axes are logarithmic."""
    x, y = (first ** (1 - part) * last**part for first, last in zip(one, other, strict=True))
    return x, y


def _named(roofs: Sequence[tuple[float, str, str]]) -> list[tuple[float, str]]:
    """Return the different rates, lowest first, each with whose it is: `dlp-s MAC_8; dlp-m, dlp-m-real MAC_32`."""
    names: dict[float, dict[str, list[str]]] = {}
    for rate, machine, what in roofs:
        names.setdefault(rate, {}).setdefault(machine, []).append(what)
    named = []
    for rate, machines in sorted(names.items()):
        alike: dict[str, list[str]] = {}
        for machine, whats in machines.items():
            alike.setdefault(", ".join(whats), []).append(machine)
        named.append((rate, "; ".join(f"{_few(whose)} {what}" for what, whose in alike.items())))
    return named


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _set_off(text: "Text") -> None:
    """Put a text on a pale ground, so that lines behind it do not disturb."""
    text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.3})
