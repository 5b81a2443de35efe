"""What a sweep is to leave: a file of rows, a picture. Checked before the first run, written after the last."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlpsim.pictures.drawing import kind_of
from dlpsim.sweep.files import FORMATS, write_table
from dlpsim.sweep.grid import Grid
from dlpsim.sweep.measures import ROW_METRICS, is_number
from dlpsim.sweep.plot_plan import plot_plan
from dlpsim.sweep.table import SweepTable
from dlpsim.whole_file import whole_file
from isa.errors import DlpsimError, nearest

PICTURES = ("png", "svg")


@dataclass(frozen=True)
class Outputs:
    """The file of rows and the picture, if they are wanted; the metric to show, and the parameter along x."""

    rows: Path | None = None
    picture: Path | None = None
    metric: str = "cycles"
    against: str | None = None

    @property
    def written(self) -> tuple[Path, ...]:
        """The files that are wanted."""
        return tuple(path for path in (self.rows, self.picture) if path)

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with files and metric."""
        for path, kinds in ((self.rows, tuple(FORMATS)), (self.picture, PICTURES)):
            if path:
                yield from _problems_of_path(path, kinds)
        numbers = [metric.name for metric in ROW_METRICS if is_number(metric)]
        if self.metric not in {metric.name for metric in ROW_METRICS}:
            hint = nearest(self.metric, numbers) or f"the metrics are {', '.join(numbers)}"
            yield f"--metric {self.metric}: there is no such metric\n    hint: {hint}"
        elif self.picture and self.metric not in numbers:
            hint = f"the numbers are {', '.join(numbers)}"
            yield f"--metric {self.metric}: is a name, which cannot be plotted\n    hint: {hint}"
        if self.against is not None and not self.picture:
            yield "--against: says what runs along x in a plot, which --plot asks for"

    def problems_of_plot(self, grid: Grid) -> tuple[str, ...]:
        """Return why this grid cannot be plotted as is wanted."""
        try:
            if self.picture:
                plot_plan(grid, self.against)
        except DlpsimError as error:
            return error.messages
        return ()

    def write(self, table: SweepTable) -> None:
        """Write the files, each whole or not at all. Raises DlpsimError."""
        if self.rows:
            write_table(self.rows, table)
        if self.picture:
            from dlpsim.sweep.plot import plot  # noqa: PLC0415

            kind = kind_of(self.picture, PICTURES)
            content = plot(table, plot_plan(table.grid, self.against), self.metric, kind)
            with whole_file(self.picture) as file:
                file.write(content)


def _problems_of_path(path: Path, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield what can be known to be wrong with a file before it is written."""
    try:
        kind_of(path, kinds)
    except DlpsimError as error:
        yield from error.messages
    folder = path.parent
    if path.is_dir():
        yield f"{path}: cannot be written: is a directory"
    elif not folder.is_dir():
        yield f"{path}: cannot be written: there is no folder {folder}"
    elif not os.access(folder, os.W_OK):
        yield f"{path}: cannot be written: the folder {folder} takes no files"
