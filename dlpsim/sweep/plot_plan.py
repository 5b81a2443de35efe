"""What goes where in the plot of a sweep: which parameter runs along x, and what tells the lines apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dlpsim.machine_file.problems import BadValueError
from dlpsim.machine_file.values import parse_size
from dlpsim.sweep.grid import Axis, Grid, Kind
from dlpsim.sweep.table import column_name
from isa.errors import DlpsimError, nearest

MOST_LINES = 8
"""More could not be told apart."""


class Form(Enum):
    """How a metric is drawn."""

    LINES = "lines"
    BARS = "bars"
    """Over names instead of numbers."""
    HEAT = "heat map"
    """Where one parameter has too many values for lines."""


@dataclass(frozen=True)
class PlotPlan:
    """The form, and the axes of the grid by their place: one along `x`, `others` for lines or, one, for y."""

    form: Form
    x: int
    others: tuple[int, ...]


def plot_plan(grid: Grid, against: str | None = None) -> PlotPlan:
    """Return how to plot a metric of this grid, with the parameter `against` along x.

    Without it, that is the number with the most values, or else the first parameter that varies. Raises DlpsimError
    if nothing varies, if that parameter does not, or if there is too much for a picture.
    """
    varied = [place for place, axis in enumerate(grid.axes) if axis.varies]
    if not varied:
        raise DlpsimError("--plot: no parameter has more than one value: there is nothing to plot against")
    x = _named(grid.axes, varied, against) if against is not None else _best(grid.axes, varied)
    others = tuple(place for place in varied if place != x)
    lines = 1
    for place in others:
        lines *= len(grid.axes[place].values)
    if lines <= MOST_LINES:
        return PlotPlan(Form.BARS if numbers(grid.axes[x]) is None else Form.LINES, x, others)
    if len(others) == 1:
        return PlotPlan(Form.HEAT, x, others)
    names = ", ".join(column_name(grid.axes[place]) for place in others)
    raise DlpsimError(
        f"--plot: {lines} combinations of {names} are too many lines, at most {MOST_LINES} can be told apart\n"
        "    hint: give them fewer values; any two parameters alone can be plotted"
    )


def numbers(axis: Axis) -> tuple[float, ...] | None:
    """Return the values as numbers, sizes in bytes; None where they are names."""
    if axis.kind in {Kind.PROGRAM, Kind.MACHINE}:
        return None
    found = [value for value in axis.typed if not isinstance(value, str)]
    if len(found) < len(axis.values):
        try:
            found = [size for size in map(parse_size, axis.values) if size is not None]
        except BadValueError:
            return None
    try:
        return tuple(map(float, found)) if len(found) == len(axis.values) else None
    except OverflowError:
        return None


def _named(axes: Sequence[Axis], varied: Sequence[int], name: str) -> int:
    names = {column_name(axes[place]): place for place in varied}
    if name in names:
        return names[name]
    hint = nearest(name, names) or f"what varies is {', '.join(names)}"
    raise DlpsimError(f"--against {name}: no parameter of that name varies\n    hint: {hint}")


def _best(axes: Sequence[Axis], varied: Sequence[int]) -> int:
    return max(varied, key=lambda place: (numbers(axes[place]) is not None, len(axes[place].values), -place))
