"""What a core of a machine can use for its share of a product."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dlpsim.ceilings import port_instances
from dlpsim.compiler.deal import Deal
from dlpsim.compiler.tiling import GRAIN
from dlpsim.config import MachineConfig, PortConfig

VIA_CLUSTER = ("DRAM", "SharedRAM"), ("SharedRAM", "NRAM")
"""The paths of what all cores of a cluster share."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a core can use: bytes of NRAM and WRAM, MACs and elements a cycle, bytes of a beat and of a cycle of DRAM.

    `phase` is what each phase costs besides, in cycles. All `cores` load at the same time, and the same image: once
    for each, or once for those of each of the `clusters` if it has `shared` bytes for it, which may hold all of it for
    the layer; from there each core gets `copied` bytes a cycle. If it `splits_image`, the channels of a pixel that a
    core works on are not all of it; if it `splits_result`, those that it makes.
    """

    nram: int
    wram: int
    macs: int
    elements: int
    beat: int
    dram: float
    phase: float = 0
    cores: int = 1
    clusters: int = 1
    shared: int = 0
    copied: float = 1
    splits_image: bool = False
    splits_result: bool = False

    @property
    def image_copies(self) -> int:
        """How often a tile of the image is loaded for all cores."""
        return self.clusters if self.shared else self.cores


def budgets(machine: MachineConfig, deal: Deal, step_cost: float = 0.0) -> Iterator[Budget]:
    """Yield the ways in which tiles of the image can come: via the SharedRAM, and directly if that may be better.

    `step_cost` is what a step is charged, in cycles.
    """
    dram = machine.port_of["DRAM", "NRAM"]
    alone = Budget(
        nram=size_of(machine, "NRAM"),
        wram=size_of(machine, "WRAM"),
        macs=machine.compute.rate["MAC_32"],
        elements=machine.compute.rate["ADD_32"],
        beat=dram.beat_bytes,
        dram=_rate(machine, dram),
        phase=latency_of(machine) + step_cost,
        cores=machine.total_cores,
        clusters=machine.clusters,
        splits_image=deal.splits_image,
        splits_result=deal.splits_result,
    )
    if machine.cores == 1 or not deal.shares_image or not _can_share(machine):
        yield alone
        return
    copied = _rate(machine, machine.port_of["SharedRAM", "NRAM"]) / machine.total_cores
    shared = replace(alone, shared=size_of(machine, "SharedRAM"), copied=copied)
    if shared.shared:
        yield shared
    if shared.shared < alone.nram or copied < alone.dram:  # it may leave room for small tiles only, or take long
        yield alone


def latency_of(machine: MachineConfig) -> int:
    """Return the cycles by which a phase is longer than its work."""
    dram = machine.port_of["DRAM", "NRAM"]
    return machine.compute.latency + machine.compute.setup + dram.latency + dram.setup


def size_of(machine: MachineConfig, memory: str) -> int:
    """Return the bytes of a memory that rooms can be in."""
    return (machine.memories[memory] or 1 << 40) // GRAIN * GRAIN


def _can_share(machine: MachineConfig) -> bool:
    """Whether what comes via the SharedRAM of a cluster takes less of the way from DRAM than if each core loaded it."""
    ports = machine.port_of
    if not ports.keys() >= set(VIA_CLUSTER):
        return False
    to_cluster, to_core = (ports[path] for path in VIA_CLUSTER)
    alone = ports["DRAM", "NRAM"]
    return to_core not in (to_cluster, alone) and _rate(machine, to_cluster) >= _rate(machine, alone)


def _rate(machine: MachineConfig, port: PortConfig) -> float:
    """Return the bytes a cycle that a port carries for all cores."""
    return port.beat_bytes / port.beat_cycles * port_instances(machine, port)
