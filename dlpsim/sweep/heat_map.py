"""A metric over two parameters of many values, as a field of colours."""

from typing import TYPE_CHECKING

from dlpsim.pictures.drawing import INK
from dlpsim.sweep.plot_data import PlotData
from dlpsim.sweep.plot_scale import metric_label, name_ticks, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = "viridis"
MISSING = "#e6e6e6"
"""Where there is no value."""

MOST_NUMBERS = 144
"""Fields in which the value is written, if there are not more."""


def draw_heat_map(figure: "Figure", data: PlotData) -> None:
    """Draw a field for each point, and the scale of colours beside them."""
    import numpy as np  # noqa: PLC0415
    from matplotlib import colormaps  # noqa: PLC0415
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    axes = figure.add_axes((0.11, 0.13, 0.72, 0.74))
    field = np.array([[np.nan if value is None else value for value in series.values] for series in data.series])
    colours = colormaps[COLOURS]
    image = axes.imshow(np.ma.masked_invalid(field), origin="lower", aspect="auto", cmap=colours)
    axes.set_facecolor(MISSING)
    name_ticks(axes.xaxis, data.x_labels)
    name_ticks(axes.yaxis, [series.name for series in data.series])
    axes.set_xlabel(data.x_name)
    axes.set_ylabel(data.series_name)
    bar = figure.colorbar(image, cax=figure.add_axes((0.85, 0.13, 0.022, 0.74)))
    bar.set_label(metric_label(data))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value, data.unit)))
    if field.size <= MOST_NUMBERS:
        _write_numbers(axes, data)


def _write_numbers(axes: "Axes", data: PlotData) -> None:
    low, high = min(data.values, default=0.0), max(data.values, default=1.0)
    size = 7.5 if len(data.x_labels) <= 10 else 6
    for y, series in enumerate(data.series):
        for x, value in enumerate(series.values):
            if value is not None:
                ink = "white" if value < (low + high) / 2 else INK
                axes.text(x, y, number_text(value, data.unit), ha="center", va="center", fontsize=size, color=ink)
