"""The machine: wires decoders, units, ports and barriers as a configuration says, and lets them run."""

from collections.abc import Iterable, Sequence

from dlpsim.collector import collector_paused
from dlpsim.config import MachineConfig, PortConfig
from dlpsim.events import Bus, Listener
from dlpsim.machine.barrier import Barrier
from dlpsim.machine.clock import Clock
from dlpsim.machine.compute_unit import ComputeUnit
from dlpsim.machine.core import Core
from dlpsim.machine.deadlock import Deadlock
from dlpsim.machine.decoder import Decoder
from dlpsim.machine.dma_channel import DmaChannel
from dlpsim.machine.marks import Marks
from dlpsim.machine.port import Port
from dlpsim.machine.private_port import PrivatePort
from dlpsim.machine.recall import Recall
from dlpsim.machine.repetition import Repetition
from dlpsim.machine.step import Steps, lower
from dlpsim.machine.watch import Watch
from isa.errors import DlpsimError
from isa.program import Code, Program
from isa.vocabulary import Scope


class Machine:
    """A machine about to run `program`, once. Listeners are told everything that happens; `watch` tells how far it is.

    Without `skip` every iteration of every loop is simulated; so it is if one of the listeners does not take `Repeat`.
    `creation_order` permutes the order in which the cores are built and started. Neither may change anything that
    comes of a run; the order is there so that this can be tested.
    """

    def __init__(
        self,
        program: Program,
        config: MachineConfig,
        listeners: Iterable[Listener] = (),
        creation_order: Sequence[int] | None = None,
        *,
        skip: bool = True,
    ) -> None:
        if len(program.cores) != config.total_cores:
            raise DlpsimError(
                f"{program.name} is assembled for {len(program.cores)} cores, "
                f"but machine {config.name} has {config.total_cores}"
            )
        self._program = program
        self._config = config
        self._clock = Clock()
        self._bus = Bus(listeners)
        self._order = range(config.total_cores) if creation_order is None else creation_order
        self._ports: dict[tuple[str, int], Port | PrivatePort] = {}
        self._barriers = {(Scope.CHIP, 0): self._barrier(Scope.CHIP, range(config.total_cores))} | {
            (Scope.CLUSTER, cluster): self._barrier(Scope.CLUSTER, self._members(cluster))
            for cluster in range(config.clusters)
        }
        steps = {id(code): lower(code, config) for code in _distinct(program.cores)}
        by_core = {core: self._build_core(core, steps[id(program.cores[core])]) for core in self._order}
        self._decoders = tuple(by_core[core] for core in range(config.total_cores))
        self.watch = Watch(program, self._decoders, self._clock)
        if skip and self._bus.takes_repetition:
            marks, ports = Marks(self._clock, self._bus), tuple(self._ports.values())
            Repetition(self._decoders, ports, marks, self._clock)
            self._remember_stretches(ports, marks)

    def run(self, max_cycles: int | None = None) -> int:
        """Run the program to its end and return the boundary at which the last core halts.

        Raises DlpsimError if a barrier can never be released, or if the run needs more than `max_cycles`.
        """
        with collector_paused():
            for core in self._order:
                self._decoders[core].advance()
            nothing_left = self._clock.let_pass(max_cycles)
        ends = [decoder.halted_at for decoder in self._decoders]
        if None in ends and not nothing_left:
            raise self.watch.out_of_time()
        if None in ends:
            self._stuck()
        return max(end for end in ends if end is not None)

    def _remember_stretches(self, ports: Sequence[Port | PrivatePort], marks: Marks) -> None:
        """Have the stretches between quiet points remembered: barriers that all cores share, syncs of an only core."""
        everyone = tuple(range(self._config.total_cores))
        alone = len(everyone) == 1
        barriers = [barrier for barrier in self._barriers.values() if barrier.cores == everyone]
        quiet = frozenset({barrier.scope for barrier in barriers} | ({Scope.CORE} if alone else set()))
        recall = Recall(self._decoders, ports, quiet, marks, self._clock)
        for barrier in barriers:
            barrier.observe(recall.at_quiet_point)
        if alone:
            self._decoders[0].observe_syncs(recall.at_quiet_point)

    def _stuck(self) -> None:
        raise Deadlock(self._program, self._decoders).error()

    def _build_core(self, core: int, steps: Steps) -> Decoder:
        """Build core number `core` and connect it to its ports and barriers."""
        config, clock, bus = self._config, self._clock, self._bus
        decoder = Decoder(core, steps, config.decoder.cycles, clock, bus)
        home = Core(core, config.decoder.queue_depth, decoder.completed, clock, bus)
        channels = (DmaChannel(home, port, self._port(port, core)) for port in config.ports)
        decoder.connect(
            units=(ComputeUnit(home, config.compute), *channels),
            barriers={
                Scope.CLUSTER: self._barriers[Scope.CLUSTER, core // config.cores],
                Scope.CHIP: self._barriers[Scope.CHIP, 0],
            },
        )
        return decoder

    def _port(self, config: PortConfig, core: int) -> Port | PrivatePort:
        """Return the instance of a port that `core` reaches, the same for all who share it."""
        group = {Scope.CHIP: 0, Scope.CLUSTER: core // self._config.cores, Scope.CORE: core}[config.scope]
        key = (config.name, group)
        if key not in self._ports:
            shared_by = {Scope.CHIP: self._config.total_cores, Scope.CLUSTER: self._config.cores, Scope.CORE: 1}
            kind = Port if shared_by[config.scope] > 1 else PrivatePort
            self._ports[key] = kind(config, group, self._clock, self._bus)
        return self._ports[key]

    def _barrier(self, scope: Scope, cores: Iterable[int]) -> Barrier:
        return Barrier(scope, tuple(cores), self._stuck, self._clock, self._bus)

    def _members(self, cluster: int) -> range:
        return range(cluster * self._config.cores, (cluster + 1) * self._config.cores)


def _distinct(codes: Iterable[Code]) -> Iterable[Code]:
    """Return each code object once; cores with equal code mostly share it."""
    return {id(code): code for code in codes}.values()
