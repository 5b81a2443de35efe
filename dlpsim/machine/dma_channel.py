"""A DMA channel: carries out a core's moves through one port, loads and stores alike."""

import simpy

from dlpsim.config import PortConfig
from dlpsim.events import Asked
from dlpsim.machine.clock import Alarm
from dlpsim.machine.core import Core
from dlpsim.machine.port import Port
from dlpsim.machine.private_port import PrivatePort
from dlpsim.machine.step import Step
from dlpsim.machine.unit import Unit


class DmaChannel(Unit):
    """Spends the port's setup on each move, then asks the port for beats until the move has them all."""

    def __init__(self, core: Core, config: PortConfig, port: Port | PrivatePort) -> None:
        super().__init__(core, config.name, config.latency)
        self._port = port
        self._setup = config.setup
        self._setup_done = Alarm(core.clock, self._ask)
        self._emit_asked = core.bus.sink(Asked)
        port.attach(core.number, self._free)

    def _begin(self, step: Step) -> None:
        if self._setup:
            self._setup_done.set(self._setup)
        else:
            self._ask(None)

    def _ask(self, _: simpy.Event | None) -> None:
        assert self._serving is not None
        if self._emit_asked:
            self._emit_asked(Asked(self._clock.now, self._core, self.name, self._serving.pc))
        self._port.ask(self._core, self._serving.amount)
