"""The answer to an exercise: every version of its program run, beside the floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.exercise import Case, Exercise
from dlpsim.exercises.floors import Floor, floor
from dlpsim.exercises.report import render_answer
from dlpsim.machine_file import load_machine
from dlpsim.programs import shipped_programs
from dlpsim.simulation import Result, simulate

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class CaseAnswer:
    """One case: the result of each version by name, and the floor."""

    case: Case
    results: Mapping[str, Result]
    floor: Floor
    clock_ghz: float

    def seconds(self, cycles: int) -> float:
        """Return how long `cycles` take on the case's machine."""
        return cycles / (self.clock_ghz * 1e9)

    def ratio(self, version: str) -> float:
        """Return the cycles of a version divided by the floor."""
        return self.results[version].cycles / self.floor.cycles

    def to_dict(self) -> dict[str, Any]:
        """Return the case as `--json` prints it."""
        case, cycles = self.case, self.floor.cycles
        return {
            "case": case.label,
            "machine": case.machine,
            "cores": case.cores,
            "layer": {"M": case.layer.m, "K": case.layer.k, "N": case.layer.n},
            "defines": dict(case.defines),
            "versions": {
                name: {
                    "program": case.versions[name],
                    "cycles": result.cycles,
                    "time_s": self.seconds(result.cycles),
                    "cycles_by_floor": self.ratio(name),
                    "utilization": result.utilization,
                    "command": case.command(name),
                }
                for name, result in self.results.items()
            },
            "floor": {
                "cycles": cycles,
                "time_s": self.seconds(cycles),
                "arithmetic": self.floor.arithmetic,
                "bounds": {
                    bound.name: {"cycles": bound.cycles, "arithmetic": bound.arithmetic} for bound in self.floor.bounds
                },
            },
        }


@dataclass(frozen=True)
class Answer:
    """An exercise with the answers to its cases."""

    exercise: Exercise
    cases: tuple[CaseAnswer, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise NUMBER --json` prints."""
        return {
            "exercise": self.exercise.number,
            "title": self.exercise.title,
            "question": self.exercise.question,
            "cases": [case.to_dict() for case in self.cases],
            "why": self.exercise.why,
        }

    def render(self) -> "RenderableType":
        """Return what `dlpsim exercise NUMBER` prints."""
        return render_answer(self)


def answer(exercise: Exercise) -> Answer:
    """Answer `exercise` by running its programs."""
    return Answer(exercise, tuple(_answer_case(case) for case in exercise.cases))


def _answer_case(case: Case) -> CaseAnswer:
    machine = load_machine(case.machine, case.cores)
    shipped = shipped_programs()
    results = {
        name: simulate(shipped[program], machine, defines=case.defines) for name, program in case.versions.items()
    }
    return CaseAnswer(case, results, floor(case.layer, machine), machine.clock_ghz)
