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
    Event,
    Freed,
    Mark,
    Occurrence,
    PortShared,
    Repeat,
    Sink,
    Started,
    Unmark,
    later,
)


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


Item = Occurrence | Stretch


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

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the kinds of events that are kept, and to what repeats."""
        keep: Sink = self.items.append
        return {
            **dict.fromkeys(self._kinds, keep),
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
        }

    def each(self) -> Iterator[tuple[Occurrence, int]]:
        """Yield each event that is kept, as at its first occurrence, with how often it occurred in all.

        For sums over the run, which need no expansion.
        """
        return _each(self.items, 1)

    def window(self, begin: int, end: int) -> Iterator[Occurrence]:
        """Yield all events from boundary `begin` up to boundary `end`, both included, as a full simulation tells them.

        They come in the order of time; those of one boundary by kind, then by core, then as they came.
        """
        found = _expand(self.items, 0, begin, end)
        for _, same_time in groupby(found, key=lambda pair: _begin(pair[0]) + pair[1]):
            yield from _in_order(list(same_time))

    def whole(self) -> Iterator[Occurrence]:
        """Yield all events of the run, in the order of `window`."""
        return self.window(0, _end(self.items[-1])) if self.items else iter(())

    def _mark(self, event: Mark) -> None:
        self._marks[event.mark] = len(self.items)

    def _unmark(self, event: Unmark) -> None:
        del self._marks[event.mark]

    def _repeat(self, event: Repeat) -> None:
        mark, position = self._marks.popitem()
        while mark != event.mark:
            mark, position = self._marks.popitem()
        items = tuple(self.items[position:])
        if items:
            begin = event.time - event.period
            self.items[position:] = [Stretch(begin, event.period, event.times, items)]


def _each(items: Sequence[Item], times: int) -> Iterator[tuple[Occurrence, int]]:
    for item in items:
        if isinstance(item, Stretch):
            yield from _each(item.items, times * (1 + item.times))
        else:
            yield item, times


def _expand(items: Sequence[Item], shift: int, begin: int, end: int) -> Iterator[tuple[Item, int]]:
    """Yield the events from `begin` to `end` in the order of time, with how much later than they say they occur.

    `items` occur `shift` cycles later than they say. Stretches that take no time are yielded as they are.
    """
    for index in range(bisect_left(items, begin - shift, key=_end), len(items)):
        item = items[index]
        if _begin(item) + shift > end:
            break
        if isinstance(item, Stretch) and item.period:
            first = max(0, -(-(begin - shift - item.begin) // item.period) - 1)
            last = min(item.times, (end - shift - item.begin) // item.period)
            for occurrence in range(first, last + 1):
                yield from _expand(item.items, shift + occurrence * item.period, begin, end)
        else:
            yield item, shift


def _in_order(found: Sequence[tuple[Item, int]]) -> Iterator[Occurrence]:
    """Yield the events of one boundary by place, those of one place as they came.

    A stretch that takes no time may have any number of events, so they are not collected but gone through for each
    place.
    """
    events = [(item, shift) for item, shift in found if not isinstance(item, Stretch)]
    if len(events) == len(found):
        for event, shift in sorted(events, key=lambda pair: _place(pair[0])):
            yield later(event, shift)
        return
    for place in sorted({_place(event) for item, _ in found for event, _ in _each([item], 1)}):
        for item, shift in found:
            for event in _at_place(item, place):
                yield later(event, shift)


def _at_place(item: Item, place: tuple[object, ...]) -> Iterator[Occurrence]:
    if not isinstance(item, Stretch):
        if _place(item) == place:
            yield item
        return
    for _ in range(1 + item.times):
        for each in item.items:
            yield from _at_place(each, place)


def _begin(item: Item) -> int:
    return item.begin if isinstance(item, Stretch) else item.time


def _end(item: Item) -> int:
    return item.end if isinstance(item, Stretch) else item.time


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
