"""Feeds a writer with a window of a run, once the run is over: the machine may skip what repeats."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from dlpsim.events import DecodeStarted, Event, Occurrence, Sink
from dlpsim.traces.prefix import begin_of, end_of, pass_by
from dlpsim.traces.state import State
from dlpsim.traces.window import Window
from dlpsim.traces.writer import Writer
from dlpsim.views.trace import Trace

BATCH = 20_000
"""Events that the writer gets at once, or those of one boundary."""

TIDY = 20_000
"""Decoded instructions after which it is seen what can be forgotten."""


class WindowFeed(Trace):
    """A trace that forgets what is not needed for a window; call `feed` when the run is over.

    What lies before the window becomes the state at its beginning, unless it may still turn out to repeat.
    """

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self._state = State()
        self._to_tidy = TIDY

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to all that happens and to what repeats."""
        return {**super().handlers(), DecodeStarted: self._decode}

    def feed(self, writer: Writer, end: int) -> None:
        """Tell the writer of the window, which is to end at the boundary `end`."""
        begin = self._window.begin
        pass_by(self._state, self.items, begin)
        writer.begin(begin, self._state)
        for batch in _batches(self.window(begin, end)):
            writer.take(batch)
        writer.close(end)

    def _decode(self, event: DecodeStarted) -> None:
        self.items.append(event)
        self._to_tidy -= 1
        if not self._to_tidy:
            self._to_tidy = TIDY
            self._forget_later()
            self._forget_earlier()

    def _forget_later(self) -> None:
        """Forget what begins after the window."""
        if self._window.end is not None:
            kept = bisect_right(self.items, self._window.end, key=begin_of)
            del self.items[kept:]
            self._marks = {mark: min(position, kept) for mark, position in self._marks.items()}

    def _forget_earlier(self) -> None:
        """Have the state take what is over before the window and before all that may repeat."""
        settled = min(self._marks.values(), default=len(self.items))
        over = bisect_left(self.items, self._window.begin, hi=settled, key=end_of)
        pass_by(self._state, self.items[:over], self._window.begin)
        del self.items[:over]
        self._marks = {mark: position - over for mark, position in self._marks.items()}


def _batches(events: Iterator[Occurrence]) -> Iterator[list[Occurrence]]:
    """Yield the events in lists that have all those of their boundaries."""
    batch: list[Occurrence] = []
    for _, same_time in groupby(events, key=attrgetter("time")):
        batch += same_time
        if len(batch) >= BATCH:
            yield batch
            batch = []
    yield batch
