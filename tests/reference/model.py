"""The machine's timing rules as one plain loop over boundaries: the specification of `dlpsim.machine`.

It is written from the rules alone, shares no code with the machine and takes from the project only plain data:
a Program and a MachineConfig. Nothing is scheduled ahead and nothing is skipped: `simulate_reference` visits every
boundary, lets everything that takes no time settle, lets every free port grant one beat, and counts the cycle that
follows. Hold it against the rules function by function:

| rule                                               | here                               |
| -------------------------------------------------- | ---------------------------------- |
| at a boundary all settles, then the ports grant    | `Chip.run`, `Chip.settle`          |
| decoder: takes an instruction, spends cycles on it | `Chip.decode`, `Chip.execute`      |
| loops, with N = 0 too                              | `Chip.execute`                     |
| queue depth                                        | `Chip.dispatch`                    |
| a free unit takes its next instruction             | `Chip.start`                       |
| cycles of a compute, beats of a move, setup        | `Chip.start`, `Chip.free`          |
| completion after the latency                       | `Chip.complete`                    |
| sync, barriers                                     | `Chip.synchronize`, `Chip.release` |
| round robin                                        | `Chip.grant`                       |
| busy, stalled (setup, port), idle                  | `Chip.count`, `_state`             |
| the end of a core and of the run                   | `Chip.halt`, `Chip.run`            |

Time is in boundaries: boundary t lies between cycle t-1 and cycle t.
"""

from dlpsim.config import MachineConfig
from isa.program import Compute, EndLoop, Instruction, Loop, Move, Program, Sync
from isa.vocabulary import Scope
from tests.reference.result import Record, ReferenceDeadlock, ReferenceResult
from tests.reference.state import Core, Instance, Port, Unit

BUSY, SETUP, PORT, IDLE = range(4)
"""Where a unit's cycle is counted: making progress, in its setup, waiting for its port, without an instruction."""


def simulate_reference(program: Program, machine: MachineConfig, max_cycles: int = 200_000) -> ReferenceResult:
    """Run `program` on `machine`, boundary by boundary.

    Raises ReferenceDeadlock when a barrier can never be released, RuntimeError beyond `max_cycles`.
    """
    return Chip(program, machine).run(max_cycles)


