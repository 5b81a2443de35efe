"""The trace of a run that skips against that of a run that simulates everything."""

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.events import DecodeStarted, Freed, Halted, Started
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views.trace import Copy, Stretch, Trace
from isa.errors import DlpsimError
from tests.machine.nasty import nasty_runs
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples

STEADY = "loop {count}\n  move DRAM NRAM 64\n  compute MAC_32 1024\n  sync\nendloop\n"
"""Takes 4 cycles an iteration on dlp-s."""


def traced(run: Run, *, skip: bool) -> Trace:
    trace = Trace()
    try:
        Machine(*run, [trace, InstructionLimit(MAX_INSTRUCTIONS)], skip=skip).run()
    except DlpsimError:
        return Trace()  # stopped somewhere within a boundary
    return trace


@examples(150)
@given(st.one_of(repeating_runs(), recurring_runs(), nasty_runs()), st.data())
def test_any_window_is_that_of_the_full_simulation(run: Run, data: st.DataObject) -> None:
    compact, full = traced(run, skip=True), traced(run, skip=False)
    assert not any(isinstance(item, Stretch | Copy) for item in full.items)
    assert list(compact.whole()) == list(full.whole())
    last = max((event.time for event in full.whole()), default=0)
    begin = data.draw(st.integers(0, last))
    end = data.draw(st.integers(begin, last))
    assert list(compact.window(begin, end)) == [event for event in full.whole() if begin <= event.time <= end]


@examples(50)
@given(st.one_of(repeating_runs(), recurring_runs(), nasty_runs()))
def test_totals_need_no_expansion(run: Run) -> None:
    assert totals(traced(run, skip=True)) == totals(traced(run, skip=False))


def totals(trace: Trace) -> Counter[tuple[object, ...]]:
    """How often each thing happened, and for how long it took in all where events say so."""
    counts: Counter[tuple[object, ...]] = Counter()
    for event, times in trace.each():
        what = type(event), *event[1:4]
        counts[what] += times
        if isinstance(event, Freed):
            counts["occupied", *what] += times * (event.time - event.started)
    return counts


def test_a_repeated_stretch_is_kept_once() -> None:
    trace = Trace()
    cycles = simulate(STEADY.format(count=10**15), listeners=[trace]).cycles
    assert cycles == 4 * 10**15
    assert sum(1 for _ in trace.each()) < 100
    assert sum(times for event, times in trace.each() if isinstance(event, Freed)) == 2 * 10**15
    last = [event for event in trace.window(cycles - 4, cycles - 1) if isinstance(event, Started)]
    assert last == [Started(cycles - 4, 0, "compute", 2), Started(cycles - 4, 0, "dram", 1)]
    assert [event for event in trace.window(cycles, cycles) if isinstance(event, Halted)] == [Halted(cycles, 0)]


def test_a_loop_without_time() -> None:
    trace = Trace()
    simulate("loop 1_000_000_000\n  sync\nendloop\n", listeners=[trace])
    assert sum(times for event, times in trace.each() if isinstance(event, DecodeStarted)) == 1 + 2 * 10**9
    assert list(islice(trace.whole(), 4)) == [DecodeStarted(0, 0, pc) for pc in (0, 1, 2, 1)]


def test_empty_program() -> None:
    trace = Trace()
    simulate("", listeners=[trace])
    assert list(trace.whole()) == [Halted(0, 0)]
