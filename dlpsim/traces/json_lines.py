"""Events as JSON lines (`.jsonl`): one object a line, for scripts.

The first line says what the trace is of and what is under way where it begins, the last where it ends. Each line in
between is an event with the fields of `events.py`, and the source line (`line`) of its instruction.
"""

import json
from collections.abc import Collection, Sequence
from enum import Enum
from typing import Any

from dlpsim.events import OCCURRENCES, BarrierReleased, Occurrence, PortShared
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject

VERSION = 1
"""Of this format. A reader can rely on what a version has; a later one may have more."""


class JsonLinesWriter:
    """Writes each event as it comes."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        self._file = file
        self._subject = subject
        self._shown = subject.shown
        self._ports = {(port.name, port.group) for port in subject.ports}
        self._instructions = subject.instructions
        self._encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return OCCURRENCES

    def begin(self, time: int, state: State) -> None:
        """Write the first line."""
        under_way = [
            {
                "core": core,
                "unit": unit,
                "pc": each.pc,
                "line": self._instructions[core][each.pc].line,
                "dispatched": each.dispatched,
                "started": each.started,
                "asked": each.asked,
                "freed": each.freed,
            }
            for (core, unit), pipeline in sorted(state.pipelines.items())
            if core in self._shown
            for each in pipeline.executions
        ]
        subject = {"program": self._subject.program.name, "machine": self._subject.config.name}
        first = {"trace": "dlpsim events", "version": VERSION, **subject, "cores": list(self._subject.cores)}
        self._write([first | {"begin": time, "under_way": under_way}])

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write a line for each event of a core that is shown."""
        self._write([self._line(event) for event in events if self._is_shown(event)])

    def close(self, time: int) -> None:
        """Write the last line."""
        self._write([{"end": time}])

    def _is_shown(self, event: Occurrence) -> bool:
        if isinstance(event, PortShared):
            return (event.port, event.group) in self._ports
        if isinstance(event, BarrierReleased):
            return not self._shown.isdisjoint(event.cores)
        return event.core in self._shown

    def _line(self, event: Occurrence) -> dict[str, Any]:
        line: dict[str, Any] = {"event": type(event).__name__, **event._asdict()}
        if "pc" in line:
            line["line"] = self._instructions[line["core"]][line["pc"]].line
        return line

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        self._file.write("".join([f"{self._encode(line)}\n" for line in lines]).encode())


def _plain(value: object) -> str:
    """Return a member of an enum as JSON has it."""
    assert isinstance(value, Enum)
    return str(value.value)
