"""What an exercise is: a question, and the runs whose comparison answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlpsim.exercises.layer import FullyConnected


@dataclass(frozen=True)
class Case:
    """One layer on one machine, computed by several versions of a program.

    `versions` maps the name of a version to its program, slowest first. `label` tells the cases of an exercise apart.
    """

    machine: str
    cores: int
    layer: FullyConnected
    versions: Mapping[str, str]
    defines: Mapping[str, int] = field(default_factory=dict)
    label: str = ""

    def command(self, version: str) -> str:
        """Return the command line that runs `version`."""
        cores = [f"--cores {self.cores}"] if self.cores > 1 else []
        defines = [f"-D {name}={value}" for name, value in self.defines.items()]
        return " ".join(["dlpsim run", self.versions[version], *cores, *defines])


@dataclass(frozen=True)
class Exercise:
    """An exercise of the textbook, in this project's words; `why` explains the numbers."""

    number: str
    title: str
    question: str
    cases: Sequence[Case]
    why: str
