"""Feeds a writer while the machine runs, with everything that happens: the machine then skips nothing."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
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

BATCH = 20_000
"""Decoded instructions after which the writer gets what has come of them."""

MOST = 1_000_000
"""Instructions that may be decoded at one boundary: its events are kept until all are there and can be ordered."""

_TIME = itemgetter(0)
_OF_CORE = itemgetter(0, 1)
_OF_UNIT = itemgetter(0, 1, 2)
ORDER: Mapping[type[Occurrence], Callable[[Any], Any]] = {
    DecodeStarted: _OF_CORE,
    Dispatched: _OF_UNIT,
    Started: _OF_UNIT,
    Asked: _OF_UNIT,
    Freed: _OF_UNIT,
    Completed: _OF_UNIT,
    DecoderStalled: _OF_CORE,
    DecoderResumed: _OF_CORE,
    BarrierReleased: lambda event: (event.time, event.cores, event.scope.value),
    PortShared: attrgetter("time", "group", "port"),
    Halted: _OF_CORE,
}
"""The kinds in the order in which those of one boundary come, and what the events of a kind are ordered by."""


class LiveFeed:
    """A listener that passes all events on, in batches of whole boundaries; call `finish` when the run is over."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._kept: dict[type[Occurrence], list[Occurrence]] = {kind: [] for kind in ORDER}
        self._decoded = self._kept[DecodeStarted]
        self._limit = BATCH

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to everything that happens, as it happens."""
        return {**{kind: kept.append for kind, kept in self._kept.items()}, DecodeStarted: self._decode}

    def finish(self) -> None:
        """Pass on what is left."""
        self._writer.take(_merged(self._kept))

    def _decode(self, event: DecodeStarted) -> None:
        decoded = self._decoded
        decoded.append(event)
        if len(decoded) >= self._limit:
            self._pass_on(event.time)

    def _pass_on(self, now: int) -> None:
        """Give the writer all that happened before the boundary `now`, of which there may be more to come."""
        past: dict[type[Occurrence], list[Occurrence]] = {}
        for kind, kept in self._kept.items():
            end = bisect_left(kept, now, key=_TIME)
            past[kind] = kept[:end]
            del kept[:end]
        left = len(self._decoded)
        if left > MOST:
            raise DlpsimError(
                f"boundary {now}: more than {MOST:,} instructions are decoded in no time; a trace cannot order so many"
            )
        self._limit = left + BATCH
        self._writer.take(_merged(past))


def _merged(kinds: Mapping[type[Occurrence], list[Occurrence]]) -> list[Occurrence]:
    """Return the events of all kinds in their order: by time, by kind, by part."""
    merged: list[Occurrence] = []
    for kind, events in kinds.items():
        events.sort(key=ORDER[kind])
        merged += events
    merged.sort(key=_TIME)
    return merged
