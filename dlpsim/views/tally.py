"""Sums over a run that know what to do when a stretch of it happens again untold.

>>> tally.sums[key] += 1

A listener that only adds up needs no more to be right whatever the machine skips.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence, Sized
from itertools import accumulate
from typing import Generic, TypeVar

from dlpsim.events import Drop, Event, Keep, Mark, Repeat, Replay, Sink, Unmark

Key = TypeVar("Key", bound=Hashable)

Places = tuple[Mapping[int, int], ...]
"""For each core, indices of instructions by those of the same instructions elsewhere."""

Relocate = Callable[[Key], Callable[[Places], Key]]
"""Takes a key, and returns what says which key it is elsewhere: the work that is always the same is done once."""


class Tally(Generic[Key]):
    """Keeps a sum for each key, 0 at first. `sums` is what to add to at present: fetch it every time.

    `relocate` gives the key for a stretch of the run that happens again at other instructions.
    """

    def __init__(self, relocate: Relocate[Key]) -> None:
        self.sums: defaultdict[Key, int] = defaultdict(int)
        self._relocate = relocate
        self._below: list[defaultdict[Key, int]] = []
        """What was added before the first mark, between that and the second, and so on."""
        self._marks: list[int] = []
        self._kept: dict[int, Sequence[tuple[Callable[[Places], Key], int]]] = {}
        """By stretch that may be replayed: where what was added there belongs, and how much it was."""

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Return what the listener that owns the tally has to listen to for it."""
        return {
            Mark: self.mark,
            Unmark: self.unmark,
            Repeat: self.repeat,
            Keep: self.keep,
            Replay: self.replay,
            Drop: self.drop,
        }

    @property
    def frames(self) -> Sequence[defaultdict[Key, int]]:
        """What was added before the first mark, between that and the second, and so on, up to now."""
        return (*self._below, self.sums)

    def total(self) -> Mapping[Key, int]:
        """Return the sums of the whole run."""
        while self._marks:
            self._fold(1)
        return self.sums

    def mark(self, event: Mark) -> None:
        """Keep what is added from here on apart."""
        self._marks.append(event.mark)
        self._below.append(self.sums)
        self.sums = defaultdict(int)

    def unmark(self, event: Unmark) -> None:
        """Keep it apart no longer."""
        self._remove(event.mark)

    def _remove(self, mark: int) -> None:
        """Add what came between the mark and the next one to what came before."""
        position = self._marks.index(mark)
        frames = [*self._below, self.sums]
        _add(frames.pop(position + 1), frames[position])
        del self._marks[position]
        *self._below, self.sums = frames

    def repeat(self, event: Repeat) -> None:
        """Multiply what came since the mark."""
        while self._marks[-1] != event.mark:
            self._fold(1)
        self._fold(1 + event.times)

    def _fold(self, times: int) -> None:
        """Add what came since the last mark, so many times, to what came before it."""
        self._marks.pop()
        since, self.sums = self.sums, self._below.pop()
        _add(since, self.sums, times)

    def keep(self, event: Keep) -> None:
        """Remember what came since the mark."""
        since: defaultdict[Key, int] = defaultdict(int)
        for frame in self.frames[self._marks.index(event.mark) + 1 :]:
            _add(frame, since)
        self._kept[event.mark] = [(self._relocate(key), number) for key, number in since.items()]
        self._remove(event.mark)

    def replay(self, event: Replay) -> None:
        """Add what was remembered, where it belongs now."""
        sums, places = self.sums, event.places
        for key_in, number in self._kept[event.mark]:
            sums[key_in(places)] += number

    def drop(self, event: Drop) -> None:
        """Forget what was remembered."""
        del self._kept[event.mark]


class Columns:
    """Numbers the columns of a table that has `columns` of them for each instruction of each core.

    That of column k of the instruction at `pc` of `core` is `first[core]` + `columns` × `pc` + k. `codes` are the codes
    of the cores.
    """

    def __init__(self, codes: Sequence[Sized], columns: int) -> None:
        self.columns = columns
        self.first = [0, *accumulate(len(code) * columns for code in codes)]

    def named(self, number: int) -> tuple[int, int, int]:
        """Return the core, the pc and the column of a number."""
        core = bisect_right(self.first, number) - 1
        return core, *divmod(number - self.first[core], self.columns)

    def relocate(self, number: int) -> Callable[[Places], int]:
        """Return what gives the number of the same column elsewhere."""
        core, pc, column = self.named(number)
        base, columns = self.first[core] + column, self.columns
        return lambda places: base + columns * places[core][pc]


def _add(some: Mapping[Key, int], to: defaultdict[Key, int], times: int = 1) -> None:
    for key, number in some.items():
        to[key] += number * times
