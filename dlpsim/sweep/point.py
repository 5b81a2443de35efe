"""One point of a study: a program with its parameters on a machine with its values. It is all that a run depends on."""

from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from dlpsim.simulation import Simulation
from dlpsim.sweep.measures import Measures, measure
from isa.assembler import assemble
from isa.errors import DlpsimError


@dataclass(frozen=True)
class Point:
    """What is to be run.

    `name` stands for the program in messages, `text` is its source. `cores` per cluster and `sets` (key, value)
    replace values of `machine`; `defines` (name, value) are the program's parameters. A run that takes more than
    `max_cycles` or `max_instructions` is given up.
    """

    name: str
    text: str
    machine: MachineConfig
    cores: int | None = None
    sets: tuple[tuple[str, str], ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
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
        program = assemble(point.text, config.target, point.name, dict(point.defines))
        simulation = Simulation(program, config, max_instructions=point.max_instructions)
        return Outcome(measure(simulation.run(point.max_cycles)))
    except DlpsimError as error:
        return Outcome(None, str(error))
