"""Exercise 6.13: networks of several kinds, simulated to the cycle, on the roofline of the machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlpsim.ceilings import Level, ceilings
from dlpsim.deploy.deployment import deploy
from dlpsim.deploy.layer_table import layer_floor
from dlpsim.exercises.report import wrapped
from dlpsim.machine_file import load_machine
from dlpsim.networks.zoo.table import build
from dlpsim.simulation import Result, Simulation
from dlpsim.views.quantities import count_text, percent
from dlpsim.views.roofline import Point, RooflineData, four_digits, point, under_roofs

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from dlpsim.config import MachineConfig

NUMBER = "6.13"
TITLE = "networks of several kinds on the roofline"
QUESTION = (
    "Build a simulator that is exact to the cycle, run at least three different kinds of network on it, and mark them "
    "on the roofline of 6.10."
)
WHY = (
    "Right of the ridge point are networks that use each byte of DRAM often: a convolution its weights at every pixel, "
    "a transformer at every word, a perceptron for every image of a batch. Left of it are those that use their weights "
    "once: the recurrent one must load them at every step, and AlexNet spends more than half of its time on the "
    "weights of its fully connected layers though nine tenths of its work are convolutions. Four cores compute four "
    "times as fast and load twice as fast: what was bound by computing runs up to four times as fast, the recurrent "
    "network twice, and the perceptron is now left of the ridge."
)
COMMANDS = (
    "dlpsim exercise 6.13 -o networks.svg",
    "dlpsim roofline alexnet resnet18 lstm bert-base --layers -o layers.png",
    "dlpsim run lstm --check",
)
NOTES = (
    "One image, one sequence of 128 words, 32 steps; the perceptron takes 32 images. MACs: use of the MAC array; "
    "FLOP/B: for each byte of DRAM; limit: what binds; ÷ floor: cycles ÷ what the layers need at least, one after the "
    "other."
)
MACHINES = ("dlp-s", "dlp-m")


@dataclass(frozen=True)
class Case:
    """A network, what kind it is of, and its sizes where they are not the usual ones."""

    network: str
    kind: str
    sizes: Mapping[str, int] = field(default_factory=dict)


CASES: Sequence[Case] = (
    Case("alexnet", "convolution"),
    Case("resnet18", "convolution"),
    Case("lstm", "recurrent"),
    Case("bert-base", "transformer"),
    Case("mlp", "perceptron"),
)


@dataclass(frozen=True)
class NetworkRun:
    """A network as it ran on a machine; `floor` are the cycles that its layers need at least, one after the other."""

    case: Case
    result: Result
    point: Point
    floor: int

    @property
    def machine(self) -> str:
        """The name of the machine."""
        return self.result.machine.name

    def to_dict(self) -> dict[str, Any]:
        """Return the run as --json prints it."""
        return {
            "network": self.case.network,
            "kind": self.case.kind,
            "sizes": dict(self.case.sizes),
            "machine": self.machine,
            "cycles": self.result.cycles,
            "utilization": self.result.utilization,
            "flop_per_dram_byte": self.point.flop_per_byte(Level.DRAM),
            "attained_gflops": self.point.attained_gflops,
            "limit": self.point.limit.name if self.point.limit else None,
            "attained_by_attainable": self.point.share,
            "floor": self.floor,
            "cycles_by_floor": self.result.cycles / self.floor,
        }


@dataclass(frozen=True)
class NetworksAnswer:
    """The runs, and the roofs above them."""

    runs: Sequence[NetworkRun]
    data: RooflineData

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise 6.13 --json` prints."""
        return {
            "exercise": NUMBER,
            "title": TITLE,
            "question": QUESTION,
            "networks": [run.to_dict() for run in self.runs],
            "roofline": self.data.to_dict(),
            "why": WHY,
        }

    def render(self) -> "RenderableType":
        """Return the question, a table of the runs, what it says, and how to see more."""
        from rich.console import Group  # noqa: PLC0415
        from rich.padding import Padding  # noqa: PLC0415

        parts: list[RenderableType] = [f"Exercise {NUMBER}: {TITLE}", "", wrapped(QUESTION)]
        for machine, config in {run.machine: run.result.machine for run in self.runs}.items():
            parts += ["", f"  {_roofs(config)}", "", Padding(self._table(machine), (0, 0, 0, 2), expand=False)]
        parts += ["", wrapped(NOTES), "", wrapped(f"Why: {WHY}")]
        parts += ["", "  To draw it, to see the layers, and to check what is computed:"]
        return Group(*parts, *(f"    {command}" for command in COMMANDS))

    def _table(self, machine: str) -> "Table":
        from rich import box  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
        for heading in ("network", "kind", "cycles", "MACs", "FLOP/B", "GFLOP/s", "limit", "÷ floor"):
            is_text = heading in {"network", "kind", "limit"}
            table.add_column(heading, justify="left" if is_text else "right", no_wrap=True)
        for run in self.runs:
            if run.machine == machine:
                table.add_row(*_cells(run))
        return table

    def picture(self) -> str:
        """Return the roofline as SVG."""
        from dlpsim.pictures.roofline import roofline_picture  # noqa: PLC0415

        return roofline_picture(self.data, "svg").decode()


def answer_networks() -> NetworksAnswer:
    """Compile and run each network on each machine."""
    machines = [load_machine(name) for name in MACHINES]
    runs = [_run(case, machine) for machine in machines for case in CASES]
    return NetworksAnswer(runs, under_roofs(machines, [run.point for run in runs]))


def _run(case: Case, machine: "MachineConfig") -> NetworkRun:
    deployment = deploy(build(case.network, case.sizes), machine)
    result = Simulation(deployment.program, machine).run()
    found = point(case.network, machine, result.ops, result.bytes, result.cycles)
    return NetworkRun(case, result, found, sum(layer_floor(plan, machine) for plan in deployment.compiled.plans))


def _roofs(config: "MachineConfig") -> str:
    """Return what a machine can do at most, and where its ridge point is."""
    found = ceilings(config)
    ridge = f", ridge point {four_digits(found.ridge_flop_per_byte)} FLOP/B" if found.ridge_flop_per_byte else ""
    peak, bandwidth = four_digits(found.peak_gflops), four_digits(found.dram_gb_per_s)
    return f"On {config.name}: at most {peak} GFLOP/s, {bandwidth} GB/s of DRAM{ridge}"


def _cells(run: NetworkRun) -> Iterator[str]:
    intensity, limit = run.point.flop_per_byte(Level.DRAM), run.point.limit
    yield run.case.network
    yield run.case.kind
    yield count_text(run.result.cycles)
    yield percent(run.result.utilization)
    yield four_digits(intensity) if intensity else ""
    yield four_digits(run.point.attained_gflops)
    yield limit.name if limit else ""
    yield f"{run.result.cycles / run.floor:.3f}"
