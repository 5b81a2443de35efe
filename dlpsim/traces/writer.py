"""What every format of a trace has in common."""

from collections.abc import Collection, Sequence
from typing import Protocol

from dlpsim.events import Occurrence
from dlpsim.traces.state import State


class Writer(Protocol):
    """Writes a trace as a stream: it is told what happens, in batches, and keeps only what is under way.

    Events come in the order of `views.trace.Trace.window`; a batch has all events of its boundaries. The same calls
    give the same bytes.
    """

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """The kinds of events that it needs; it may be told of others."""

    def begin(self, time: int, state: State) -> None:
        """Begin at the boundary `time`, where `state` is under way: what happened before, and nothing at `time`."""

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write what happens next."""

    def close(self, time: int) -> None:
        """End at the boundary `time`, the last of which there may have been events."""
