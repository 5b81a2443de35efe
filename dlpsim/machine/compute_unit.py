"""The compute unit of a core: the MAC array and its siblings, one instruction at a time."""

from collections.abc import Callable

import simpy

from dlpsim.config import ComputeConfig
from dlpsim.events import Bus
from dlpsim.machine.clock import Alarm, Clock
from dlpsim.machine.step import Step
from dlpsim.machine.unit import Unit


class ComputeUnit(Unit):
    """Is occupied for setup + ceil(NUM / rate) cycles by each compute."""

    def __init__(
        self, core: int, config: ComputeConfig, queue_depth: int, completed: Callable[[], None], clock: Clock, bus: Bus
    ) -> None:
        super().__init__(core, "compute", queue_depth, config.latency, completed, clock, bus)
        self._setup = config.setup
        self._done = Alarm(clock, self._finish)

    def _begin(self, step: Step) -> None:
        self._done.set(self._setup + step.amount)

    def _finish(self, _: simpy.Event) -> None:
        self._free()
