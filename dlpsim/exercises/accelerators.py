"""Exercise 7.1: peak, bandwidth and power of real accelerators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.chips import CHIPS, Chip
from dlpsim.exercises.report import wrapped
from dlpsim.views.chip_table import render

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBER = "7.1"
TITLE = "real accelerators"
QUESTION = "Find peak performance, memory bandwidth and power of at least three real accelerators."
WHY = (
    "All of them compute over a hundred operations in the time in which memory brings a byte, so a layer must use "
    "every byte that often, or the peak is out of reach: what is used once, as the weights of a fully connected layer "
    "at batch 1, runs at less than a hundredth of it. The machine of the exercises has its ridge at 8 or 16 FLOP a "
    "byte in fp32, 32 or 64 with 8-bit numbers."
)
COMMANDS = ("dlpsim chips", "dlpsim roofline fc_1024x256.asm --cores 4 --chips -o roofline.png")


@dataclass(frozen=True)
class AcceleratorsAnswer:
    """The accelerators that this project knows."""

    chips: Sequence[Chip]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 7.1 --json` prints."""
        chips = [chip.to_dict() for chip in self.chips]
        return {"exercise": NUMBER, "title": TITLE, "question": QUESTION, "chips": chips, "why": WHY}

    def render(self) -> "RenderableType":
        """Return the question, the table with its sources, and what it says."""
        from rich.console import Group  # noqa: PLC0415

        heading = (f"Exercise {NUMBER}: {TITLE}", "", wrapped(QUESTION), "")
        commands = (f"    {command}" for command in COMMANDS)
        return Group(*heading, render(self.chips), "", wrapped(f"Why it matters: {WHY}"), "", "  To see it:", *commands)


def answer_accelerators() -> AcceleratorsAnswer:
    """Return what is known."""
    return AcceleratorsAnswer(CHIPS)
