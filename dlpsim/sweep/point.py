"""One point of a study: a program or network and its sizes, on a machine and its values: all that a run depends on."""

from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from dlpsim.simulation import Simulation
from dlpsim.sweep.measures import Measures, measure
from dlpsim.sweep.subject import Subject
from isa.errors import DlpsimError


@dataclass(frozen=True)
class Point:
    """What is to be run.

    `cores` per cluster and `sets` (key, value) replace values of `machine`; `sizes` (name, value) are parameters of the
    program, or sizes of the network. A run that takes more than `max_cycles` or `max_instructions` is given up.
    """

    subject: Subject
    machine: MachineConfig
    cores: int | None = None
    sets: tuple[tuple[str, str], ...] = ()
    sizes: tuple[tuple[str, str], ...] = ()
    max_cycles: int | None = None
    max_instructions: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a point: its metrics or, where it cannot be run, the reason."""

    measures: Measures | None
    reason: str = ""


def evaluate(point: Point) -> Outcome:
    """Run a point. Depends on nothing but the point, and raises nothing for what is wrong with it."""
    try:
        config = load_machine(point.machine, point.cores, point.sets)
        program = point.subject.made_for(config, point.sizes)
        simulation = Simulation(program, config, max_instructions=point.max_instructions)
        return Outcome(measure(simulation.run(point.max_cycles)))
    except DlpsimError as error:
        return Outcome(None, str(error))
