"""The ceilings of a machine: what no program can exceed, from its rates and ports alone.

They make the roofline of a chip (Williams, Waterman, Patterson: Roofline, CACM 52(4), 2009): a flat roof for each
type of MAC, and a slanted one for each level of memory.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from dlpsim.config import MachineConfig, Path, PortConfig
from isa.vocabulary import WIDTHS, Scope

FLOP_PER_MAC = 2
"""A multiply-accumulate is one multiplication and one addition."""

MAC_TYPES = tuple(f"MAC_{width}" for width in WIDTHS)
"""Every type that the MAC array computes."""


class Level(Enum):
    """The levels of memory that bytes come from or go to. A path belongs to the outermost memory that it joins."""

    DRAM = "DRAM"
    SHARED = "SharedRAM"
    CHIP = "on-chip"
    """Between a core's own memories, NRAM and WRAM."""


@dataclass(frozen=True)
class ComputeRoof:
    """What the MAC arrays of all cores can do together with one type."""

    mac_type: str
    macs_per_cycle: int
    gflops: float


@dataclass(frozen=True)
class BandwidthRoof:
    """What the ports that carry paths of one level can carry together, in both directions: a roofline counts both.

    A port that carries paths of several levels counts at each of them, with all that it can carry.
    """

    level: Level
    ports: tuple[str, ...]
    bytes_per_cycle: float
    gb_per_s: float


@dataclass(frozen=True)
class Roofs:
    """The roofs of a chip: those of the MAC types that it has, and of the levels that it has ports to."""

    machine: str
    cores: int
    clock_ghz: float
    compute: tuple[ComputeRoof, ...]
    bandwidth: tuple[BandwidthRoof, ...]


@dataclass(frozen=True)
class Ceilings:
    """The roofline of a chip for one MAC type and DRAM.

    `ridge_flop_per_byte` is the operational intensity from which on the MAC array and no longer DRAM is the limit;
    None where the machine has no way to DRAM, so that its traffic limits nothing.
    """

    machine: str
    cores: int
    clock_ghz: float
    mac_type: str
    macs_per_cycle: int
    dram_bytes_per_cycle: float
    peak_gflops: float
    dram_gb_per_s: float
    ridge_flop_per_byte: float | None


def ceilings(config: MachineConfig, mac_type: str = "MAC_32") -> Ceilings:
    """Return the ceilings of the whole chip; 0 MACs a cycle if it has no rate for `mac_type`.

    Peak in GFLOP/s = 2 × MAC/cycle × GHz; bandwidth in GB/s (10⁹ bytes) = bytes/cycle × GHz; ridge = peak ÷ bandwidth.
    """
    compute, dram = _compute_roof(config, mac_type), _bandwidth_roof(config, Level.DRAM)
    return Ceilings(
        machine=config.name,
        cores=config.total_cores,
        clock_ghz=config.clock_ghz,
        mac_type=mac_type,
        macs_per_cycle=compute.macs_per_cycle,
        dram_bytes_per_cycle=dram.bytes_per_cycle,
        peak_gflops=compute.gflops,
        dram_gb_per_s=dram.gb_per_s,
        ridge_flop_per_byte=ridge(compute, dram) if dram.ports else None,
    )


def roofs(config: MachineConfig) -> Roofs:
    """Return all roofs of the whole chip, the widest type of MAC and the outermost level first."""
    levels = [_bandwidth_roof(config, level) for level in Level]
    return Roofs(
        machine=config.name,
        cores=config.total_cores,
        clock_ghz=config.clock_ghz,
        compute=tuple(_compute_roof(config, mac_type) for mac_type in MAC_TYPES if mac_type in config.compute.rate),
        bandwidth=tuple(roof for roof in levels if roof.ports),
    )


def ridge(compute: ComputeRoof, bandwidth: BandwidthRoof) -> float:
    """Return the intensity, in FLOP per byte of the level, at which two roofs meet."""
    return compute.gflops / bandwidth.gb_per_s


def level_of(path: Path) -> Level:
    """Return the level that a path belongs to."""
    return next((level for level in Level if level.value in path), Level.CHIP)


def level_bytes_per_cycle(config: MachineConfig, level: Level) -> Fraction:
    """Return the bytes a cycle that all ports with paths of this level carry: a beat each `beat_cycles` cycles."""
    ports = _ports(config, level)
    return sum(
        (Fraction(port.beat_bytes, port.beat_cycles) * port_instances(config, port) for port in ports), Fraction()
    )


def port_instances(config: MachineConfig, port: PortConfig) -> int:
    """Return how many instances of a port the chip has, as its scope says."""
    return {Scope.CHIP: 1, Scope.CLUSTER: config.clusters, Scope.CORE: config.total_cores}[port.scope]


def _compute_roof(config: MachineConfig, mac_type: str) -> ComputeRoof:
    macs = config.total_cores * config.compute.rate.get(mac_type, 0)
    return ComputeRoof(mac_type, macs, FLOP_PER_MAC * macs * config.clock_ghz)


def _bandwidth_roof(config: MachineConfig, level: Level) -> BandwidthRoof:
    names = tuple(port.name for port in _ports(config, level))
    rate = float(level_bytes_per_cycle(config, level))
    return BandwidthRoof(level, names, rate, rate * config.clock_ghz)


def _ports(config: MachineConfig, level: Level) -> list[PortConfig]:
    """Return the ports that carry a path of this level."""
    return [port for port in config.ports if any(level_of(path) is level for path in port.paths)]
