"""What of a trace matters to a window: its events, those around it that reach into it, and what repeats too fast.

>>> for found in Window(1000, 2000).around(trace.items): ...
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlpsim.events import Occurrence, elsewhere, later
from dlpsim.views.trace import Copy, Item, Places, Stretch, each_of

LEAST_TIMES = 4
"""A stretch that repeats less often is always told in full."""


@dataclass(frozen=True)
class Blur:
    """The middle of a stretch that happens over and over, from boundary `begin` to boundary `end`, `period` by period.

    `events` are those of one occurrence, each with how often it happens in it. What goes on beyond `begin` and `end`
    goes on in the same way for a period at least.
    """

    begin: int
    end: int
    period: int
    events: Sequence[tuple[Occurrence, int]]


Found = Occurrence | Blur


@dataclass(frozen=True)
class Window:
    """The time from boundary `begin` to boundary `end`; what repeats in fewer than `finest` cycles is blurred there."""

    begin: int
    end: int
    finest: int = 0

    def around(self, items: Sequence[Item], shift: int = 0, places: Places | None = None) -> Iterator[Found]:
        """Yield all events of the window, in the order of time, and enough of those around it.

        Enough: of each stretch before the window the last occurrences, of each after it the first. So the last event
        of any kind and unit before the window is among them, and the first after it. A blur comes before the first
        two and the last two occurrences of its stretch, of which those next to the ends of the stretch lie outside the
        blur. `items` happen `shift` cycles later than told, and perhaps at other `places`.
        """
        for item in items:
            if isinstance(item, Copy):
                yield from self.around(item.items, shift + item.shift, item.places)
            elif isinstance(item, Stretch):
                yield from self._of_stretch(item, shift, places)
            else:
                yield _here(item, shift, places)

    def _of_stretch(self, item: Stretch, shift: int, places: Places | None) -> Iterator[Found]:
        start, stop, period, times = item.begin + shift, item.end + shift, item.period, item.times
        if 0 < period < self.finest and start < self.end and self.begin < stop and times >= LEAST_TIMES:
            events = tuple((_here(event, shift, places), count) for event, count in each_of(item.items))
            yield Blur(start + period, start + times * period, period, events)
            for occurrence in (0, 1, times - 1, times):
                yield from self.around(item.items, shift + occurrence * period, places)
            return
        first = last = 0
        if period:
            first = min(max((self.begin - start) // period - 1, 0), item.times)
            last = min(max((self.end - start) // period + 1, first), item.times)
        for occurrence in range(first, last + 1):
            yield from self.around(item.items, shift + occurrence * period, places)


def _here(event: Occurrence, shift: int, places: Places | None) -> Occurrence:
    return later(event if places is None else elsewhere(event, places), shift)
