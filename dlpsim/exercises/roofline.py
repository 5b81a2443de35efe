"""Exercise 6.10: the roofline of the machines, with the programs of the exercises below it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.answer import answer
from dlpsim.exercises.exercise import Exercise
from dlpsim.exercises.fully_connected import FULLY_CONNECTED
from dlpsim.exercises.report import wrapped
from dlpsim.machine_file import load_machine
from dlpsim.views.roofline import RooflineData, render, roofline_data

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBER = "6.10"
TITLE = "the roofline of the machine"
QUESTION = "Draw the roofline of the machine."
WHY = (
    "Right of its ridge point a machine can be kept computing, left of it DRAM is the limit: at 8 FLOP per byte on one "
    "core, at 16 on four, which compute four times as fast and load twice as fast. So the same layer (7.8, 7.11) lies "
    "right of the one and left of the other. Exercise 7.7 is far to the left: each weight is used once. A dot below "
    "its roof shows what is lost around the limit: the first loads, the last store, and small things in between."
)
COMMANDS = (
    "dlpsim roofline fc_32x256.asm --machine dlp-s --machine dlp-m -o roof.png",
    "dlpsim exercise 6.10 -o roofline.svg",
)


@dataclass(frozen=True)
class RooflineAnswer:
    """The roofs of the exercises' machines, and the best program of each case of an exercise."""

    data: RooflineData

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 6.10 --json` prints."""
        return {"exercise": NUMBER, "title": TITLE, "question": QUESTION, "roofline": self.data.to_dict(), "why": WHY}

    def render(self) -> "RenderableType":
        """Return the question, the roofline in figures, why it is so, and how to draw it."""
        from rich.console import Group  # noqa: PLC0415

        heading = (f"Exercise {NUMBER}: {TITLE}", "", wrapped(QUESTION), "")
        return Group(
            *heading,
            render(self.data),
            "",
            wrapped(f"Why: {WHY}"),
            "",
            "  To draw it:",
            *(f"    {one}" for one in COMMANDS),
        )

    def picture(self) -> str:
        """Return the roofline as SVG."""
        from dlpsim.pictures.roofline import roofline_picture  # noqa: PLC0415

        return roofline_picture(self.data, "svg").decode()


def answer_roofline() -> RooflineAnswer:
    """Run the best program of each case, on the case's machine."""
    runs = [run for exercise in FULLY_CONNECTED for run in _runs(exercise)]
    return RooflineAnswer(roofline_data([load_machine("dlp-s"), load_machine("dlp-m")], runs))


def _runs(exercise: Exercise) -> list[tuple[str, Any, Any]]:
    runs = []
    for case in answer(exercise).cases:
        result = list(case.results.values())[-1]
        label = f" {case.case.label}" if case.case.label else ""
        runs.append((f"{exercise.number}{label}", result.machine, result.summary))
    return runs
