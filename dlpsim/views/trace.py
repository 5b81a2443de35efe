"""All events of a run, as compact as the run: a stretch that repeats is kept once, with where and how often.

>>> [event for event, times in trace.each() if times == 1000]   # what happened a thousand times, kept once
>>> list(trace.window(10**9, 10**9 + 100))                       # what a full simulation tells of these cycles
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dlpsim.events import (
    OCCURRENCES,
    Asked,
    BarrierReleased,
    Completed,
    Dispatched,
    Drop,
    Event,
    Freed,
    Keep,
    Mark,
    Occurrence,
    PortShared,
    Repeat,
    Replay,
    Sink,
    Started,
    Unmark,
    elsewhere,
    later,
)

Places = tuple[Mapping[int, int], ...]
"""For each core, indices of instructions by those of the same instructions elsewhere."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of a run and its repetitions.

    `items` are those of its first occurrence, which begins at `begin`. Another `times` follow, `period` cycles apart.
    """

    begin: int
    period: int
    times: int
    items: Sequence["Item"]

    @property
    def end(self) -> int:
        """The last boundary of the last occurrence."""
        return self.begin + (1 + self.times) * self.period


@dataclass(frozen=True)
class Copy:
    """A stretch that happens again: `items` as they are elsewhere in the trace, `shift` cycles later.

    `places` gives, for each core, the index of the instruction here by that of the instruction there.
    """

    begin: int
    end: int
    shift: int
    items: Sequence["Item"]
    places: Places


Item = Occurrence | Stretch | Copy


class Trace:
    """Keeps the events of a run, of all kinds or only some.

    `items` is what is kept, in the order of time: events and, where the run repeats, stretches, which may have
    stretches in them.
    """

    def __init__(self, kinds: Iterable[type[Occurrence]] = OCCURRENCES) -> None:
        self.items: list[Item] = []
        self._kinds = tuple(kinds)
        self._marks: dict[int, int] = {}
        """Where in `items` the stretch since each mark begins."""
        self._kept: dict[int, tuple[int, Sequence[Item]]] = {}
        """By stretch that may be replayed: when it ended, and what it consists of."""

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the kinds of events that are kept, and to what repeats."""
        keep: Sink = self.items.append
        return {
            **dict.fromkeys(self._kinds, keep),
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
            Drop: self._drop,
        }

    def each(self) -> Iterator[tuple[Occurrence, int]]:
        """Yield each event that is kept, as at its first occurrence, with how often it occurred in all.

        For sums over the run, which need no expansion.
        """
        return each_of(self.items)

    def window(self, begin: int, end: int) -> Iterator[Occurrence]:
        """Yield all events from boundary `begin` up to boundary `end`, both included, as a full simulation tells them.

        They come in the order of time; those of one boundary by kind, then by core, then as they came.
        """
        for _, same_time in groupby(_expand(self.items, 0, begin, end), key=lambda found: found.time):
            yield from _in_order(list(same_time))

    def whole(self) -> Iterator[Occurrence]:
        """Yield all events of the run, in the order of `window`."""
        return self.window(0, _end(self.items[-1])) if self.items else iter(())

    def _mark(self, event: Mark) -> None:
        self._marks[event.mark] = len(self.items)

    def _unmark(self, event: Unmark) -> None:
        del self._marks[event.mark]

    def _keep(self, event: Keep) -> None:
        items = tuple(self.items[self._marks.pop(event.mark) :])
        self._kept[event.mark] = event.time, items

    def _replay(self, event: Replay) -> None:
        kept_at, items = self._kept[event.mark]
        if items:
            end = event.time + event.period
            self.items.append(Copy(event.time, end, end - kept_at, items, event.places))

    def _drop(self, event: Drop) -> None:
        del self._kept[event.mark]

    def _repeat(self, event: Repeat) -> None:
        mark, position = self._marks.popitem()
        while mark != event.mark:
            mark, position = self._marks.popitem()
        items = tuple(self.items[position:])
        if items:
            begin = event.time - event.period
            self.items[position:] = [Stretch(begin, event.period, event.times, items)]


def each_of(items: Sequence[Item], times: int = 1) -> Iterator[tuple[Occurrence, int]]:
    """Yield each event of `items`, which happen `times` times, as at its first occurrence, with how often it does."""
    for item in items:
        if isinstance(item, Stretch):
            yield from each_of(item.items, times * (1 + item.times))
        elif isinstance(item, Copy):
            for event, inner_times in each_of(item.items, times):
                yield later(elsewhere(event, item.places), item.shift), inner_times
        else:
            yield item, times


@dataclass(frozen=True)
class _Found:
    """An event, or a stretch that takes no time, and how it differs from what is kept: later, perhaps elsewhere."""

    item: Occurrence | Stretch
    shift: int
    places: Places | None

    @property
    def time(self) -> int:
        return _begin(self.item) + self.shift

    def here(self, event: Occurrence) -> Occurrence:
        return later(event if self.places is None else elsewhere(event, self.places), self.shift)


def _expand(items: Sequence[Item], shift: int, begin: int, end: int, places: Places | None = None) -> Iterator[_Found]:
    """Yield what happens from `begin` to `end`, in the order of time. `items` occur `shift` cycles later than kept."""
    for index in range(bisect_left(items, begin - shift, key=_end), len(items)):
        item = items[index]
        if _begin(item) + shift > end:
            break
        if isinstance(item, Copy):
            yield from _expand(item.items, shift + item.shift, begin, end, item.places)
        elif isinstance(item, Stretch) and item.period:
            first = max(0, -(-(begin - shift - item.begin) // item.period) - 1)
            last = min(item.times, (end - shift - item.begin) // item.period)
            for occurrence in range(first, last + 1):
                yield from _expand(item.items, shift + occurrence * item.period, begin, end, places)
        else:
            yield _Found(item, shift, places)


def _in_order(found: Sequence[_Found]) -> Iterator[Occurrence]:
    """Yield the events of one boundary by place, those of one place as they came.

    A stretch that takes no time may have any number of events, so they are not collected but gone through for each
    place.
    """
    events = [one.here(one.item) for one in found if not isinstance(one.item, Stretch)]
    if len(events) == len(found):
        yield from sorted(events, key=_place)
        return
    for place in sorted({_place(event) for one in found for event, _ in each_of([one.item])}):
        for one in found:
            for event in _at_place(one.item, place):
                yield one.here(event)


def _at_place(item: Item, place: tuple[object, ...]) -> Iterator[Occurrence]:
    if isinstance(item, Stretch):
        for _ in range(1 + item.times):
            for each in item.items:
                yield from _at_place(each, place)
    elif isinstance(item, Copy):
        for each in item.items:
            for event in _at_place(each, place):
                yield later(elsewhere(event, item.places), item.shift)
    elif _place(item) == place:
        yield item


def _begin(item: Item) -> int:
    return item.begin if isinstance(item, Stretch | Copy) else item.time


def _end(item: Item) -> int:
    return item.end if isinstance(item, Stretch | Copy) else item.time


def _place(event: Occurrence) -> tuple[Any, ...]:
    """Return what the events of one boundary are ordered by: their kind, and the part that they come from."""
    kind = OCCURRENCES.index(type(event))
    match event:
        case Dispatched() | Started() | Asked() | Freed() | Completed():
            return kind, event.core, event.unit
        case BarrierReleased():
            return kind, event.cores, event.scope.value
        case PortShared():
            return kind, event.group, event.port
        case _:
            return kind, event.core
