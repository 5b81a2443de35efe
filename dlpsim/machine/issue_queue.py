"""The instructions of one unit that wait for it, oldest first."""

from collections import deque
from collections.abc import Callable

from dlpsim.machine.step import Step


class IssueQueue:
    """A queue of at most `depth` steps between a decoder and a unit; the one being served does not count."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._steps: deque[Step] = deque()
        self._when_room: Callable[[], None] | None = None

    def offer(self, step: Step) -> bool:
        """Append `step` if there is room, and return whether there was."""
        if len(self._steps) >= self._depth:
            return False
        self._steps.append(step)
        return True

    def take(self) -> Step | None:
        """Remove and return the oldest step, or return None where there is none."""
        return self._steps.popleft() if self._steps else None

    def snapshot(self) -> tuple[Step, ...]:
        """Return what waits."""
        return tuple(self._steps)

    def wait_for_room(self, call: Callable[[], None]) -> None:
        """Have `call` called once, when `tell_room` says that a step has left."""
        self._when_room = call

    def tell_room(self) -> None:
        """Tell the decoder that waits for room, if it does, that there is some."""
        if self._when_room is not None:
            call, self._when_room = self._when_room, None
            call()
