"""The table of executed instructions as comma-separated values (`.csv`), with the names of the columns first."""

import csv
from collections.abc import Collection, Sequence
from io import StringIO

from dlpsim.events import Occurrence
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject
from dlpsim.traces.table import COLUMNS, MOMENTS, Table


class CsvWriter:
    """Writes a row for each instruction as it completes, and in the end for what is under way."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        self._file = file
        self._table = Table(subject)

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return MOMENTS

    def begin(self, time: int, state: State) -> None:
        """Write the names of the columns."""
        self._table.begin(state)
        self._write([tuple(COLUMNS)])

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write what has completed."""
        self._write(list(self._table.rows(events)))

    def close(self, time: int) -> None:
        """Write what has not completed."""
        self._write(list(self._table.left()))

    def _write(self, rows: Sequence[tuple[object, ...]]) -> None:
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._file.write(text.getvalue().encode())
