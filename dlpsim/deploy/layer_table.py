"""Where the cycles of a network went, by layer.

layer      op       cycles   share   MAC use  DRAM bytes  bound by       x floor
conv1      Conv    416,034    6.6 %   98.9 %   3,541,000  compute work     1.010
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from dlpsim.ceilings import FLOP_PER_MAC, ceilings
from dlpsim.compiler.compile import Compiled
from dlpsim.compiler.plan import LayerPlan
from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment
from dlpsim.views.line_table import executions
from dlpsim.views.path import PathData
from dlpsim.views.quantities import count_text, percent
from isa.program import Move

if TYPE_CHECKING:
    pass


if TYPE_CHECKING:
    from rich.table import Table

NAME_COLUMNS = 20
"""Of longer names the end is shown."""


@dataclass(frozen=True)
class LayerRow:
    """A layer of a compiled network.

    `cycles` are those of the critical path that belong to its instructions: over all layers they add up to the run's.
    `macs` are those of the network, `utilization` is the part of the MAC array's capacity that they are in these
    cycles. `dram_bytes` and `shared_bytes` crossed the ports of DRAM and SharedRAM for it; of those of DRAM,
    `compulsory_bytes` are its operands and its result once each, `reread_bytes` the rest: what was loaded again,
    because the tiles that need it do not fit on chip together. `floor` is the largest of MACs ÷ MAC rate and
    compulsory bytes ÷ bandwidth of DRAM, in cycles; 0 for what could be done on the way out of another layer.
    """

    name: str
    op: str
    macs: int
    cycles: int
    share: float
    utilization: float
    dram_bytes: int
    compulsory_bytes: int
    reread_bytes: int
    shared_bytes: int
    intensity: float | None
    bound: str
    floor: int
    over_floor: float | None
    tiling: str

    def to_dict(self) -> dict[str, Any]:
        """Return the layer as --json prints it."""
        return asdict(self)


@dataclass(frozen=True)
class LayerData:
    """The layers of a run of `cycles`, and the sum of their floors."""

    cycles: int
    rows: tuple[LayerRow, ...]

    @property
    def floor(self) -> int:
        """What the layers need at least, one after the other."""
        return sum(row.floor for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Return what --json adds."""
        return {
            "layers": [row.to_dict() for row in self.rows],
            "floor": self.floor,
            "over_floor": self.cycles / self.floor if self.floor else None,
        }


def data(deployment: Deployment, machine: MachineConfig, path: PathData) -> LayerData:
    """Bring together what is known of each layer that takes any time."""
    compiled = deployment.compiled
    cycles: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for part in path.parts:
        line = deployment.program.cores[part.core][part.pc].line
        cycles[_layer(compiled, line)][f"{part.unit or 'decoder'} {part.cause.value}"] += part.cycles
    moved = _moved(deployment)
    rows = []
    for index, plan in enumerate(compiled.plans):
        if not plan.steps:
            continue
        rows.append(_row(plan, machine, cycles[index], moved[index], path.cycles))
    return LayerData(path.cycles, tuple(rows))


def _layer(compiled: Compiled, line: int) -> int:
    """Return the layer of a line; syncs and loops count to the layer of the next line that has one."""
    for layer in compiled.layers_of_lines[line - 1 :]:
        if layer is not None:
            return layer
    return len(compiled.plans) - 1


def _moved(deployment: Deployment) -> Mapping[int, Counter[str]]:
    """Return, by layer, the bytes that crossed the ports of DRAM and of SharedRAM."""
    sums: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for code in deployment.program.cores:
        for instruction, times in zip(code, executions(code), strict=True):
            if isinstance(instruction, Move):
                memories = (instruction.src, instruction.dst)
                memory = "DRAM" if "DRAM" in memories else "SharedRAM" if "SharedRAM" in memories else ""
                sums[_layer(deployment.compiled, instruction.line)][memory] += times * instruction.bytes
    return sums


def _row(plan: LayerPlan, machine: MachineConfig, path: Counter[str], moved: Mapping[str, int], total: int) -> LayerRow:
    roof = ceilings(machine)
    cycles, dram = path.total(), moved["DRAM"]
    floor = 0
    if plan.macs:
        floor = max(-(-plan.macs // roof.macs_per_cycle), ceil(plan.compulsory_bytes / roof.dram_bytes_per_cycle))
    most = path.most_common(1)
    return LayerRow(
        name=plan.name,
        op=plan.op,
        macs=plan.macs,
        cycles=cycles,
        share=cycles / total if total else 0.0,
        utilization=plan.macs / (roof.macs_per_cycle * cycles) if cycles else 0.0,
        dram_bytes=dram,
        compulsory_bytes=min(plan.compulsory_bytes, dram),
        reread_bytes=max(0, dram - plan.compulsory_bytes),
        shared_bytes=moved["SharedRAM"],
        intensity=FLOP_PER_MAC * plan.macs / dram if dram else None,
        bound=most[0][0] if most else "",
        floor=floor,
        over_floor=cycles / floor if floor else None,
        tiling=plan.note,
    )


def render(layers: LayerData) -> "Table":
    """Return the table."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("layer", no_wrap=True)
    table.add_column("op", no_wrap=True)
    for heading in ("cycles", "share", "MAC use", "DRAM bytes", "re-read"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("bound by", no_wrap=True)
    table.add_column("x floor", justify="right", no_wrap=True)
    for row in layers.rows:
        table.add_row(
            shortened(row.name),
            shortened(row.op),
            count_text(row.cycles),
            percent(row.share),
            percent(row.utilization) if row.macs else "",
            count_text(row.dram_bytes),
            count_text(row.reread_bytes) if row.reread_bytes else "",
            row.bound,
            f"{row.over_floor:.3f}" if row.over_floor else "",
        )
    over = f"{layers.cycles / layers.floor:.3f}" if layers.floor else ""
    table.add_row("all layers", "", count_text(layers.cycles), percent(1.0), "", "", "", "", over)
    return table


def shortened(name: str) -> str:
    """Return a name, of a long one its end: that tells layers apart."""
    return name if len(name) <= NAME_COLUMNS else f"...{name[3 - NAME_COLUMNS :]}"
