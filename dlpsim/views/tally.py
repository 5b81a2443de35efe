"""Sums over a run that know what to do when a stretch of it repeats: listeners that only add up need no more.

>>> tally.sums[place] += 1
"""

from collections import defaultdict
from collections.abc import Mapping

from dlpsim.events import Event, Mark, Repeat, Sink, Unmark

Sums = list[int] | defaultdict[int, int]


class Tally:
    """As many sums as `size` says, all 0 at first. `sums` is what to add to at present: fetch it every time.

    What has been added since each mark is kept apart. At the end of a run nothing is.
    """

    def __init__(self, size: int) -> None:
        self.sums: Sums = [0] * size
        self._below: list[Sums] = []
        self._marks: list[int] = []

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Return what the listener that owns the tally has to listen to for it."""
        return {Mark: self._mark, Unmark: self._unmark, Repeat: self._repeat}

    def total(self) -> Sums:
        """Return the sums, whatever the marks."""
        while self._marks:
            self._fold(1)
        return self.sums

    def _mark(self, event: Mark) -> None:
        self._marks.append(event.mark)
        self._below.append(self.sums)
        self.sums = defaultdict(int)

    def _unmark(self, event: Unmark) -> None:
        """Add what came between the mark and the next one to what came before."""
        position = self._marks.index(event.mark)
        frames = [*self._below, self.sums]
        _add(frames.pop(position + 1), frames[position])
        del self._marks[position]
        *self._below, self.sums = frames

    def _repeat(self, event: Repeat) -> None:
        while self._marks[-1] != event.mark:
            self._fold(1)
        self._fold(1 + event.times)

    def _fold(self, times: int) -> None:
        """Add what came since the last mark, so many times, to what came before it."""
        self._marks.pop()
        since, self.sums = self.sums, self._below.pop()
        _add(since, self.sums, times)


def _add(some: Sums, to: Sums, times: int = 1) -> None:
    assert isinstance(some, defaultdict)
    for place, number in some.items():
        to[place] += number * times
