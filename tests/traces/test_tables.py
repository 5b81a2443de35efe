"""CSV and Parquet, read back and compared with the events of the run."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.costs import beats, operation_cycles
from dlpsim.simulation import prepare
from dlpsim.traces import parquet
from dlpsim.traces.state import Execution
from dlpsim.traces.table import COLUMNS, Row
from dlpsim.traces.window import Window
from isa.program import Compute, Move
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.traces.runs import events_of, executions_of, traced_runs, written


def rows_of_csv(content: bytes) -> list[dict[str, Any]]:
    """Return the rows, with numbers as such and None for what is empty."""
    rows = list(csv.DictReader(StringIO(content.decode(), newline="")))
    return [
        {name: (int(value) if value else None) if COLUMNS[name].is_number else value for name, value in row.items()}
        for row in rows
    ]


def expected_row(run: Run, one: Execution) -> dict[str, Any]:
    """Return what a row says of an instruction, worked out from the program and the machine."""
    program, config = run
    instruction = program.cores[one.core][one.pc]
    assert isinstance(instruction, Move | Compute)
    row: dict[str, Any] = {"core": one.core, "unit": one.unit, "pc": one.pc, "line": instruction.line}
    if isinstance(instruction, Move):
        port = config.port_of[instruction.src, instruction.dst]
        path = f"{instruction.src}->{instruction.dst}"
        row |= {"kind": "move", "what": path, "bytes": instruction.bytes, "operations": None}
        work = beats(instruction.size, port.beat_bytes, instruction.rows) * port.beat_cycles
        setup = port.setup
    else:
        row |= {"kind": "compute", "what": instruction.type, "bytes": None, "operations": instruction.num}
        work = operation_cycles(instruction.num, config.compute.rate[instruction.type])
        setup = config.compute.setup
    row |= {"dispatched": one.dispatched, "started": one.started, "asked": one.asked, "freed": one.freed}
    held = one.freed - one.started if one.freed is not None and one.started is not None else None
    return row | {
        "completed": one.completed,
        "work_cycles": work,
        "setup_cycles": setup,
        "port_cycles": None if held is None else held - work - setup,
        "queue_cycles": None if one.started is None else one.started - one.dispatched,
    }


def without_text(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "text"} for row in rows]


@examples(40)
@given(traced_runs(), st.sampled_from([3, 50_000]))
def test_rows_are_the_instructions_of_the_run(run: Run, group: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "GROUP", group)
        file = pq.ParquetFile(BytesIO(written(run, ".parquet")))
    rows = file.read().to_pylist()
    assert rows == rows_of_csv(written(run, ".csv"))
    assert file.num_row_groups == -(-len(rows) // group)
    found = sorted(without_text(rows), key=lambda row: (row["core"], row["unit"]))
    assert found == [expected_row(run, one) for one in executions_of(events_of(run))]
    assert [row["completed"] for row in rows] == sorted(row["completed"] for row in rows)
    assert all(row[name] >= 0 for row in rows for name in ("port_cycles", "queue_cycles"))


@examples(40)
@given(traced_runs(), st.data())
def test_window_has_what_is_under_way_in_it(run: Run, data: st.DataObject) -> None:
    events = events_of(run)
    begin = data.draw(st.integers(0, events[-1].time))
    end = data.draw(st.integers(begin, events[-1].time))
    rows = rows_of_csv(written(run, ".csv", Window(begin, end)))
    seen = [event for event in events if event.time <= end]
    expected = [one for one in executions_of(seen) if one.completed is None or one.completed >= begin]
    found = sorted(without_text(rows), key=lambda row: (row["core"], row["unit"]))
    assert found == [expected_row(run, one) for one in expected]


def test_columns_say_what_they_are() -> None:
    assert tuple(COLUMNS) == Row._fields
    run = prepare("move DRAM NRAM 64 ; the input\n", "dlp-s")
    schema = pq.read_schema(BytesIO(written(run, ".parquet")))
    assert schema.field("bytes").metadata[b"unit"] == b"bytes"
    assert schema.field("completed").metadata[b"meaning"] == b"boundary at which its result was there"
    assert schema.metadata[b"machine"] == b"dlp-s"
    assert pq.read_table(BytesIO(written(run, ".parquet")))["text"].to_pylist() == ["move DRAM NRAM 64"]


def test_cores() -> None:
    run = prepare("move DRAM NRAM 64\n", "dlp-m")
    assert [row["core"] for row in rows_of_csv(written(run, ".csv", None, [2, 1]))] == [1, 2]
    assert [row["core"] for row in rows_of_csv(written(run, ".csv", Window(0, 0), [3]))] == [3]


@pytest.mark.parametrize("text", ["", "sync\n"])
def test_nothing_executed(text: str) -> None:
    run = prepare(text, "dlp-s")
    assert rows_of_csv(written(run, ".csv")) == []
    assert pq.read_table(BytesIO(written(run, ".parquet"))).num_rows == 0
