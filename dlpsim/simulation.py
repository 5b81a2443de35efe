"""Joins program, machine and views: what a user runs, and what comes of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.collector import collector_paused
from dlpsim.config import MachineConfig
from dlpsim.events import Listener
from dlpsim.fit import check_fit
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.machine.watch import Watch
from dlpsim.machine_file import default_machine, load_machine
from dlpsim.programs import find_program
from dlpsim.views.idle import IdleData
from dlpsim.views.idle_causes import IdleCauses
from dlpsim.views.summary import Summary, SummaryData, UnitTime
from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.program import Program
from isa.text import read_source

if TYPE_CHECKING:
    from dlpsim.data import Arrays

Defines = Mapping[str, int | str]
Sets = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Result:
    """A finished run: the program and machine that ran, and the totals of the run.

    `split_idle` are the idle cycles by cause, if the run was followed for that: `idle` has them in any case.
    `tensors` are those in DRAM at the end, by name, of a run that carried data.
    """

    program: Program
    machine: MachineConfig
    summary: SummaryData
    split_idle: IdleData | None = None
    tensors: "Arrays | None" = None

    @cached_property
    def idle(self) -> IdleData:
        """The idle cycles by cause; if nobody followed them, the program is run once more, which gives the same."""
        if self.split_idle is not None:
            return self.split_idle
        causes = IdleCauses(self.machine)
        Machine(self.program, self.machine, [causes]).run()
        return causes.data()

    @property
    def cycles(self) -> int:
        """The boundary at which the last core halted."""
        return self.summary.cycles

    @property
    def ops(self) -> Mapping[str, int]:
        """Operations by type, summed over cores."""
        return self.summary.ops

    @property
    def bytes(self) -> Mapping[str, int]:
        """Bytes moved by path, such as "DRAM->NRAM", summed over cores."""
        return self.summary.bytes

    @property
    def utilization(self) -> float:
        """The part of the MAC array's capacity that was used, from 0 to 1."""
        return self.summary.utilization

    @property
    def time_s(self) -> float | None:
        """The run's time in seconds at the machine's clock; None where it is beyond what a float can hold."""
        try:
            return self.cycles / (self.machine.clock_ghz * 1e9)
        except OverflowError:
            return None

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim run --json` prints."""
        return {
            "program": Path(self.program.name).name,
            "machine": self.machine.name,
            "cycles": self.cycles,
            "time_s": self.time_s,
            "utilization": self.utilization,
            "ops": dict(self.ops),
            "bytes": dict(self.bytes),
            "cores": [
                {
                    "core": core.core,
                    "cycles": core.cycles,
                    "units": {name: self._unit(core.core, name, unit) for name, unit in core.units.items()},
                }
                for core in self.summary.cores
            ],
        }

    def _unit(self, core: int, name: str, unit: UnitTime) -> dict[str, Any]:
        split = self.idle.of(core, name)
        return {"busy": unit.busy, "stalled": dict(unit.stalled), "idle": unit.idle, "idle_by": split}


class Simulation:
    """A program on a machine, ready to run once. `watch` tells how far it is while it runs.

    What repeats is skipped, which changes nothing that comes of the run; without `skip` all of it is simulated.
    `split_idle` splits the idle cycles by cause at once, which takes about as long as the simulation itself;
    `idle_lines` by cause and instruction.

    Raises DlpsimError if the program uses what the machine does not have.
    """

    def __init__(
        self,
        program: Program,
        machine: MachineConfig,
        listeners: Iterable[Listener] = (),
        max_instructions: int | None = None,
        *,
        skip: bool = True,
        split_idle: bool = False,
        idle_lines: bool = False,
    ) -> None:
        check_fit(program, machine)
        self._program = program
        self._config = machine
        with collector_paused():
            self._summary = Summary(program, machine)
            self._causes = IdleCauses(machine, by_line=idle_lines) if split_idle or idle_lines else None
            causes = (self._causes,) if self._causes else ()
            limits = () if max_instructions is None else (InstructionLimit(max_instructions),)
            self._machine = Machine(program, machine, (self._summary, *causes, *listeners, *limits), skip=skip)

    @property
    def watch(self) -> Watch:
        """How far the run is."""
        return self._machine.watch

    def run(self, max_cycles: int | None = None) -> Result:
        """Run the program to its end.

        Raises DlpsimError if a barrier can never be released or a limit is reached.
        """
        if max_cycles is not None and max_cycles < 0:
            raise DlpsimError(f"max_cycles must be at least 0, is {max_cycles}")
        self._machine.run(max_cycles)
        return Result(self._program, self._config, self._summary.data(), self._causes.data() if self._causes else None)


def simulate(
    program: str | Path | Program,
    machine: str | Path | MachineConfig | None = None,
    cores: int | None = None,
    defines: Defines | None = None,
    *,
    sets: Sets = (),
    listeners: Iterable[Listener] = (),
    max_cycles: int | None = None,
    max_instructions: int | None = None,
    skip: bool = True,
    data: "Arrays | None" = None,
) -> Result:
    """Run a program on a machine and return what came of it.

    `program`: a str is the text of a program, a Path a file (a bare name that is no file: a shipped program).
    `machine`: the name of a built-in machine, the path of a machine file, or a loaded machine; without one it is
    `dlp-s`, or `dlp-m` when more than one core is asked for. `cores` replaces the machine's cores per cluster,
    `sets` any of its values (key, value as in `--set`), `defines` the program's parameters. `listeners` are told
    the machine's events. `max_cycles` and `max_instructions` end a run that goes on for too long.
    Without `skip` every iteration is simulated, also where the run repeats itself: it takes longer, nothing else.
    With `data`, the program's inputs by name, an annotated program computes with them (and nothing is skipped); the
    result then has `tensors`.

    Raises DlpsimError for everything that is wrong in what it is given.
    """
    assembled, config = prepare(program, machine, cores, defines, sets)
    if data is None:
        return Simulation(assembled, config, listeners, max_instructions, skip=skip).run(max_cycles)
    from dlpsim.data import Data  # noqa: PLC0415
    from isa.inputs import checked_inputs  # noqa: PLC0415

    carried = Data(assembled, checked_inputs(assembled, data))
    simulation = Simulation(assembled, config, (*listeners, carried), max_instructions, skip=False)
    return replace(simulation.run(max_cycles), tensors=carried.tensors)


def prepare(
    program: str | Path | Program,
    machine: str | Path | MachineConfig | None = None,
    cores: int | None = None,
    defines: Defines | None = None,
    sets: Sets = (),
) -> tuple[Program, MachineConfig]:
    """Load the machine and assemble the program for it; the parameters are those of `simulate`.

    Raises DlpsimError with the problems of both.
    """
    if isinstance(program, Program):
        if defines:
            raise DlpsimError(f"{program.name} is assembled already: its parameters can no longer be defined")
        return program, _machine_for(program, machine, cores, sets)
    messages: list[str] = []
    name = text = ""
    try:
        name, text = _source(program)
    except DlpsimError as error:
        messages += error.messages
    try:
        config = load_machine(default_machine(cores, sets) if machine is None else machine, cores, sets)
    except DlpsimError as error:
        messages += error.messages
    if messages:
        raise DlpsimError(messages)
    return assemble(text, config.target, name, defines), config


def _source(program: str | Path) -> tuple[str, str]:
    """Return the name that stands for the program in messages, and its text."""
    if isinstance(program, Path):
        path = find_program(program)
        return (str(program) if path == program else path.name), read_source(path)
    if isinstance(program, str):
        return "<text>", program
    raise DlpsimError(f"a program is a text (str), a file (Path) or a Program, not a {type(program).__name__}")


def _machine_for(
    program: Program, machine: str | Path | MachineConfig | None, cores: int | None, sets: Sets
) -> MachineConfig:
    """Load the machine for an assembled program: without one, as many cores as the program has."""
    if machine is not None:
        return load_machine(machine, cores, sets)
    target = program.target
    shape = [("clusters", str(target.clusters)), *sets]
    return load_machine(default_machine(target.cores, ()), cores or target.cores_per_cluster, shape)
