"""Exercise 6.5: a small convolutional network, written in the instruction set."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.report import wrapped
from dlpsim.programs import shipped_programs
from dlpsim.simulation import Result, Simulation, prepare
from dlpsim.views.quantities import counted, percent
from isa.check import check
from isa.text import read_source

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBER = "6.5"
TITLE = "a convolutional network in the instruction set"
QUESTION = "Write a convolutional network in the instruction set."
PROGRAM = "lenet.asm"
WHY = (
    "All weights stay in WRAM and all values between layers in NRAM, so only images come and only outputs go. For one "
    "image the loads of the weights decide, so those of a layer come while the one before computes; for many images "
    "the compute unit does, and the next image comes meanwhile. That each core must load all weights is what four "
    "cores pay for. The values agree with NumPy's, which the tests of the project compute layer by layer: an .expect "
    "line cannot state a convolution. `dlpsim compile` writes such programs for networks of any size."
)


@dataclass(frozen=True)
class Variant:
    """The program with so many images, on a machine."""

    images: int
    machine: str

    @property
    def command(self) -> str:
        """The command that runs it."""
        return f"dlpsim run {PROGRAM} --machine {self.machine} -D images={self.images}"


VARIANTS = (Variant(1, "dlp-s"), Variant(16, "dlp-s"), Variant(64, "dlp-m"))


@dataclass(frozen=True)
class VariantRun:
    """A variant as it ran, and how many races and other faults the check found in it."""

    variant: Variant
    result: Result
    findings: int

    def to_dict(self) -> dict[str, Any]:
        """Return the run as --json prints it."""
        return {
            "images": self.variant.images,
            "machine": self.variant.machine,
            "cycles": self.result.cycles,
            "utilization": self.result.utilization,
            "findings": self.findings,
            "command": self.variant.command,
        }


@dataclass(frozen=True)
class ConvolutionalAnswer:
    """The program, and what its variants take."""

    text: str
    runs: Sequence[VariantRun]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 6.5 --json` prints."""
        return {
            "exercise": NUMBER,
            "title": TITLE,
            "question": QUESTION,
            "program": PROGRAM,
            "text": self.text,
            "runs": [run.to_dict() for run in self.runs],
            "why": WHY,
        }

    def render(self) -> "RenderableType":
        """Return the question, the program, what it takes, and why it is so."""
        from rich.console import Group  # noqa: PLC0415

        runs = (
            f"    {counted(run.variant.images, 'image'):9} on {run.variant.machine}, "
            f"{counted(run.result.machine.total_cores, 'core')}: "
            f"{counted(run.result.cycles, 'cycle')}, MAC array {percent(run.result.utilization)}, "
            f"{run.findings or 'no'} findings"
            for run in self.runs
        )
        return Group(
            f"Exercise {NUMBER}: {TITLE}",
            "",
            wrapped(QUESTION),
            "",
            self.text.rstrip(),
            "",
            "  What it takes, and what dlpsim check finds in it:",
            *runs,
            "",
            wrapped(f"Why: {WHY}"),
            "",
            "  To repeat:",
            f"    dlpsim check {PROGRAM}",
            *(f"    {run.variant.command}" for run in self.runs),
        )


def answer_convolutional() -> ConvolutionalAnswer:
    """Run and check the variants."""
    path = shipped_programs()[PROGRAM]
    runs = []
    for variant in VARIANTS:
        program, machine = prepare(path, variant.machine, None, {"images": str(variant.images)})
        runs.append(VariantRun(variant, Simulation(program, machine).run(), len(check(program).findings)))
    return ConvolutionalAnswer(read_source(path), runs)
