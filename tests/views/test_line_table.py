"""The table of lines: it adds up to the run, and is the same whatever is skipped."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.events import DecodeStarted
from dlpsim.machine.machine import Machine
from dlpsim.simulation import Simulation, prepare
from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.line_table import WIDTH, LineData, data, executions, render
from dlpsim.views.occupancy import Occupancy
from dlpsim.views.trace import Trace
from isa.errors import DlpsimError
from tests.machine.repeating import Run, recurring_runs, repeating_runs
from tests.reference.examples import examples

TEXT = """\
; waits for everything
.equ n 3
loop n                        # three times
  move DRAM NRAM 6400
  sync
  compute MAC_32 25600
endloop
.if core
  sync chip
.else
  sync chip
.endif
loop 0
  move NRAM DRAM 1
endloop
move NRAM DRAM 640
"""


def table(run: Run, *, skip: bool) -> LineData:
    path, occupancy = CriticalPath(*run), Occupancy(run[0])
    result = Simulation(*run, [path, occupancy], skip=skip, idle_lines=True).run()
    lines = data(run[0], result.idle, path.data(), occupancy.data())
    units = [unit for core in result.summary.cores for unit in core.units.values()]
    assert result.cycles == Machine(*run).run() == lines.cycles == sum(row.path_cycles for row in lines.rows)
    idle = sum(cycles for row in lines.rows for causes in row.idle.values() for cycles in causes.values())
    assert idle == sum(unit.idle for unit in units)
    assert sum(row.occupied for row in lines.rows) == sum(unit.busy + sum(unit.stalled.values()) for unit in units)
    return lines


@examples(60)
@given(st.one_of(repeating_runs(), recurring_runs()))
def test_adds_up_and_skipping_changes_nothing(run: Run) -> None:
    try:
        Machine(*run).run()
    except DlpsimError:
        return
    lines = table(run, skip=True)
    assert lines == table(run, skip=False)
    assert len(render(lines).splitlines()) >= 4


@examples(60)
@given(repeating_runs())
def test_executions_are_those_of_the_run(run: Run) -> None:
    trace = Trace([DecodeStarted])
    try:
        Machine(*run, [trace]).run()
    except DlpsimError:
        return
    counts: Counter[tuple[int, int]] = Counter()
    for event, times in trace.each():
        assert isinstance(event, DecodeStarted)
        counts[event.core, event.pc] += times
    for core, code in enumerate(run[0].cores):
        assert list(executions(code)) == [counts[core, pc] for pc in range(len(code))]


def test_lines_of_several_cores() -> None:
    lines = table(prepare(TEXT, "dlp-m", 2), skip=True)
    rows = {row.line: row for row in lines.rows}
    assert list(rows) == [3, 4, 5, 6, 7, 9, 11, 13, 14, 15, 16, None]
    assert [rows[line].times for line in (3, 4, 6, 7, 9, 11, 13, 14, 16)] == [2, 6, 6, 6, 1, 1, 2, 0, 2]
    assert rows[3].text == "loop n"
    assert rows[6].occupied == 600
    assert rows[4].path == {"dram:work": 50, "dram:port": 50}
    assert rows[4].occupied == 99 + 5 * 100
    assert set(rows[5].idle["compute"]) == {"sync:dram"}
    assert sum(row.path_cycles for row in lines.rows) == simulate(TEXT, "dlp-m", 2).cycles


def test_table_of_a_short_program() -> None:
    assert render(table(prepare("move DRAM NRAM 6400\nsync\ncompute MAC_32 2560\n"), skip=True)).splitlines()[4:] == [
        "line  times  occupied  waiting  for        path   share  source",
        "   1      1       100                       100  90.9 %  move DRAM NRAM 6400",
        "   2      1                100  sync:dram                sync",
        "   3      1        10                        10   9.1 %  compute MAC_32 2560",
    ]


def test_text_keeps_to_its_width() -> None:
    wide = "move DRAM NRAM " + " + ".join(["1"] * 60)
    lines = render(table(prepare(f"loop 1_000_000\n{wide}\nsync\nendloop\n", "dlp-m-real"), skip=True)).splitlines()
    assert max(map(len, lines)) == WIDTH
    assert lines[6].endswith("…")


def test_instructions_without_a_text() -> None:
    program, config = prepare("move DRAM NRAM 64\nsync\ncompute MAC_32 1\n")
    bare = tuple(replace(each, line=0) for each in program.cores[0])
    lines = table((replace(program, cores=(bare,), source=()), config), skip=True)
    assert [(row.line, row.text) for row in lines.rows[:3]] == [
        (None, "move DRAM NRAM 64"),
        (None, "sync"),
        (None, "compute MAC_32 1"),
    ]
