"""Ends a run that executes more instructions than the user wants to wait for."""

from collections.abc import Mapping

from dlpsim.events import DecodeStarted, Drop, Event, Keep, Mark, Repeat, Replay, Sink, Unmark
from isa.errors import DlpsimError


class InstructionLimit:
    """A listener that raises DlpsimError when the decoders of a run take more than `limit` instructions in all."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise DlpsimError(f"max_instructions must be at least 0, is {limit}")
        self._limit = limit
        self._taken = 0
        self._taken_before: dict[int, int] = {}
        """What had been taken at each mark, in their order."""
        self._kept: dict[int, int] = {}
        """What is taken in each stretch that may be replayed."""

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to every instruction that a decoder takes."""
        return {
            DecodeStarted: self._count,
            Mark: self._mark,
            Unmark: self._unmark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
            Drop: self._drop,
        }

    def _count(self, _: DecodeStarted) -> None:
        self._take(1)

    def _mark(self, event: Mark) -> None:
        self._taken_before[event.mark] = self._taken

    def _unmark(self, event: Unmark) -> None:
        del self._taken_before[event.mark]

    def _repeat(self, event: Repeat) -> None:
        mark, before = self._taken_before.popitem()
        while mark != event.mark:
            mark, before = self._taken_before.popitem()
        self._take((self._taken - before) * event.times)

    def _keep(self, event: Keep) -> None:
        self._kept[event.mark] = self._taken - self._taken_before.pop(event.mark)

    def _replay(self, event: Replay) -> None:
        self._take(self._kept[event.mark])

    def _drop(self, event: Drop) -> None:
        del self._kept[event.mark]

    def _take(self, instructions: int) -> None:
        self._taken += instructions
        if self._taken > self._limit:
            raise DlpsimError(
                f"stopped: the program executes more than {self._limit:,} instructions (--max-instructions)"
            )
