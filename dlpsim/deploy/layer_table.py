"""Where the cycles of a network went, by layer."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from dlpsim.ceilings import FLOP_PER_MAC, ceilings
from dlpsim.compiler.plan import LayerPlan
from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment
from dlpsim.deploy.layer_work import LayerWork, layer_work, layers_of_lines
from dlpsim.deploy.traffic import Reason, Reread, Traffic, traffic
from dlpsim.views.path import PathData


@dataclass(frozen=True)
class LayerRow:
    """A layer of a compiled network.

    `cycles` are those of the critical path that belong to its instructions: over all layers they add up to the run's.
    `macs` are those of the network, `utilization` is the part of the MAC array's capacity that they are in these
    cycles. `dram_bytes` and `shared_bytes` crossed the ports of DRAM and SharedRAM for it. Of each, the compulsory
    bytes are those that it touches, each once; the rest was moved again, for the reasons in `rereads`. `intensity` is
    in FLOP per byte of DRAM. `bound` is what most of the cycles are of. `floor` is the largest of MACs ÷ MAC rate and
    bytes of its operands and its result, each once, ÷ bandwidth of DRAM, in cycles; 0 for what has no MACs. Weights
    that several layers use, such as the steps of a recurrent one, count for the first of them. It can be more than
    the cycles: what is loaded for a layer while another computes takes the time of whichever of the two was waited
    for. The utilization of a layer whose work is partly done in the time of another is 1.
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
    rereads: tuple[Reread, ...]
    shared_bytes: int
    shared_compulsory_bytes: int
    shared_reread_bytes: int
    shared_rereads: tuple[Reread, ...]
    intensity: float | None
    bound: str
    floor: int
    over_floor: float | None
    tiling: str

    def to_dict(self) -> dict[str, Any]:
        """Return the layer as --json prints it."""
        return {
            **asdict(self),
            "rereads": [one.to_dict() for one in self.rereads],
            "shared_rereads": [one.to_dict() for one in self.shared_rereads],
        }


@dataclass(frozen=True)
class LayerData:
    """The layers of a run of `cycles` on a machine of so many MACs a cycle, and the sum of their floors."""

    cycles: int
    rows: tuple[LayerRow, ...]
    macs_per_cycle: int

    @property
    def utilization(self) -> float:
        """The part of the MAC array's capacity that the MACs of the network are, from 0 to 1."""
        capacity = self.cycles * self.macs_per_cycle
        return sum(row.macs for row in self.rows) / capacity if capacity else 0.0

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


@dataclass(frozen=True)
class _Found:
    """What is known of a layer: its plan, its part of the critical path by cause, what it did, and what it moved."""

    plan: LayerPlan
    path: Counter[str]
    work: LayerWork
    traffic: Traffic


def data(deployment: Deployment, machine: MachineConfig, path: PathData) -> LayerData:
    """Bring together what is known of each layer that takes any time."""
    plans, works = deployment.compiled.plans, layer_work(deployment)
    paths = layer_paths(deployment, path)
    rows = [
        _row(_Found(plan, paths[index], works[index], traffic(plan, machine)), machine, path.cycles)
        for index, plan in enumerate(plans)
        if plan.steps
    ]
    return LayerData(path.cycles, tuple(rows), ceilings(machine).macs_per_cycle)


def layer_paths(deployment: Deployment, path: PathData) -> Mapping[int, Counter[str]]:
    """Return, for the index of each layer, the cycles of the critical path that are its, by unit and cause."""
    layers: Sequence[int] = layers_of_lines(deployment.compiled)
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for part in path.parts:
        line = deployment.program.cores[part.core][part.pc].line
        found[layers[line - 1]][f"{part.unit or 'decoder'} {part.cause.value}"] += part.cycles
    return found


def layer_floor(plan: LayerPlan, machine: MachineConfig) -> int:
    """Return the cycles that a layer needs at least: for its MACs, or its operands and its result; 0 without MACs."""
    if not plan.macs:
        return 0
    roof = ceilings(machine)
    return max(-(-plan.macs // roof.macs_per_cycle), ceil(plan.compulsory_bytes / roof.dram_bytes_per_cycle))


def _row(found: _Found, machine: MachineConfig, total: int) -> LayerRow:
    plan, macs_per_cycle = found.plan, ceilings(machine).macs_per_cycle
    cycles, floor = found.path.total(), layer_floor(found.plan, machine)
    dram, shared = found.traffic.dram, found.traffic.shared
    dram_bytes, shared_bytes = found.work.bytes_at("DRAM"), found.work.bytes_at("SharedRAM")
    again = min(plan.repeated_bytes, dram.touched)
    most = found.path.most_common(1)
    return LayerRow(
        name=plan.name,
        op=plan.op,
        macs=plan.macs,
        cycles=cycles,
        share=cycles / total if total else 0.0,
        utilization=min(1.0, plan.macs / (macs_per_cycle * cycles)) if cycles else 0.0,
        dram_bytes=dram_bytes,
        compulsory_bytes=dram.touched - again,
        reread_bytes=dram_bytes - dram.touched + again,
        rereads=(*dram.rereads, *([Reread("weights", Reason.LAYERS, again)] if again else [])),
        shared_bytes=shared_bytes,
        shared_compulsory_bytes=shared.touched,
        shared_reread_bytes=shared_bytes - shared.touched,
        shared_rereads=shared.rereads,
        intensity=FLOP_PER_MAC * plan.macs / dram_bytes if dram_bytes else None,
        bound=most[0][0] if most else "",
        floor=floor,
        over_floor=cycles / floor if floor else None,
        tiling=plan.note,
    )
