"""Files of rows, read back by others."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from dlpsim.metrics import METRICS
from dlpsim.sweep.files import FORMATS, write_table
from dlpsim.sweep.measures import ROW_METRICS
from dlpsim.sweep.table import SweepTable
from isa.errors import DlpsimError
from tests.conftest import Golden
from tests.sweep.requests import PARTLY, grid, swept


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> SweepTable:
    """Return a table with every kind of column, and points that cannot be run."""
    program = tmp_path_factory.mktemp("programs") / "partly.asm"
    program.write_text(PARTLY, encoding="utf-8")
    sets = [("clock_ghz", "0.5:1:0.5"), ("memory.NRAM.size", "64 KiB")]
    return swept(grid(programs=[str(program)], machines=["dlp-s"], sets=sets, defines={"T": "4,16"}))


def test_csv(table: SweepTable, tmp_path: Path, golden: Golden) -> None:
    write_table(tmp_path / "rows.csv", table)
    text = (tmp_path / "rows.csv").read_text(encoding="utf-8")
    golden("rows.csv", text)
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert [row["cycles"] for row in rows] == [str(value or "") for value in table.metric("cycles").values]
    assert [row["reason"] for row in rows] == list(table.reasons)


def test_json(table: SweepTable, tmp_path: Path) -> None:
    write_table(tmp_path / "rows.json", table)
    read = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert read == table.to_dict()
    assert [tuple(row.values()) for row in read["rows"]] == list(table.rows())
    told = METRICS["gflops"]
    assert {"name": "gflops", "unit": told.unit, "formula": told.formula, "meaning": told.meaning} in read["columns"]


def test_parquet(table: SweepTable, tmp_path: Path) -> None:
    write_table(tmp_path / "rows.parquet", table)
    read = parquet.read_table(tmp_path / "rows.parquet")
    assert read.column_names == [column.name for column in table.columns]
    assert list(zip(*read.to_pydict().values(), strict=True)) == list(table.rows())
    types = {field.name: str(field.type) for field in read.schema}
    assert [types[name] for name in ("clock_ghz", "memory.NRAM.size", "T", "cycles", "time_s")] == [
        "double",
        "string",
        "int64",
        "int64",
        "double",
    ]
    for metric in ROW_METRICS:
        told = read.schema.field(metric.name).metadata
        assert [told[key].decode() for key in (b"unit", b"formula", b"meaning")] == [
            metric.unit,
            metric.formula,
            metric.meaning,
        ]
    assert read.schema.field("clock_ghz").metadata[b"unit"] == b"GHz"


def test_numbers_that_parquet_cannot_hold_are_text(tmp_path: Path) -> None:
    program = tmp_path / "long.asm"
    program.write_text(f"loop {10**30}\nmove DRAM NRAM 64\nendloop\n", "utf-8")
    write_table(tmp_path / "rows.parquet", swept(grid(programs=[str(program)], machines=["dlp-s"], sets=[])))
    assert parquet.read_table(tmp_path / "rows.parquet").column("cycles").to_pylist() == [str(10**30)]


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_bytes_when_written_twice(table: SweepTable, tmp_path: Path, suffix: str) -> None:
    for name in ("a", "b"):
        write_table(tmp_path / f"{name}.{suffix}", table)
    assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_param_with_the_name_of_a_column_is_told_apart(tmp_path: Path) -> None:
    program = tmp_path / "p.asm"
    program.write_text(".param cycles 1\n.param machine 2\n.param T 3\n", encoding="utf-8")
    table = swept(grid(programs=[str(program)], sets=[], defines={"cycles": "5", "machine": "6", "T": "7"}))
    assert [column.name for column in table.parameters] == ["program", "machine", "-D cycles", "-D machine", "T"]
    assert len({column.name for column in table.columns}) == len(table.columns)


def test_folder_that_is_not_there(table: SweepTable, tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match=r"rows\.csv: cannot be written: No such file or directory"):
        write_table(tmp_path / "nowhere" / "rows.csv", table)
