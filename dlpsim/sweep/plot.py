"""The picture of a sweep: one metric against one or two parameters, the same bytes whenever it is drawn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlpsim.pictures.drawing import PALE, drawn
from dlpsim.sweep.heat_map import draw_heat_map
from dlpsim.sweep.plot_data import PlotData, plot_data
from dlpsim.sweep.plot_plan import Form, PlotPlan
from dlpsim.sweep.plot_scale import name_ticks, scale_metric, scale_parameter
from dlpsim.sweep.table import SweepTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 9.0, 5.4
"""Inches."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B07900", "#56B4E9", "#7A3E9D", "#444444")
"""Those of names, told apart also by those who see few colours (Okabe and Ito, and two more)."""

MARKERS = "osD^vPX*"
LONGEST = 100
"""Characters of the line below the title."""


def plot(table: SweepTable, plan: PlotPlan, metric: str, kind: str) -> bytes:
    """Return the picture of a metric; `kind` is `png` or `svg`. Points that cannot be run leave gaps."""
    data = plot_data(table, plan, metric)

    def draw(figure: "Figure") -> None:
        figure.text(0.02, 0.975, _cut(data.title, LONGEST * 3 // 4), fontsize=11, fontweight="bold", va="top")
        figure.text(0.02, 0.925, _cut(data.said, LONGEST), fontsize=8.5, color=PALE, va="top")
        if data.form is Form.HEAT:
            draw_heat_map(figure, data)
        else:
            _draw_series(figure, data)

    return drawn(draw, WIDTH, HEIGHT, kind)


def _draw_series(figure: "Figure", data: PlotData) -> None:
    several = len(data.series) > 1
    axes = figure.add_axes((0.1, 0.13, 0.69 if several else 0.87, 0.73))
    if data.x_numbers is None:
        _draw_bars(axes, data)
        name_ticks(axes.xaxis, [_cut(label, 28) for label in data.x_labels])
    else:
        _draw_lines(axes, data, data.x_numbers)
        scale_parameter(axes, data.x_numbers, data.x_labels)
    scale_metric(axes, data)
    axes.set_xlabel(data.x_name)
    axes.grid(axis="y", color="#e2e2e2", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if several:
        title = "\n".join(_cut(name, 26) for name in data.series_name.replace(" (", "\n(").split("\n"))
        axes.legend(
            title=title, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8.5, title_fontsize=8.5
        )


def _draw_lines(axes: "Axes", data: PlotData, xs: Sequence[float]) -> None:
    for series, colour, marker in zip(data.series, _colours(data), MARKERS, strict=False):
        values = [float("nan") if value is None else value for value in series.values]
        size = 5 if len(values) <= 50 else 2
        axes.plot(
            xs,
            values,
            color=colour,
            marker=marker,
            markersize=size,
            linewidth=1.4,
            label=_cut(series.name, 24),
        )


def _draw_bars(axes: "Axes", data: PlotData) -> None:
    width = 0.8 / len(data.series)
    for index, (series, colour) in enumerate(zip(data.series, _colours(data), strict=False)):
        places = [x + (index - (len(data.series) - 1) / 2) * width for x in range(len(series.values))]
        axes.bar(
            places, [value or 0.0 for value in series.values], width * 0.92, color=colour, label=_cut(series.name, 24)
        )


def _colours(data: PlotData) -> list[object]:
    """Return a colour for each series: from dark to light for the values of a number, else one that stands out."""
    if not data.ordered or len(data.series) < 3:
        return list(COLOURS)
    from matplotlib import colormaps  # noqa: PLC0415

    return [colormaps["viridis"](0.88 * index / (len(data.series) - 1)) for index in range(len(data.series))]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
