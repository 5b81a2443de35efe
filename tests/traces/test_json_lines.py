"""JSON lines, compared with the events of the run."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.events import Occurrence
from dlpsim.simulation import prepare
from dlpsim.traces.window import Window
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.traces.runs import events_of, executions_of, traced_runs, written


def read(content: bytes) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Return the first line, the events and the last line."""
    first, *events, last = map(json.loads, content.decode().splitlines())
    return first, events, last


def as_line(event: Occurrence, run: Run) -> dict[str, Any]:
    """Return what a line says of an event."""
    line: dict[str, Any] = {"event": type(event).__name__}
    for name, value in event._asdict().items():
        line[name] = list(value) if isinstance(value, tuple) else getattr(value, "value", value)
    return line | ({"line": run[0].cores[line["core"]][line["pc"]].line} if "pc" in line else {})


@examples(30)
@given(traced_runs(), st.data())
def test_lines_are_the_events_of_the_window(run: Run, data: st.DataObject) -> None:
    events = events_of(run)
    begin = data.draw(st.one_of(st.just(0), st.integers(0, events[-1].time)))
    end = data.draw(st.integers(begin, events[-1].time))
    first, lines, last = read(written(run, ".jsonl", Window(begin, end)))
    assert lines == [as_line(event, run) for event in events if begin <= event.time <= end]
    under_way = [
        (one.core, one.unit, one.pc, one.dispatched, one.started, one.asked, one.freed)
        for one in executions_of([event for event in events if event.time < begin])
        if one.completed is None
    ]
    names = ("core", "unit", "pc", "dispatched", "started", "asked", "freed")
    assert [tuple(one[name] for name in names) for one in first["under_way"]] == under_way
    assert (first["begin"], first["version"], last) == (begin, 1, {"end": end})


def test_cores() -> None:
    run = prepare("move DRAM SharedRAM 64\nsync cluster\nmove NRAM WRAM 64\n", "dlp-m")
    first, lines, _ = read(written(run, ".jsonl", None, [2]))
    assert first["cores"] == [2]
    assert {line["core"] for line in lines if "core" in line} == {2}
    assert {line["event"] for line in lines if "core" not in line} == {"BarrierReleased", "PortShared"}
    assert {(line["port"], line["group"]) for line in lines if "port" in line} == {("dram", 0), ("local", 2)}