class Chip:
    """The chip: its cores, with their units, and its ports; used for one run."""

    def __init__(self, program: Program, machine: MachineConfig) -> None:
        self.machine = machine
        numbers = list(range(machine.clusters * machine.cores))
        self.clusters = [numbers[k * machine.cores : (k + 1) * machine.cores] for k in range(machine.clusters)]
        shared_by = {Scope.CHIP: [numbers], Scope.CLUSTER: self.clusters, Scope.CORE: [[core] for core in numbers]}
        self.cores = [Core(program.cores[core], self.make_units()) for core in numbers]
        self.ports = [Port(port, cores) for port in machine.ports for cores in shared_by[port.scope]]

    def make_units(self) -> dict[str, Unit]:
        """The units of one core, by name."""
        channels = {port.name: Unit(port, port.latency) for port in self.machine.ports}
        return {"compute": Unit(None, self.machine.compute.latency), **channels}

    def run(self, max_cycles: int) -> ReferenceResult:
        for t in range(max_cycles + 1):
            self.settle(t)
            if all(core.end >= 0 for core in self.cores):
                return self.result()
            if all(core.end >= 0 or core.arrived for core in self.cores):
                waiting = [(number, core.pc) for number, core in enumerate(self.cores) if core.end < 0]
                raise ReferenceDeadlock(waiting)
            self.grant(t)
            self.count(t)
        raise RuntimeError(f"still running after {max_cycles} cycles")

    def settle(self, t: int) -> None:
        """Do all that takes no time, again and again, until nothing changes."""
        changed = True
        while changed:
            changed = False
            for core in self.cores:
                for unit in core.units.values():
                    changed |= self.complete(unit, t)
                    changed |= self.free(unit, t)
                    changed |= self.start(unit, t)
                changed |= self.decode(core, t)
                changed |= self.halt(core, t)
            for group in self.clusters:
                changed |= self.release([self.cores[number] for number in group], Scope.CLUSTER)
            changed |= self.release(self.cores, Scope.CHIP)

    def complete(self, unit: Unit, t: int) -> bool:
        """An instruction is complete `latency` cycles after its unit was free."""
        if not unit.draining or t < unit.draining[0].freed + unit.latency:
            return False
        unit.draining.pop(0).completed = t
        return True

    def free(self, unit: Unit, t: int) -> bool:
        """A unit is free at the end of its operations, or of the last beat of its move."""
        if unit.served is None or t < unit.setup_end or unit.beats_to_ask > 0 or t < unit.progress_end:
            return False
        unit.served.freed = t
        unit.draining.append(unit.served)
        unit.served = None
        return True

    def start(self, unit: Unit, t: int) -> bool:
        """A free unit takes the oldest instruction of its queue."""
        if unit.served is not None or not unit.queue:
            return False
        unit.served = unit.queue.pop(0)
        unit.served.started = t
        unit.history.append(unit.served)
        instruction = unit.served.instruction
        if isinstance(instruction, Compute):
            unit.setup_end = t + self.machine.compute.setup
            unit.progress_end = unit.setup_end + _divide_up(
                instruction.num, self.machine.compute.rate[instruction.type]
            )
        else:
            assert unit.port is not None
            unit.setup_end = t + unit.port.setup
            unit.beats_to_ask = instruction.rows * _divide_up(instruction.size, unit.port.beat_bytes)
        return True

    def decode(self, core: Core, t: int) -> bool:
        """Take the next instruction, or act on the one taken once its decoding has ended."""
        if core.pc == len(core.code):
            return False
        if not core.taken:
            core.taken = True
            core.decoded_at = t + self.machine.decoder.cycles
            return True
        if t < core.decoded_at or core.arrived:
            return False
        following = self.execute(core, core.code[core.pc], t)
        if following is not None:
            _go_on(core, following)
        return following is not None or core.arrived is not None

    def execute(self, core: Core, instruction: Instruction, t: int) -> int | None:
        """Do what the decoded instruction says; return the index of the one that follows, or None to wait."""
        match instruction:
            case Move() | Compute():
                return core.pc + 1 if self.dispatch(core, instruction, t) else None
            case Sync(scope=scope):
                return self.synchronize(core, scope)
            case Loop(count=count, end=end):
                if count > 0:
                    core.loops.append(count)
                return core.pc + 1 if count > 0 else end + 1
            case EndLoop(start=start):
                core.loops[-1] -= 1
                if core.loops[-1] == 0:
                    core.loops.pop()
                    return core.pc + 1
                return start + 1

    def dispatch(self, core: Core, instruction: Move | Compute, t: int) -> bool:
        """Put an instruction into its unit's queue, unless the queue is full: the one being served does not count."""
        unit = core.units[self.unit_of(instruction)]
        if len(unit.queue) == self.machine.decoder.queue_depth:
            return False
        unit.queue.append(Instance(core.pc, instruction, dispatched=t))
        return True

    def unit_of(self, instruction: Move | Compute) -> str:
        """The unit that serves an instruction: the compute unit, or the channel to the port that carries its path."""
        if isinstance(instruction, Compute):
            return "compute"
        return next(port.name for port in self.machine.ports if (instruction.src, instruction.dst) in port.paths)

    def synchronize(self, core: Core, scope: Scope) -> int | None:
        """Wait for the core's own earlier instructions; then go on, or arrive at the barrier and wait for `release`."""
        if not _all_complete(core):
            return None
        if scope is Scope.CORE:
            return core.pc + 1
        core.arrived = scope
        return None

    def release(self, group: list[Core], scope: Scope) -> bool:
        """All cores of the group go on when all have arrived at a barrier of the same kind."""
        if not all(core.arrived is scope for core in group):
            return False
        for core in group:
            core.arrived = None
            _go_on(core, core.pc + 1)
        return True

    def halt(self, core: Core, t: int) -> bool:
        """A core halts when its program is done and all its instructions are complete."""
        if core.end >= 0 or core.pc < len(core.code) or not _all_complete(core):
            return False
        core.end = t
        return True

    def grant(self, t: int) -> None:
        """Each free port grants one beat: to the first asking core at or after its pointer, cyclically."""
        for port in self.ports:
            if t < port.free_at:
                continue
            for step in range(len(port.cores)):
                position = (port.pointer + step) % len(port.cores)
                channel = self.cores[port.cores[position]].units[port.config.name]
                if channel.served is not None and t >= channel.setup_end and channel.beats_to_ask > 0:
                    channel.beats_to_ask -= 1
                    channel.progress_end = port.free_at = t + port.config.beat_cycles
                    port.pointer = (position + 1) % len(port.cores)
                    break

    def count(self, t: int) -> None:
        """Count cycle t, the one after boundary t, for every unit."""
        for core in self.cores:
            for unit in core.units.values():
                unit.cycles[_state(unit, t)] += 1

    def result(self) -> ReferenceResult:
        units = {(number, name): unit for number, core in enumerate(self.cores) for name, unit in core.units.items()}
        ends = tuple(core.end for core in self.cores)
        return ReferenceResult(
            cycles=max(ends),
            cores_end=ends,
            history={key: [_record(instance) for instance in unit.history] for key, unit in units.items()},
            stats={
                key: (unit.cycles[BUSY], unit.cycles[SETUP], unit.cycles[PORT], unit.cycles[IDLE])
                for key, unit in units.items()
            },
        )


def _go_on(core: Core, pc: int) -> None:
    """Let the decoder take the instruction at `pc` next, at this same boundary."""
    core.pc = pc
    core.taken = False


def _all_complete(core: Core) -> bool:
    return not any(unit.queue or unit.served or unit.draining for unit in core.units.values())


def _state(unit: Unit, t: int) -> int:
    if unit.served is None:
        return IDLE
    if t < unit.setup_end:
        return SETUP
    return BUSY if t < unit.progress_end else PORT


def _record(instance: Instance) -> Record:
    return Record(instance.index, instance.dispatched, instance.started, instance.freed, instance.completed)


def _divide_up(dividend: int, divisor: int) -> int:
    """The smallest integer that is not below dividend ÷ divisor."""
    return (dividend + divisor - 1) // divisor
