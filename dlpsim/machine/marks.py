"""Numbers the places in the stream of events at which a stretch begins that may be told again."""

from collections.abc import Mapping

from dlpsim.events import Bus, Drop, Keep, Mark, Repeat, Replay, Unmark
from dlpsim.machine.clock import Clock


class Marks:
    """The marks of one run that have been set and are not done with, and what is said of them."""

    def __init__(self, clock: Clock, bus: Bus) -> None:
        self._clock = clock
        self._last = 0
        self._set: dict[int, None] = {}
        self._emit_mark = bus.sink(Mark)
        self._emit_unmark = bus.sink(Unmark)
        self._emit_repeat = bus.sink(Repeat)
        self._emit_keep = bus.sink(Keep)
        self._emit_replay = bus.sink(Replay)
        self._emit_drop = bus.sink(Drop)

    def set(self) -> int:
        """Mark the present place, and return its number."""
        self._last += 1
        self._set[self._last] = None
        if self._emit_mark:
            self._emit_mark(Mark(self._clock.now, self._last))
        return self._last

    def is_set(self, mark: int) -> bool:
        """Return whether the stretch since `mark` may still be told again."""
        return mark in self._set

    def remove(self, mark: int) -> None:
        """Say that the stretch since `mark` is not going to be told again."""
        del self._set[mark]
        if self._emit_unmark:
            self._emit_unmark(Unmark(self._clock.now, mark))

    def repeat(self, mark: int, period: int, times: int) -> None:
        """Say that the stretch since `mark` happens so many times more. Later marks are done with, too."""
        while self._set.popitem()[0] != mark:
            pass
        if self._emit_repeat:
            self._emit_repeat(Repeat(self._clock.now, mark, period, times))

    def keep(self, mark: int) -> None:
        """Say that the stretch since `mark` ends here and may be replayed later."""
        del self._set[mark]
        if self._emit_keep:
            self._emit_keep(Keep(self._clock.now, mark))

    def replay(self, mark: int, period: int, places: tuple[Mapping[int, int], ...]) -> None:
        """Say that the stretch kept under this number happens again; `places` as in `Replay`."""
        if self._emit_replay:
            self._emit_replay(Replay(self._clock.now, mark, period, places))

    def drop(self, mark: int) -> None:
        """Say that the stretch kept under this number is not going to be replayed any more."""
        if self._emit_drop:
            self._emit_drop(Drop(self._clock.now, mark))
