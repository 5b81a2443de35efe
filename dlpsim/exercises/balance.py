"""Exercise 6.7: whether the load of the instructions is balanced, and what comes of balancing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.report import wrapped
from dlpsim.simulation import Simulation, prepare
from dlpsim.views.decoder_load import DecoderLoad
from dlpsim.views.decoder_load_data import LoadData
from dlpsim.views.decoder_load_text import kind_table
from dlpsim.views.load_advice import advice
from dlpsim.views.quantities import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBER = "6.7"
TITLE = "the load of the instructions"
QUESTION = (
    "Is the load of the instructions balanced: for how long does each kind of them occupy its unit? Improve it and "
    "show the difference."
)
WHY = (
    "It is not. A compute of a tile of 32 rows occupies its unit ten times as long as a move, and where each waits for "
    "the other, the times add up; side by side the moves are hidden, and the compute unit is held nearly always. On "
    "four cores with real costs, tiles of one column are too short: a move is held for fewer cycles than its latency, "
    "and each tile waits for its own at a sync. Tiles of sixteen columns pay setup and latency a sixteenth as often."
)


@dataclass(frozen=True)
class Variant:
    """A program to be looked at, as `dlpsim run` takes it."""

    program: str
    machine: str
    defines: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> str:
        """The command that runs it."""
        defines = "".join(f" -D {name}={value}" for name, value in self.defines)
        return f"dlpsim run {self.program} --machine {self.machine}{defines}"


VARIANTS = (
    Variant("fc_1024x256_serial.asm", "dlp-s"),
    Variant("fc_1024x256_pipelined.asm", "dlp-s"),
    Variant("fc_32x256_pipelined.asm", "dlp-m-real", (("tile_cols", "1"),)),
    Variant("fc_32x256_pipelined.asm", "dlp-m-real", (("tile_cols", "16"),)),
)
"""Two pairs: as it should not be, and improved."""


@dataclass(frozen=True)
class BalanceAnswer:
    """What the instructions of each variant take."""

    loads: Sequence[tuple[Variant, LoadData]]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 6.7 --json` prints."""
        variants = [
            {
                "program": variant.program,
                "machine": variant.machine,
                "defines": dict(variant.defines),
                "cycles": data.cycles,
                **data.to_dict(),
                "advice": list(advice(data)),
            }
            for variant, data in self.loads
        ]
        return {"exercise": NUMBER, "title": TITLE, "question": QUESTION, "variants": variants, "why": WHY}

    def render(self) -> "RenderableType":
        """Return the question, the tables with what to change, and why it is so."""
        from rich.console import Group  # noqa: PLC0415

        parts = [f"Exercise {NUMBER}: {TITLE}", "", wrapped(QUESTION)]
        for variant, data in self.loads:
            defines = "".join(f", {name}={value}" for name, value in variant.defines)
            parts += ["", f"  {variant.program} on {variant.machine}{defines}: {counted(data.cycles, 'cycle')}", ""]
            parts += [*kind_table(data), "", *map(wrapped, advice(data))]
        parts += ["", wrapped(f"Why: {WHY}"), "", "  To repeat, with --decoder for the tables:"]
        return Group(*parts, *(f"    {variant.command}" for variant, _ in self.loads))


def answer_balance() -> BalanceAnswer:
    """Run the variants."""
    return BalanceAnswer([(variant, _load(variant)) for variant in VARIANTS])


def _load(variant: Variant) -> LoadData:
    program, machine = prepare(Path(variant.program), variant.machine, None, dict(variant.defines))
    view = DecoderLoad(program, machine)
    return view.data(Simulation(program, machine, [view]).run().cycles)
