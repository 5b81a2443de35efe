"""The two ways to a trace give the same; what is under way at a boundary is what the events before it say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.events import OCCURRENCES, Occurrence, later
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.simulation import Simulation, prepare
from dlpsim.traces import live, windowed
from dlpsim.traces.live import LiveFeed
from dlpsim.traces.prefix import pass_by
from dlpsim.traces.state import State
from dlpsim.traces.window import Window
from dlpsim.traces.windowed import WindowFeed
from dlpsim.views.trace import Trace
from isa.errors import DlpsimError
from tests.machine.repeating import MAX_INSTRUCTIONS, Run
from tests.reference.examples import examples
from tests.traces.runs import SUFFIXES, events_of, traced_runs, written


@dataclass
class Kept:
    """Keeps what a writer is told."""

    kinds: tuple[type[Occurrence], ...] = OCCURRENCES
    batches: list[list[Occurrence]] = field(default_factory=list)
    begun: tuple[int, State] | None = None
    end: int | None = None

    def begin(self, time: int, state: State) -> None:
        self.begun = time, state

    def take(self, events: Sequence[Occurrence]) -> None:
        self.batches.append(list(events))

    def close(self, time: int) -> None:
        self.end = time

    @property
    def events(self) -> list[Occurrence]:
        return [event for batch in self.batches for event in batch]


def run_with(run: Run, feed: LiveFeed | WindowFeed | Trace) -> int:
    try:
        return Machine(*run, [feed, InstructionLimit(MAX_INSTRUCTIONS)]).run()
    except DlpsimError:
        return -1


@examples(30)
@given(traced_runs(), st.sampled_from([1, 7, 20_000]))
def test_live_feed_tells_all_in_order_and_whole_boundaries(run: Run, batch: int) -> None:
    events, kept = events_of(run), Kept()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "BATCH", batch)
        feed = LiveFeed(kept)
        run_with(run, feed)
        feed.finish()
    assert kept.events == events
    edges = [
        (one[-1].time, two[0].time) for one, two in zip(kept.batches, kept.batches[1:], strict=False) if one and two
    ]
    assert all(last < first for last, first in edges)


@examples(60)
@given(traced_runs(), st.sampled_from([1, 3, 50_000]), st.data())
def test_window_begins_with_what_is_under_way(run: Run, tidy: int, data: st.DataObject) -> None:
    events = events_of(run)
    last = events[-1].time
    begin = data.draw(st.integers(0, last))
    end = data.draw(st.integers(begin, last))
    before = State()
    for event in events:
        if event.time < begin:
            before.take(event)
    kept = Kept()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windowed, "TIDY", tidy)
        feed = WindowFeed(Window(begin, end))
        assert run_with(run, feed) == last
        feed.feed(kept, end)
    assert kept.begun is not None
    assert (kept.begun[0], kept.end) == (begin, end)
    assert nonempty(kept.begun[1]) == nonempty(before)
    assert kept.events == [event for event in events if begin <= event.time <= end]


def nonempty(state: State) -> dict[object, object]:
    return {part: content for part, content in state.parts().items() if content}


@pytest.mark.parametrize("suffix", SUFFIXES)
@examples(8)
@given(traced_runs())
def test_files_are_the_same_live_and_by_window_and_when_made_twice(suffix: str, run: Run) -> None:
    events = events_of(run)
    first = written(run, suffix)
    assert first == written(run, suffix)
    assert first == written(run, suffix, Window())
    assert first == written(run, suffix, Window(0, events[-1].time + 5))


def test_window_of_a_run_that_nobody_could_wait_for() -> None:
    text = "loop {0}\n  move DRAM NRAM 6400\n  compute MAC_32 25600\n  sync\nendloop\n"  # 100 cycles an iteration
    far = 10**11
    early, late = Kept(), Kept()
    for count, begin, kept in ((30, 1050, early), (10**12, far + 1050, late)):
        feed = WindowFeed(Window(begin, begin + 200))
        Simulation(*prepare(text.format(count), "dlp-s"), [feed]).run()
        feed.feed(kept, begin + 200)
    assert [later(event, far) for event in early.events] == late.events
    assert len(early.events) > 20
    assert early.begun is not None
    assert late.begun is not None
    assert early.begun[1].parts() == late.begun[1].parts(far)


def test_too_much_at_one_boundary_is_refused() -> None:
    with pytest.raises(DlpsimError, match="boundary 0: more than 1,000,000 things of a kind happen in no time"):
        simulate("loop 1_000_000_000\n  sync\nendloop\n", listeners=[LiveFeed(Kept())])


def test_state_of_an_instant_that_repeats() -> None:
    trace, state = Trace(), State()
    simulate("move DRAM NRAM 64\nloop 1_000_000_000\n  sync\nendloop\n", listeners=[trace])
    pass_by(state, trace.items, 10**9)
    assert state.decoding == {0: (1, 3)}
    assert state.halted == {0}
