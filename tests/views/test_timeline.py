"""Timelines against totals, against full simulations, and by hand."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.simulation import prepare
from dlpsim.views.summary import Summary, SummaryData
from dlpsim.views.timeline import Timeline
from dlpsim.views.timeline_data import DECODER, Activity, Interval, TimelineData
from isa.errors import DlpsimError
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples

ALL = 10**9


def watched(run: Run, *, skip: bool) -> tuple[Timeline, SummaryData] | None:
    """Run it and return the view with the totals; None where the run is stopped by a barrier or the limit."""
    timeline, summary = Timeline(*run), Summary(*run)
    try:
        Machine(*run, [timeline, summary, InstructionLimit(MAX_INSTRUCTIONS)], skip=skip).run()
    except DlpsimError:
        return None
    return timeline, summary.data()


def timeline_of(text: str, machine: str = "dlp-s", cores: int | None = None) -> tuple[Timeline, int]:
    program, config = prepare(text, machine, cores)
    timeline = Timeline(program, config)
    return timeline, simulate(program, config, listeners=[timeline]).cycles


@examples(50)
@given(st.one_of(repeating_runs(), recurring_runs()), st.data())
def test_any_window_is_that_of_the_full_simulation(run: Run, data: st.DataObject) -> None:
    compact, full = watched(run, skip=True), watched(run, skip=False)
    if compact is None or full is None:
        return
    cycles, cores = full[1].cycles, range(run[1].total_cores)
    begin = data.draw(st.integers(0, cycles))
    end = data.draw(st.integers(begin, cycles))
    windows = [view.data(cycles, (begin, end), cores, ALL, ALL) for view, _ in (compact, full)]
    found = [sorted(window.intervals or (), key=repr) for window in windows]
    assert found[0] == found[1]
    assert found[1] == overlapping(full[0].data(cycles, (0, cycles), cores, ALL, ALL), begin, end)


def overlapping(data: TimelineData, begin: int, end: int) -> list[Interval]:
    intervals = [one for one in data.intervals or () if max(one.begin, begin) < min(one.end, end)]
    return sorted(intervals, key=repr)


@examples(50)
@given(st.one_of(repeating_runs(), recurring_runs()), st.sampled_from([1, 3, 10, 100]))
def test_columns_add_up_to_the_totals(run: Run, most_columns: int) -> None:
    seen = watched(run, skip=True)
    if seen is None:
        return
    timeline, totals = seen
    data = timeline.data(totals.cycles, (0, totals.cycles), range(run[1].total_cores), most_columns)
    for lane in data.lanes:
        sums = {activity: sum(cells) for activity, cells in lane.cycles.items()}
        for column in range(data.columns):
            begin, end = data.column_span(column)
            held = sum(cells[column] for activity, cells in lane.cycles.items() if activity is not Activity.FLIGHT)
            assert -1e-6 <= held <= end - begin + 1e-6 * data.column_cycles + 1e-5
        if lane.unit != DECODER:
            unit = totals.cores[lane.core].units[lane.unit]
            assert sums.get(Activity.WORK, 0) == pytest.approx(unit.busy, rel=1e-6, abs=1e-3)
            assert sums.get(Activity.SETUP, 0) == pytest.approx(unit.stalled.get("setup", 0), rel=1e-6, abs=1e-3)
            assert sums.get(Activity.PORT, 0) == pytest.approx(unit.stalled.get("port", 0), rel=1e-6, abs=1e-3)


def test_what_a_small_run_does() -> None:
    timeline, cycles = timeline_of("move DRAM NRAM 640\nsync\ncompute MAC_32 512\n", "dlp-s-real")
    data = timeline.data(cycles, (0, cycles), [0], ALL)
    assert [
        (one.unit, one.activity.name, one.begin, one.end, one.line, one.worked) for one in data.intervals or ()
    ] == [
        (DECODER, "DECODE", 0, 1, 1, 0),
        (DECODER, "DECODE", 1, 2, 2, 0),
        ("dram", "SETUP", 1, 21, 1, 0),
        ("dram", "WORK", 21, 31, 1, 10),
        ("dram", "FLIGHT", 31, 131, 1, 0),
        (DECODER, "SYNC", 2, 131, 2, 0),
        (DECODER, "DECODE", 131, 132, 3, 0),
        ("compute", "SETUP", 132, 134, 3, 0),
        ("compute", "WORK", 134, 136, 3, 2),
        ("compute", "FLIGHT", 136, 144, 3, 0),
    ]
    assert [lane.unit for lane in data.lanes] == [DECODER, "compute", "dram"]


def test_cores_that_share_a_port_work_in_turn() -> None:
    timeline, cycles = timeline_of("move DRAM NRAM 1280\n", "dlp-m")
    data = timeline.data(cycles, (0, cycles), range(4), 1)
    assert [(one.core, one.begin, one.end, one.worked) for one in data.intervals or ()] == [
        (0, 0, 37, 10),
        (1, 0, 38, 10),
        (2, 0, 39, 10),
        (3, 0, 40, 10),
    ]
    cells = [{activity.name: cells[0] for activity, cells in lane.cycles.items()} for lane in data.lanes if lane.cycles]
    assert cells == [{"WORK": 10, "PORT": 27 + core} for core in range(4)]


def test_a_window_of_a_run_of_any_length() -> None:
    body = "  move DRAM NRAM 64\n  compute MAC_32 1024\n  sync\n"
    timeline, cycles = timeline_of(f"loop {10**15}\n{body}endloop\n")
    assert cycles == 4 * 10**15
    data = timeline.data(cycles, (4 * 10**14 + 2, 4 * 10**14 + 10), [0], ALL)
    counts = Counter((one.unit, one.begin - 4 * 10**14, one.end - 4 * 10**14) for one in data.intervals or ())
    assert counts == Counter(
        {(unit, begin, begin + length): 1 for unit, length in ((DECODER, 4), ("compute", 4)) for begin in (0, 4, 8)}
        | {("dram", begin, begin + 1): 1 for begin in (4, 8)}
    )
    whole = timeline.data(cycles, (0, cycles), [0], 100)
    assert whole.intervals is None
    assert [sum(lane.cycles[activity]) / cycles for lane in whole.lanes for activity in lane.cycles] == [1, 1, 0.25]
    assert all(cells == pytest.approx([cells[0]] * 100) for lane in whole.lanes for cells in lane.cycles.values())


def test_too_many_intervals_are_not_told() -> None:
    timeline, cycles = timeline_of("compute MAC_32 256\n" * 5)
    assert len(timeline.data(cycles, (0, cycles), [0], ALL, 5).intervals or ()) == 5
    assert timeline.data(cycles, (0, cycles), [0], ALL, 4).intervals is None


@pytest.mark.parametrize(("most", "width"), [(100, 1), (50, 2), (9, 12), (3, 34), (1, 100)])
def test_columns_are_round_numbers_of_cycles(most: int, width: int) -> None:
    timeline, cycles = timeline_of("compute MAC_32 25600\n")
    data = timeline.data(cycles, (0, cycles), [0], most)
    assert (data.column_cycles, data.columns) == (width, -(-100 // width))
    assert data.column_span(data.columns - 1)[1] == 100


def test_long_columns_have_two_digits() -> None:
    timeline, cycles = timeline_of("compute MAC_32 256 * 123_456\n")
    assert timeline.data(cycles, (0, cycles), [0], 10).column_cycles == 13_000


def test_empty_program() -> None:
    timeline, cycles = timeline_of("")
    data = timeline.data(cycles, (0, 0), [0], 80)
    assert (data.columns, data.intervals, [lane.unit for lane in data.lanes]) == (0, (), [DECODER])
    assert data.to_dict()["window"] == [0, 0]


def test_what_is_too_long_is_refused_unless_a_part_is_chosen() -> None:
    loops = [f"loop 1{'0' * 110}\n"] * 3
    timeline, cycles = timeline_of("".join([*loops, "compute MAC_32 256\nsync\n", "endloop\n" * 3]))
    with pytest.raises(DlpsimError) as caught:
        timeline.data(cycles, (0, cycles), [0], 80)
    assert caught.value.messages == (
        "a timeline shows at most 1.000e+300 cycles, not 1.000e+330: choose some with --window A:B",
    )
    assert len(timeline.data(cycles, (cycles - 2, cycles), [0], 80).intervals or ()) == 4
