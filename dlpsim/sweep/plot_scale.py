"""Scales and numbers along the axes of a plot."""

from itertools import pairwise
from typing import TYPE_CHECKING

from dlpsim.metrics import SHARE
from dlpsim.sweep.plot_data import PlotData
from dlpsim.sweep.plot_plan import Form
from dlpsim.sweep.text import value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

MOST_TICKS = 12
"""Values of a parameter that are all written; of more, some are."""

LOGARITHMIC_FROM = 30
"""Ratio of the largest to the smallest value from which on a metric is shown on a logarithmic scale."""

TICKED = {SHARE, "s"}
"""Units that stand beside each number."""


def number_text(value: float, unit: str) -> str:
    """Return a number of a metric, short enough for an axis."""
    if unit in TICKED:
        return value_text(value, unit)
    for scale, prefix in ((1e12, " T"), (1e9, " G"), (1e6, " M")):
        if abs(value) >= scale:
            return f"{value / scale:,.4g}{prefix}" if value < 1e18 else f"{value:.3g}"
    return f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.0f}"


def metric_label(data: PlotData) -> str:
    """Return what stands at the axis of the metric: its name, with the unit where the numbers do not have it."""
    return data.name if data.unit in {*TICKED, data.name} else f"{data.name} ({data.unit})"


def scale_metric(axes: "Axes", data: PlotData) -> None:
    """Scale the y axis: by powers for lines of values far apart; bars begin at 0, others where it costs little."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: PLC0415

    low, high = min(data.values, default=0.0), max(data.values, default=1.0)
    bars = data.form is Form.BARS
    if low > 0 and high / low > LOGARITHMIC_FROM and not bars:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    elif 0 <= low < 0.6 * high or bars:
        axes.set_ylim(0, high * 1.06 or 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value, data.unit)))
    axes.set_ylabel(metric_label(data))


def scale_parameter(axes: "Axes", values: "Sequence[float]", labels: "Sequence[str]") -> None:
    """Scale the x axis of a parameter that is a number: by powers of 2 where its values are spaced so."""
    from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator  # noqa: PLC0415

    if _grows(values):
        axes.set_xscale("log", base=2)
    if len(values) <= MOST_TICKS:
        axes.set_xticks(list(values), list(labels))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value, "")))
        axes.xaxis.set_minor_formatter(NullFormatter())
    _turn(axes, labels)


def name_ticks(axis: "Axis", labels: "Sequence[str]") -> None:
    """Write the values of a parameter at 0, 1, 2 …; of many, some."""
    step = -(-len(labels) // (2 * MOST_TICKS))
    axis.set_ticks(list(range(0, len(labels), step)), labels=list(labels[::step]))


def _grows(values: "Sequence[float]") -> bool:
    """Say whether the values lie more evenly by their logarithms: all over 0, and their steps grow."""
    steps = [after - before for before, after in pairwise(values)]
    return len(values) > 2 and values[0] > 0 and max(steps) > 3 * min(steps) and values[-1] >= 4 * values[0]


def _turn(axes: "Axes", labels: "Sequence[str]") -> None:
    """Turn labels that would overlap."""
    if sum(map(len, labels)) > 60 and len(labels) <= MOST_TICKS:
        axes.tick_params(axis="x", labelrotation=35)
