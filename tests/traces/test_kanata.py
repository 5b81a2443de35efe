"""Konata files, read by a parser of the published format (Kanata 0004) and compared with the events of the run."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.events import DecodeStarted
from dlpsim.simulation import prepare
from dlpsim.traces.state import Execution
from dlpsim.traces.window import Window
from isa.program import Sync
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.traces.runs import events_of, executions_of, traced_runs, written


@dataclass
class Row:
    """A row of the diagram: the thread, the label, when each stage began, when it retired."""

    thread: int
    label: str = ""
    detail: str = ""
    stages: list[tuple[int, str]] = field(default_factory=list)
    retired: int | None = None


def parse(content: bytes) -> tuple[list[Row], int]:
    """Return the rows, and the cycle at which the file ends. Every command must be one of the format."""
    head, *lines = content.decode().splitlines()
    assert head == "Kanata\t0004"
    rows: list[Row] = []
    cycle = retired = 0
    for line in lines:
        match line.split("\t"):
            case ["C=", number]:
                assert not rows
                cycle = int(number)
            case ["C", number]:
                assert int(number) > 0
                cycle += int(number)
            case ["I", number, _, thread]:
                assert int(number) == len(rows)
                rows.append(Row(int(thread)))
            case ["L", number, "0", text]:
                rows[int(number)].label += text
            case ["L", number, "1", text]:
                rows[int(number)].detail += text
            case ["S", number, "0", stage]:
                assert rows[int(number)].retired is None
                rows[int(number)].stages.append((cycle, stage))
            case ["R", number, order, "0"]:
                assert (rows[int(number)].retired, int(order)) == (None, retired)
                rows[int(number)].retired = cycle
                retired += 1
            case _:
                raise AssertionError(line)
    return rows, cycle


def stages(one: Execution, end: int) -> list[tuple[int, str]]:
    """Return the stages of an instruction from its dispatch on that take time, up to `end`."""
    moments = [(one.dispatched, "Qu"), (one.started, "Su"), (one.asked, "Ex"), (one.freed, "Cm"), (one.completed, "")]
    if one.unit == "compute":
        moments[1:3] = [(one.started, "Ex")]
    known = [(time, stage) for time, stage in moments if time is not None and time <= end]
    following = [time for time, _ in known[1:]] + [None]
    return [(time, stage) for (time, stage), after in zip(known, following, strict=True) if time != after and stage]


def from_dispatch(row: Row) -> list[tuple[int, str]]:
    return [(time, stage) for time, stage in row.stages if stage not in {"Dc", "St"}]


def in_order_of_units(rows: Sequence[Row], run: Run) -> list[Row]:
    """Return the rows of moves and computes by core and unit."""
    units = {unit: f", {unit}: " for unit in run[1].units}
    found = [
        (row.thread, next(unit for unit, mark in units.items() if mark in row.detail), row)
        for row in rows
        if any(mark in row.detail for mark in units.values())
    ]
    return [row for _, _, row in sorted(found, key=lambda each: each[:2])]


@examples(30)
@given(traced_runs())
def test_rows_are_the_instructions_of_the_run(run: Run) -> None:
    events = events_of(run)
    rows, end = parse(written(run, ".kanata"))
    assert end == events[-1].time
    executions = executions_of(events)
    found = in_order_of_units(rows, run)
    assert [row.thread for row in found] == [one.core for one in executions]
    assert [(from_dispatch(row), row.retired) for row in found] == [
        (stages(one, end), one.completed) for one in executions
    ]
    codes = run[0].cores
    syncs = sum(isinstance(one, DecodeStarted) and isinstance(codes[one.core][one.pc], Sync) for one in events)
    assert len(rows) == len(executions) + syncs
    assert all(row.retired is not None for row in rows)
    assert all(row.stages for row in rows)


@examples(30)
@given(traced_runs(), st.data())
def test_window(run: Run, data: st.DataObject) -> None:
    events = events_of(run)
    begin = data.draw(st.integers(0, events[-1].time))
    last = data.draw(st.integers(begin, events[-1].time))
    rows, end = parse(written(run, ".kanata", Window(begin, last)))
    assert end == last
    executions = [
        one
        for one in executions_of([event for event in events if event.time <= last])
        if one.completed is None or one.completed >= begin
    ]
    found = [row for row in in_order_of_units(rows, run) if from_dispatch(row)]
    expected = [(stages(one, last), one) for one in executions]
    assert [row.retired for row in found] == [one.completed for _, one in expected]
    for row, (told, one) in zip(found, expected, strict=True):
        if one.completed == begin:
            continue
        inside = [(time, stage) for time, stage in told if time >= begin]
        before = [(begin, stage) for time, stage in told if time < begin][-1:]
        assert from_dispatch(row) == (inside if inside and inside[0][0] == begin else [*before, *inside])


def test_stages() -> None:
    run = prepare("move DRAM NRAM 64\nsync\ncompute MAC_32 256\n", "dlp-s-real")
    rows, end = parse(written(run, ".kanata"))
    assert [(row.label, row.stages, row.retired) for row in rows] == [
        ("1: move DRAM NRAM 64", [(0, "Dc"), (1, "Su"), (21, "Ex"), (22, "Cm")], 122),
        ("2: sync", [(1, "Dc"), (2, "Wt")], 122),
        ("3: compute MAC_32 256", [(122, "Dc"), (123, "Ex"), (126, "Cm")], 134),
    ]
    assert end == 134
    assert rows[0].detail == "core 0, pc 0, dram: DRAM->NRAM, 64 bytes, 1 cycles of work"


def test_full_queue() -> None:
    run = prepare("move DRAM NRAM 640\n" * 3, "dlp-s", sets=[("decoder.queue_depth", "1")])
    rows, _ = parse(written(run, ".kanata"))
    assert [row.stages for row in rows] == [[(0, "Ex")], [(0, "Qu"), (10, "Ex")], [(0, "St"), (10, "Qu"), (20, "Ex")]]
