"""Writes the table of a sweep as CSV, JSON or Parquet: the same columns, the same bytes for the same rows."""

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dlpsim.sweep.measures import Value
from dlpsim.sweep.table import Column, SweepTable
from dlpsim.whole_file import whole_file

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 2**63 - 1
"""Largest whole number that a column of Parquet holds."""


def write_table(path: Path, table: SweepTable) -> None:
    """Write the table in the format that the suffix, one of `FORMATS`, asks for.

    Raises DlpsimError where it cannot be written; what was there stays then.
    """
    with whole_file(path) as file:
        FORMATS[path.suffix.lower().removeprefix(".")](table, file)


def _write_csv(table: SweepTable, file: BinaryIO) -> None:
    """Write a line of names, then a line for each row; a value that is missing is empty."""
    text = StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([column.name for column in table.columns])
    rows.writerows(table.rows())
    file.write(text.getvalue().encode())


def _write_json(table: SweepTable, file: BinaryIO) -> None:
    file.write(f"{json.dumps(table.to_dict(), indent=1, ensure_ascii=False)}\n".encode())


def _write_parquet(table: SweepTable, file: BinaryIO) -> None:
    """Write columns with their units, formulas and meanings as metadata of their fields."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    columns = table.columns
    fields = [pa.field(column.name, _type(column), metadata=column.told) for column in columns]
    arrays = [pa.array(_fitting(column, field.type), field.type) for column, field in zip(columns, fields, strict=True)]
    parquet.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), file)


def _type(column: Column) -> "pa.DataType":
    """Return a type that holds every value exactly: text, where a whole number is too large."""
    import pyarrow as pa  # noqa: PLC0415

    kinds = {type(value) for value in column.values if value is not None}
    whole = [value for value in column.values if isinstance(value, int)]
    if str in kinds or any(abs(value) > LARGEST for value in whole):
        return pa.string()
    return pa.float64() if float in kinds else pa.int64() if kinds else pa.float64()


def _fitting(column: Column, type_: "pa.DataType") -> list[Value]:
    import pyarrow as pa  # noqa: PLC0415

    if type_ != pa.string():
        return list(column.values)
    return [None if value is None else str(value) for value in column.values]


FORMATS: Mapping[str, Callable[[SweepTable, BinaryIO], None]] = {
    "csv": _write_csv,
    "json": _write_json,
    "parquet": _write_parquet,
}
"""What writes each format, by suffix."""
