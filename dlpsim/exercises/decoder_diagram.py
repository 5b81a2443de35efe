"""Exercise 6.6: the logic of the decoder as a state diagram."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.decoder_programs import observed_transitions
from dlpsim.exercises.report import wrapped
from dlpsim.views.decoder_states import Transition

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBER = "6.6"
TITLE = "the decoder as a state diagram"
QUESTION = "Give the logic of the decoder as a state diagram."
WHY = (
    "This is what decoders did that ran small programs, each of which ends in another way, on a machine whose queues "
    "hold one instruction: drawn from the simulator as it runs, not beside it. While it decodes, the decoder counts "
    "loops itself; it waits for three things only: room in a queue, its own instructions at a sync, other cores at a "
    "barrier. At a barrier it waits for its own first."
)
COMMANDS = ("dlpsim exercise 6.6 -o decoder.svg", "dlpsim run fc_32x256_serial.asm --cores 4 --decoder")


@dataclass(frozen=True)
class DiagramAnswer:
    """The transitions of the diagram."""

    transitions: Sequence[Transition]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 6.6 --json` prints."""
        found = [transition._asdict() for transition in self.transitions]
        return {"exercise": NUMBER, "title": TITLE, "question": QUESTION, "transitions": found, "why": WHY}

    def render(self) -> "RenderableType":
        """Return the question, a line for each transition, and how to draw them."""
        from rich.console import Group  # noqa: PLC0415

        heading = (f"Exercise {NUMBER}: {TITLE}", "", wrapped(QUESTION), "")
        lines = (f"    {each.source:8} → {each.target:8}  {each.cause}" for each in self.transitions)
        commands = (f"    {command}" for command in COMMANDS)
        return Group(
            *heading, *lines, "", wrapped(f"Why: {WHY}"), "", "  To draw it, and to see it at work:", *commands
        )

    def picture(self) -> str:
        """Return the diagram as SVG."""
        from dlpsim.pictures.state_diagram import state_diagram  # noqa: PLC0415

        return state_diagram("The states of a decoder", self.transitions)


def answer_diagram() -> DiagramAnswer:
    """Run the programs and collect what their decoders do."""
    return DiagramAnswer(observed_transitions())
