"""Waveforms, read by two readers and compared with the events of the run."""

from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import pywellen
from hypothesis import given
from hypothesis import strategies as st
from vcd.reader import TokenKind, tokenize
from vcdvcd import VCDVCD

from dlpsim.machine.machine import Machine
from dlpsim.simulation import prepare
from dlpsim.traces.recording import recording
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject
from dlpsim.traces.vcd_signals import scope_names
from dlpsim.traces.window import Window
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.traces.runs import events_of, traced_runs, written


def states(run: Run, begin: int, end: int) -> dict[int, dict[str, Any]]:
    """Return the values of the signals at the boundaries of the window where something happens."""
    state, found = State(), {}
    for time, same_time in groupby(events_of(run), key=attrgetter("time")):
        for event in same_time:
            state.take(event)
        if begin <= time <= end:
            found[time] = values(state, Subject.of(*run))
    return found


def values(state: State, subject: Subject) -> dict[str, Any]:
    """Return the values of the signals of units and ports, by name."""
    found: dict[str, Any] = {}
    for core in subject.cores:
        for unit in subject.config.units:
            line = state.pipeline(core, unit)
            served = [one for one in line.executions if one.started is not None and one.freed is None]
            scope = f"core{core}.{unit}"
            shown = subject.instructions[core][served[0].pc] if served else None
            found[f"{scope}.busy"] = len(served)
            found[f"{scope}.queue"] = sum(one.started is None for one in line.executions)
            found[f"{scope}.line"] = shown.line if shown else "z"
            found[f"{scope}.pc"] = served[0].pc if served else "z"
            found[f"{scope}.text"] = shown.text if shown else ""
        waits = state.stalls.get(core)
        _, _, reason, unit = waits[-1] if waits else (0, 0, None, "")
        found[f"core{core}.decoder_wait"] = f"queue of {unit}" if unit else reason.value if reason else ""
    for port in subject.ports:
        home = "chip" if port.scope.value == "chip" else f"{port.scope.value}{port.group}"
        found[f"{home}.{port.name}.askers"] = len(state.askers.get((port.name, port.group), ()))
    return found


def plain(value: object) -> object:
    """Return a value as numbers and texts are written here."""
    if isinstance(value, str):
        text = value.replace("\\x20", " ").replace("\\\\", "\\")
        return "z" if set(text) == {"z"} else text
    return value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("waves")


@examples(40)
@given(run=traced_runs(), data=st.data())
def test_values_are_those_of_the_run(folder: Path, run: Run, data: st.DataObject) -> None:
    events = events_of(run)
    begin = data.draw(st.one_of(st.just(0), st.integers(0, events[-1].time)))
    end = data.draw(st.integers(begin, events[-1].time))
    path = folder / "trace.vcd"
    path.write_bytes(written(run, ".vcd", Window(begin, end)))
    wave = pywellen.Waveform(str(path))
    signals = {variable.full_name: variable.signal for variable in wave.all_vars()}
    for time, expected in states(run, begin, end).items():
        assert {name: plain(signals[name].value_at(time)) for name in expected} == expected


def test_another_reader_sees_the_same(tmp_path: Path) -> None:
    run = prepare("move DRAM NRAM 128\nmove DRAM NRAM 64\nsync\ncompute MAC_32 512\n", "dlp-s")
    path = tmp_path / "trace.vcd"
    path.write_bytes(written(run, ".vcd"))
    waves = VCDVCD(str(path))
    assert waves["core0.dram.busy"].tv == [(0, "1"), (3, "0")]
    assert [(time, int(value, 2)) for time, value in waves["core0.dram.queue"].tv] == [(0, 1), (2, 0)]
    assert [(time, float(value)) for time, value in waves["chip.dram.bytes_per_cycle"].tv] == [(0, 64.0), (3, 0.0)]
    assert waves["core0.compute.busy"].tv == [(0, "0"), (3, "1"), (5, "0")]
    assert float(waves.timescale["timescale"]) == pytest.approx(1e-9)


def test_layout_names_signals_that_exist(tmp_path: Path) -> None:
    run = prepare("move DRAM NRAM 128\n", "dlp-m")
    path = tmp_path / "trace.vcd"
    with recording(path, *run) as record:
        record.finish(Machine(*run, [record.listener]).run())
    layout = path.with_suffix(".gtkw").read_text(encoding="utf-8")
    assert layout.startswith('[dumpfile] "trace.vcd"\n')
    lines = [line.partition("} ")[2] if line.startswith("+") else line for line in layout.splitlines()]
    shown = {line.partition("[63:0]")[0] for line in lines if line.startswith(("core", "chip", "cluster"))}
    declared = {".".join(name) for name in scopes(path)}
    assert shown <= declared
    assert declared - shown == {f"core{core}.{rest}" for core in range(4) for rest in pcs(run)}


def pcs(run: Run) -> list[str]:
    """The signals that are not laid out."""
    return ["decoder_pc", *(f"{unit}.pc" for unit in run[1].units)]


def scopes(path: Path) -> list[tuple[str, ...]]:
    """Return the variables of a file with their scopes, by the reader that comes with pyvcd."""
    found, stack = [], []
    with path.open("rb") as file:
        for token in tokenize(file):
            if token.kind is TokenKind.SCOPE:
                stack.append(token.scope.ident)
            elif token.kind is TokenKind.UPSCOPE:
                stack.pop()
            elif token.kind is TokenKind.VAR:
                found.append((*stack, token.var.reference))
    return found


def test_names_of_scopes_are_words_and_different() -> None:
    assert scope_names(["compute", "a b", "a_b", "a-b", "größe"]) == {
        "compute": "compute",
        "a b": "a_b",
        "a_b": "a_b_2",
        "a-b": "a_b_3",
        "größe": "gr__e",
    }
