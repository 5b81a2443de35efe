"""What the simulator tells of a run: every event, nothing skipped."""

from collections import defaultdict
from collections.abc import Mapping

from dlpsim.config import MachineConfig
from dlpsim.events import DecoderResumed, DecoderStalled, Event, Halted, Sink
from dlpsim.machine.machine import Machine
from dlpsim.views.history import History
from isa.program import Program
from tests.reference.result import Record, ReferenceResult
from tests.rtl.recording import Recording, Wait


class Decoders:
    """Listens to the decoders: what they wait for, and when their cores halt."""

    def __init__(self) -> None:
        self.waits: dict[int, list[Wait]] = defaultdict(list)
        self.ends: dict[int, int] = {}
        self._since: dict[int, int] = {}

    def handlers(self) -> Mapping[type[Event], Sink]:
        return {DecoderStalled: self._stalled, DecoderResumed: self._resumed, Halted: self._halted}

    def _stalled(self, event: DecoderStalled) -> None:
        self._since[event.core] = event.time

    def _resumed(self, event: DecoderResumed) -> None:
        if event.time > self._since[event.core]:
            self.waits[event.core].append(Wait(event.reason.value, self._since[event.core], event.time))

    def _halted(self, event: Halted) -> None:
        self.ends[event.core] = event.time


def simulate(program: Program, machine: MachineConfig) -> Recording:
    """Run `program` on the simulator."""
    history, decoders = History(), Decoders()
    cycles = Machine(program, machine, [history, decoders], skip=False).run()
    cores = range(machine.total_cores)
    records = {
        (core, unit): [Record(*row) for row in history.records.get((core, unit), ())]
        for core in cores
        for unit in machine.units
    }
    result = ReferenceResult(cycles, tuple(decoders.ends[core] for core in cores), records, {})
    return Recording(result, waits={core: decoders.waits[core] for core in cores})
