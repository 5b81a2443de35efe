"""Ends a run that executes more instructions than the user wants to wait for."""

from collections.abc import Mapping

from dlpsim.events import DecodeStarted, Event, Sink
from isa.errors import DlpsimError


class InstructionLimit:
    """A listener that raises DlpsimError when the decoders of a run take more than `limit` instructions in all."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise DlpsimError(f"max_instructions must be at least 0, is {limit}")
        self._limit = limit
        self._left = limit

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to every instruction that a decoder takes."""
        return {DecodeStarted: self._count}

    def _count(self, event: DecodeStarted) -> None:
        if not self._left:
            raise DlpsimError(
                f"stopped: the program executes more than {self._limit:,} instructions (--max-instructions)"
            )
        self._left -= 1
