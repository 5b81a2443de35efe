"""The numbers that the plot of a sweep shows, apart from how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod

from dlpsim.sweep.grid import Axis
from dlpsim.sweep.plot_plan import Form, PlotPlan, numbers
from dlpsim.sweep.table import Column, SweepTable
from dlpsim.sweep.text import headline


@dataclass(frozen=True)
class Series:
    """A line, or a row of a heat map: its name, and a value at each x; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class PlotData:
    """Series over the values of one parameter, numbers in ascending order. `x_numbers` is None for names."""

    form: Form
    title: str
    said: str
    name: str
    unit: str
    x_name: str
    x_labels: tuple[str, ...]
    x_numbers: tuple[float, ...] | None
    series_name: str
    series: tuple[Series, ...]
    ordered: bool
    """Whether the series follow the values of a number."""

    @property
    def values(self) -> tuple[float, ...]:
        """All values that there are."""
        return tuple(value for series in self.series for value in series.values if value is not None)


def plot_data(table: SweepTable, plan: PlotPlan, metric: str) -> PlotData:
    """Return what a plot of a metric shows."""
    axes, column = table.grid.axes, table.metric(metric)
    names = [parameter.name for parameter in table.parameters]
    xs = _order(axes[plan.x])
    x_numbers = numbers(axes[plan.x])
    shown_as = "grey" if plan.form is Form.HEAT else "left out"
    impossible = f"; {table.impossible:,} cannot be run ({shown_as})" if table.impossible else ""
    return PlotData(
        form=plan.form,
        title=f"{column.name} over {' and '.join(names[place] for place in (plan.x, *plan.others))}",
        said=f"{headline(table)}{impossible}",
        name=column.name,
        unit=column.unit,
        x_name=_labelled(table.parameters[plan.x]),
        x_labels=tuple(axes[plan.x].values[index] for index in xs),
        x_numbers=tuple(x_numbers[index] for index in xs) if x_numbers else None,
        series_name="\n".join(_labelled(table.parameters[place]) for place in plan.others),
        series=tuple(_series(axes, plan, column, xs)),
        ordered=len(plan.others) == 1 and numbers(axes[plan.others[0]]) is not None,
    )


def _labelled(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _series(axes: Sequence[Axis], plan: PlotPlan, column: Column, xs: Sequence[int]) -> list[Series]:
    found = []
    for indices in product(*(_order(axes[place]) for place in plan.others)):
        fixed = dict(zip(plan.others, indices, strict=True))
        rows = [_row(axes, {**fixed, plan.x: x}) for x in xs]
        name = ", ".join(axes[place].values[index] for place, index in fixed.items())
        found.append(Series(name, tuple(_number(column, row) for row in rows)))
    return found


def _row(axes: Sequence[Axis], indices: dict[int, int]) -> int:
    """Return the row of the table at which the axes have these of their values: the last axis varies fastest."""
    return sum(index * prod(len(axis.values) for axis in axes[place + 1 :]) for place, index in indices.items())


def _order(axis: Axis) -> list[int]:
    """Return the indices of the values, numbers in ascending order."""
    found = numbers(axis)
    indices = list(range(len(axis.values)))
    return indices if found is None else sorted(indices, key=found.__getitem__)


def _number(column: Column, row: int) -> float | None:
    """Return a value as a float; None where there is none, or none that a float holds."""
    value = column.values[row]
    try:
        number = None if value is None or isinstance(value, str) else float(value)
    except OverflowError:
        return None
    return None if number == inf else number
