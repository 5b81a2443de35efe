"""Feeds a writer while the machine runs, with everything that happens: the machine then skips nothing."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from dlpsim.events import (
    Asked,
    BarrierReleased,
    Completed,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Event,
    Freed,
    Halted,
    Occurrence,
    PortShared,
    Sink,
    Started,
)
from dlpsim.traces.writer import Writer
from isa.errors import DlpsimError

BATCH = 1_000
"""Events of a kind after which the writer gets what there is: few enough to be still at hand in the caches."""

MOST = 1_000_000
"""Events of a kind that one boundary may have: they are kept until all are there and can be ordered."""

FREQUENT = (DecodeStarted, Dispatched, DecoderStalled)
"""Of the other kinds there are only a few for each of these."""

_TIME = itemgetter(0)
_OF_CORE = itemgetter(1)
_OF_UNIT = itemgetter(1, 2)
ORDER: Mapping[type[Occurrence], Callable[[Any], Any]] = {
    DecodeStarted: _OF_CORE,
    Dispatched: _OF_UNIT,
    Started: _OF_UNIT,
    Asked: _OF_UNIT,
    Freed: _OF_UNIT,
    Completed: _OF_UNIT,
    DecoderStalled: _OF_CORE,
    DecoderResumed: _OF_CORE,
    BarrierReleased: lambda event: (event.cores, event.scope.value),
    PortShared: attrgetter("group", "port"),
    Halted: _OF_CORE,
}
"""The kinds in the order in which those of one boundary come, and what gives the part by which those of a kind come."""


class LiveFeed:
    """A listener that passes all events on, in batches of whole boundaries; call `finish` when the run is over."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._kept: dict[type[Occurrence], list[Occurrence]] = {kind: [] for kind in ORDER if kind in writer.kinds}
        self._limit = BATCH

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to everything that the writer needs, as it happens."""
        sinks: dict[type[Event], Sink] = {kind: kept.append for kind, kept in self._kept.items()}
        return {
            kind: self._counted(sink, self._kept[kind]) if kind in FREQUENT else sink for kind, sink in sinks.items()
        }

    def finish(self) -> None:
        """Pass on what is left."""
        self._writer.take(_merged(self._kept))

    def _counted(self, keep: Sink, kept: Sequence[Occurrence]) -> Sink:
        """Return what keeps an event of a frequent kind, and passes on what there is if it is much."""

        def keep_and_count(event: Occurrence) -> None:
            keep(event)
            if len(kept) >= self._limit:
                self._pass_on(event.time)

        return keep_and_count

    def _pass_on(self, now: int) -> None:
        """Give the writer all that happened before the boundary `now`, of which there may be more to come."""
        past: dict[type[Occurrence], list[Occurrence]] = {}
        for kind, kept in self._kept.items():
            end = bisect_left(kept, now, key=_TIME)
            past[kind] = kept[:end]
            del kept[:end]
        left = max(map(len, self._kept.values()))
        if left > MOST:
            raise DlpsimError(
                f"boundary {now}: more than {MOST:,} things of a kind happen in no time: no trace has those"
            )
        self._limit = left + BATCH
        self._writer.take(_merged(past))


def _merged(kinds: Mapping[type[Occurrence], Iterable[Occurrence]]) -> list[Occurrence]:
    """Return the events of all kinds by time, by kind, by part, those of one part as they came.

    Each part's events are in the order of time already, so they have only to be merged: a sort does that quickly.
    """
    merged: list[Occurrence] = []
    for kind, events in kinds.items():
        part = ORDER[kind]
        parts: defaultdict[Any, list[Occurrence]] = defaultdict(list)
        for event in events:
            parts[part(event)].append(event)
        for key in sorted(parts):
            merged += parts[key]
    merged.sort(key=_TIME)
    return merged
