"""The compute unit of a core: the MAC array and its siblings, one instruction at a time."""

import simpy

from dlpsim.config import ComputeConfig
from dlpsim.machine.clock import Alarm
from dlpsim.machine.core import Core
from dlpsim.machine.step import Step
from dlpsim.machine.unit import Unit


class ComputeUnit(Unit):
    """Is occupied for setup + ceil(NUM / rate) cycles by each compute."""

    def __init__(self, core: Core, config: ComputeConfig) -> None:
        super().__init__(core, "compute", config.latency)
        self._setup = config.setup
        self._done = Alarm(core.clock, self._finish)

    def _begin(self, step: Step) -> None:
        self._done.set(self._setup + step.amount)

    def _finish(self, _: simpy.Event) -> None:
        self._free()
