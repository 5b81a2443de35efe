"""What came of a sweep as one table: a row for each point, and for each column what it means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dlpsim.sweep.grid import Axis, Grid, Kind
from dlpsim.sweep.measures import ROW_METRICS, Value
from dlpsim.sweep.point import Outcome

REASON = "reason"
"""The column of why a point cannot be run; its metrics are missing then."""

MEANINGS = {
    Kind.PROGRAM: "the program or network",
    Kind.MACHINE: "the machine",
    Kind.CORES: "cores per cluster",
    Kind.DEFINE: ".param of the program",
    Kind.DIM: "size of the network",
}
"""What the columns of parameters mean, but for keys of the machine file."""

OPTIONS = {Kind.DEFINE: "-D", Kind.DIM: "--dim"}
"""The options that set what a user may have named like a column."""


@dataclass(frozen=True)
class Column:
    """A column: name, unit and formula (empty where there is none), what it means, and its value in each row."""

    name: str
    unit: str
    formula: str
    meaning: str
    values: tuple[Value, ...]

    @property
    def told(self) -> dict[str, str]:
        """What is told of the column beside its name."""
        return {"unit": self.unit, "formula": self.formula, "meaning": self.meaning}


@dataclass(frozen=True)
class SweepTable:
    """The rows of a sweep in the order of the grid: parameters, metrics, and the reason where there are none."""

    grid: Grid
    parameters: tuple[Column, ...]
    metrics: tuple[Column, ...]
    reasons: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the reasons last."""
        reason = Column(REASON, "", "", "why the point cannot be run; empty where it can", self.reasons)
        return (*self.parameters, *self.metrics, reason)

    @property
    def varied(self) -> tuple[tuple[Axis, Column], ...]:
        """The axes with more than one value, with their columns."""
        pairs = zip(self.grid.axes, self.parameters, strict=True)
        return tuple((axis, column) for axis, column in pairs if axis.varies)

    @property
    def impossible(self) -> int:
        """How many points cannot be run."""
        return sum(map(bool, self.reasons))

    def metric(self, name: str) -> Column:
        """Return the metric of that name."""
        return next(column for column in self.metrics if column.name == name)

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Yield the rows."""
        return zip(*(column.values for column in self.columns), strict=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the rows as objects, and what their keys mean."""
        names = [column.name for column in self.columns]
        return {
            "columns": [{"name": one.name, **one.told} for one in self.columns],
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows()],
        }


def sweep_table(grid: Grid, outcomes: Sequence[Outcome]) -> SweepTable:
    """Return the table of what came of the points of a grid."""
    settings = list(zip(*grid.settings(), strict=True))
    parameters = [_parameter(axis, values) for axis, values in zip(grid.axes, settings, strict=True)]
    measured = [outcome.measures.to_dict() if outcome.measures else {} for outcome in outcomes]
    metrics = [
        Column(
            metric.name, metric.unit, metric.formula, metric.meaning, tuple(row.get(metric.name) for row in measured)
        )
        for metric in ROW_METRICS
    ]
    return SweepTable(grid, tuple(parameters), tuple(metrics), tuple(outcome.reason for outcome in outcomes))


def column_name(axis: Axis) -> str:
    """Return the name of a parameter's column: its own, set apart if a .param or a size has the name of a column."""
    taken = {Kind.PROGRAM.value, Kind.MACHINE.value, Kind.CORES.value, REASON, *(metric.name for metric in ROW_METRICS)}
    option = OPTIONS.get(axis.kind)
    return f"{option} {axis.name}" if option and axis.name in taken else axis.name


def _parameter(axis: Axis, values: tuple[int | float | str, ...]) -> Column:
    if axis.kind is not Kind.SET:
        return Column(column_name(axis), "", "", MEANINGS[axis.kind], values)
    from dlpsim.machine_file.schema import meaning  # noqa: PLC0415 (pydantic is slow to import)

    told = meaning(tuple(part.strip() for part in axis.name.split(".")))
    unit, colon, _ = told.partition(":")
    has_unit = (colon or unit == "ops/cycle") and not isinstance(values[0], str)
    return Column(axis.name, unit if has_unit else "", "", told, values)
