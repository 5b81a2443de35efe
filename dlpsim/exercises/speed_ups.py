"""Exercises 6.2 and 6.3: speed-ups by formula, Amdahl's law and a link that decides; their numbers are parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.entry import Entry
from dlpsim.exercises.report import wrapped
from dlpsim.networks.counting import count
from dlpsim.networks.zoo.table import build

if TYPE_CHECKING:
    from rich.console import RenderableType

NETWORK = "alexnet"
WEIGHT_BITS = 32


@dataclass(frozen=True)
class Row:
    """One set of numbers, and the speed-up that follows from them, with its arithmetic."""

    given: str
    arithmetic: str
    speed_up: float


@dataclass(frozen=True)
class SpeedUpAnswer:
    """An exercise that a formula answers."""

    number: str
    title: str
    question: str
    formula: str
    rows: Sequence[Row]
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise NUMBER --json` prints."""
        return {"exercise": self.number, **{key: value for key, value in asdict(self).items() if key != "number"}}

    def render(self) -> "RenderableType":
        """Return the question, the formula, a line of arithmetic for each set of numbers, and what they say."""
        from rich.console import Group  # noqa: PLC0415

        lines = (f"    {row.given}: {row.arithmetic} = {row.speed_up:.3g}" for row in self.rows)
        heading = (f"Exercise {self.number}: {self.title}", "", wrapped(self.question), "", f"  {self.formula}", "")
        return Group(*heading, *lines, "", wrapped(f"Why: {self.why}"))


def overall(shares: Mapping[str, float], speed_ups: Mapping[str, float]) -> float:
    """Return Amdahl's speed-up of a whole whose parts take these shares of the time; parts not named stay as they are.

    Source: Amdahl, Validity of the single processor approach, AFIPS 1967.
    """
    return 1 / sum(share / speed_ups.get(part, 1.0) for part, share in shares.items())


def link_speed_up(link_bits_per_s: float, macs_per_s: float, baseline_bits_per_s: float) -> float:
    """Return the best speed-up of a layer that uses each weight once, over one ALU of so many MACs a second.

    The processor is as fast as its link brings weights; the ALU as its own link does, or as it computes.
    """
    return link_bits_per_s / WEIGHT_BITS / min(macs_per_s, baseline_bits_per_s / WEIGHT_BITS)


def answer_overall() -> SpeedUpAnswer:
    """Answer 6.2, with the MACs of AlexNet, for several shares of layers that are not sped up."""
    layers = count(build(NETWORK)).layers
    macs = {op: sum(layer.macs for layer in layers if layer.op == op) for op in ("Conv", "Gemm")}
    convolutions, connected = (macs[op] / sum(macs.values()) for op in ("Conv", "Gemm"))
    rows = []
    for others in (0.0, 0.01, 0.05, 0.1):
        shares = {"Conv": (1 - others) * convolutions, "Gemm": (1 - others) * connected, "others": others}
        parts = f"1 / ({shares['Conv']:.4f} / 10 + {shares['Gemm']:.4f} / 2 + {others:.2f})"
        rows.append(Row(f"other layers {others:4.0%} of the time", parts, overall(shares, {"Conv": 10.0, "Gemm": 2.0})))
    return SpeedUpAnswer(
        "6.2",
        "the speed-up of a whole network",
        "A processor speeds convolution up 10 times and fully connected layers 2 times against a CPU. What is the "
        "overall speed-up for AlexNet?",
        "speed-up = 1 / (convolutions / 10 + connected / 2 + others)",
        rows,
        f"Taking the CPU's time in proportion to MACs, {macs['Conv']:,} of {sum(macs.values()):,} are convolutions'. "
        "What is not sped up decides soon: a tenth of the time in other layers takes away nearly half of the gain.",
    )


def answer_link() -> SpeedUpAnswer:
    """Answer 6.3 for both readings of the link, and for a baseline with a link of its own."""
    alu = 1e9
    rows = []
    for name, link, base_name, base in (
        ("12.8 Gb/s", 12.8e9, "the same link", 12.8e9),
        ("12.8 GB/s", 102.4e9, "the same link", 102.4e9),
        ("12.8 GB/s", 102.4e9, "12.8 Gb/s", 12.8e9),
    ):
        slower = min(alu, base / WEIGHT_BITS)
        parts = f"{link / WEIGHT_BITS / 1e9:.1f} G weights/s / {slower / 1e9:.1f} G MAC/s"
        rows.append(Row(f"{name}, the baseline with {base_name}", parts, link_speed_up(link, alu, base)))
    return SpeedUpAnswer(
        "6.3",
        "the speed-up that a link allows",
        "A processor reads its weights over a link of 12.8 Gb/s (or, as DDR3-1600 gives, 12.8 GB/s). Against a "
        "processor with one ALU, one fp32 MAC a cycle at 1 GHz, what is the best speed-up of a fully connected layer "
        "at batch 1?",
        "speed-up = weights/s of the link / min(MAC/s of the ALU, weights/s of its link)",
        rows,
        "At batch 1 each weight is used once, so the link decides, however much is computed on the other side: at 12.8 "
        "Gb/s one ALU is as fast as its link and nothing is gained. Only a larger batch helps.",
    )


SPEED_UPS = (
    Entry("6.2", "the speed-up of a whole network", answer_overall),
    Entry("6.3", "the speed-up that a link allows", answer_link),
)
"""The entries of both exercises."""
