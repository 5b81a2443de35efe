"""What a core of a machine can use for its share of a product."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dlpsim.ceilings import port_instances
from dlpsim.compiler.tiling.deal import Deal
from dlpsim.compiler.tiling.sharing import Clusters, clusters_of
from dlpsim.compiler.tiling.tiles import GRAIN
from dlpsim.config import MachineConfig, PortConfig

TO_CLUSTER = ("DRAM", "SharedRAM")
"""The path of what cores of a cluster share."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a core can use: bytes of NRAM and WRAM, MACs and elements a cycle, bytes of a beat and of a cycle of DRAM.

    `phase` is what each phase costs besides, in cycles. All `cores` load at the same time; tiles of the image are
    loaded `image_copies` times for all of them, weights `weight_copies` times. What several cores of a cluster need can
    come via its SharedRAM, of which there are `shared` bytes: then it is there for `image_parts`, or `weight_parts`,
    that differ, and from there each core gets `copied` bytes a cycle. There are none of what comes directly.
    If a core `splits_image`, the channels of a pixel that it works on are not all of it; if it `splits_result`, those
    that it makes.
    """

    nram: int
    wram: int
    macs: int
    elements: int
    beat: int
    dram: float
    phase: float = 0
    cores: int = 1
    image_copies: int = 1
    weight_copies: int = 1
    shared: int = 0
    image_parts: int = 0
    weight_parts: int = 0
    copied: float = 1
    splits_image: bool = False
    splits_result: bool = False


def budgets(machine: MachineConfig, deal: Deal, step_cost: float = 0.0) -> Iterator[Budget]:
    """Yield the ways in which tiles and weights can come: via the SharedRAM, and directly if that may be better.

    `step_cost` is what a step is charged, in cycles.
    """
    dram = machine.port_of["DRAM", "NRAM"]
    busy = deal.busy
    alone = Budget(
        nram=size_of(machine, "NRAM"),
        wram=size_of(machine, "WRAM"),
        macs=machine.compute.rate["MAC_32"],
        elements=machine.compute.rate["ADD_32"],
        beat=dram.beat_bytes,
        dram=_rate(machine, dram),
        phase=latency_of(machine) + step_cost,
        cores=busy,
        image_copies=busy,
        weight_copies=busy,
        splits_image=deal.splits_image,
        splits_result=deal.splits_result,
    )
    shared = _shared(machine, deal, alone)
    if shared != alone:
        yield shared
    if shared == alone or shared.shared < alone.nram + alone.wram or shared.copied < alone.dram:
        yield alone  # the SharedRAM may leave room for small tiles only, or take long


def _shared(machine: MachineConfig, deal: Deal, alone: Budget) -> Budget:
    """Return how it is if what several cores of a cluster need comes via its SharedRAM."""
    found = alone
    image = clusters_of([part.seen for part in deal.parts[0]], machine.cores)
    weights = clusters_of([part.weights for part in deal.parts[0]], machine.cores)
    if _is_shared(image, machine, "NRAM"):
        found = replace(found, image_copies=image.copies, image_parts=image.parts)
    if _is_shared(weights, machine, "WRAM"):
        found = replace(found, weight_copies=weights.copies, weight_parts=weights.parts)
    if found == alone:
        return alone
    ways = [port for path, port in machine.port_of.items() if path[0] == "SharedRAM" and path[1] != "DRAM"]
    copied = min(_rate(machine, way) for way in ways) / machine.total_cores
    return replace(found, shared=size_of(machine, "SharedRAM"), copied=copied)


def _is_shared(clusters: Clusters, machine: MachineConfig, memory: str) -> bool:
    """Whether cores of a cluster need the same, and less of the way from DRAM if it comes via their SharedRAM."""
    ports = machine.port_of
    if clusters.parts >= machine.cores or not ports.keys() >= {TO_CLUSTER, ("SharedRAM", memory)}:
        return False
    if not size_of(machine, "SharedRAM"):
        return False
    to_cluster, to_core, alone = ports[TO_CLUSTER], ports["SharedRAM", memory], ports["DRAM", memory]
    return to_core not in (to_cluster, alone) and _rate(machine, to_cluster) >= _rate(machine, alone)


def latency_of(machine: MachineConfig) -> int:
    """Return the cycles by which a phase is longer than its work."""
    dram = machine.port_of["DRAM", "NRAM"]
    return machine.compute.latency + machine.compute.setup + dram.latency + dram.setup


def size_of(machine: MachineConfig, memory: str) -> int:
    """Return the bytes of a memory that rooms can be in."""
    return (machine.memories[memory] or 1 << 40) // GRAIN * GRAIN


def _rate(machine: MachineConfig, port: PortConfig) -> float:
    """Return the bytes a cycle that a port carries for all cores."""
    return port.beat_bytes / port.beat_cycles * port_instances(machine, port)
