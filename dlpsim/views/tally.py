"""Sums over a run, by instruction, that know what to do when a stretch of it happens again untold.

>>> tally.sums[tally.first[event.core] + event.pc] += 1

A listener that only adds up needs no more to be right whatever the machine skips.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import accumulate

from dlpsim.events import Drop, Event, Keep, Mark, Repeat, Replay, Sink, Unmark

Sums = list[int] | defaultdict[int, int]


class Tally:
    """Keeps `columns` sums for each instruction of each core, all 0 at first; `codes` are the codes of the cores.

    `sums` is what to add to at present: fetch it every time. The sum for column k of the instruction at `pc` of `core`
    is at `first[core]` + `columns` × `pc` + k.
    """

    def __init__(self, codes: Sequence[Sized], columns: int = 1) -> None:
        self.columns = columns
        self.first = [0, *accumulate(len(code) * columns for code in codes)]
        self.sums: Sums = [0] * self.first[-1]
        self._below: list[Sums] = []
        """What was added before the first mark, between that and the second, and so on."""
        self._marks: list[int] = []
        self._kept: dict[int, list[tuple[int, int, int, int]]] = {}
        """By stretch that may be replayed: core, pc, column and what was added there."""

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Return what the listener that owns the tally has to listen to for it."""
        return {
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
            Drop: self._drop,
        }

    def total(self) -> Sums:
        """Return the sums of the whole run."""
        while self._marks:
            self._fold(1)
        return self.sums

    def _mark(self, event: Mark) -> None:
        self._marks.append(event.mark)
        self._below.append(self.sums)
        self.sums = defaultdict(int)

    def _unmark(self, event: Unmark) -> None:
        self._remove(event.mark)

    def _remove(self, mark: int) -> None:
        """Add what came between the mark and the next one to what came before."""
        position = self._marks.index(mark)
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

    def _keep(self, event: Keep) -> None:
        since: Sums = defaultdict(int)
        for frame in [*self._below, self.sums][self._marks.index(event.mark) + 1 :]:
            _add(frame, since)
        self._kept[event.mark] = list(self._named(since))
        self._remove(event.mark)

    def _replay(self, event: Replay) -> None:
        sums, first, columns, places = self.sums, self.first, self.columns, event.places
        for core, pc, column, number in self._kept[event.mark]:
            sums[first[core] + columns * places[core][pc] + column] += number

    def _drop(self, event: Drop) -> None:
        del self._kept[event.mark]

    def _named(self, sums: Sums) -> Iterable[tuple[int, int, int, int]]:
        """Yield core, pc, column and sum of what is not 0."""
        assert isinstance(sums, defaultdict)
        for place, number in sums.items():
            core = bisect_right(self.first, place) - 1
            yield core, *divmod(place - self.first[core], self.columns), number


def _add(some: Sums, to: Sums, times: int = 1) -> None:
    assert isinstance(some, defaultdict)
    for place, number in some.items():
        to[place] += number * times
