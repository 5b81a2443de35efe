"""The table of executed instructions as Parquet (`.parquet`): every column says its unit and meaning.

`pyarrow.parquet.read_schema(file).field("bytes").metadata` has both.
"""

from collections.abc import Collection, Sequence

from dlpsim.events import Occurrence
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject
from dlpsim.traces.table import COLUMNS, MOMENTS, Row, Table, columns

GROUP = 50_000
"""Rows of a row group: so many are kept until they are written."""


class ParquetWriter:
    """Writes row groups as they are full."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        self._table = Table(subject)
        self._rows: list[Row] = []
        fields = [
            pa.field(
                name,
                pa.int64() if column.is_number else pa.string(),
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for name, column in COLUMNS.items()
        ]
        about = {"program": subject.program.name, "machine": subject.config.name}
        self._schema = pa.schema(fields, metadata=about)
        self._batch = pa.record_batch
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return MOMENTS

    def begin(self, time: int, state: State) -> None:
        """Go on from there."""
        self._table.begin(state)

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write what has completed, if it is enough for a group."""
        self._rows += self._table.rows(events)
        while len(self._rows) >= GROUP:
            self._write(self._rows[:GROUP])
            del self._rows[:GROUP]

    def close(self, time: int) -> None:
        """Write the rest, and what the reader needs to find its way."""
        self._rows += self._table.left()
        self._write(self._rows)
        self._writer.close()

    def _write(self, rows: Sequence[Row]) -> None:
        if rows:
            self._writer.write_batch(self._batch(columns(rows), schema=self._schema), row_group_size=GROUP)
