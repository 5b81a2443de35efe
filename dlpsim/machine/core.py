"""What the units of one core have in common."""

from collections.abc import Callable
from dataclasses import dataclass

from dlpsim.events import Bus
from dlpsim.machine.clock import Clock


@dataclass(frozen=True)
class Core:
    """A core as its units know it.

    `completed` is to be called whenever the result of one of its instructions is there.
    """

    number: int
    queue_depth: int
    completed: Callable[[], None]
    clock: Clock
    bus: Bus
