"""The ceilings of a machine: what no program can exceed, from its rates and ports alone."""

from dataclasses import dataclass

from dlpsim.config import MachineConfig, PortConfig
from isa.vocabulary import Scope

FLOP_PER_MAC = 2
"""A multiply-accumulate is one multiplication and one addition."""


@dataclass(frozen=True)
class Ceilings:
    """The roofline of a chip for one MAC type (Williams, Waterman, Patterson: Roofline, CACM 52(4), 2009).

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
    macs = config.total_cores * config.compute.rate.get(mac_type, 0)
    dram = sum(port_bytes_per_cycle(config, port) for port in config.ports if _reaches_dram(port))
    peak, bandwidth = FLOP_PER_MAC * macs * config.clock_ghz, dram * config.clock_ghz
    return Ceilings(
        machine=config.name,
        cores=config.total_cores,
        clock_ghz=config.clock_ghz,
        mac_type=mac_type,
        macs_per_cycle=macs,
        dram_bytes_per_cycle=dram,
        peak_gflops=peak,
        dram_gb_per_s=bandwidth,
        ridge_flop_per_byte=peak / bandwidth if bandwidth else None,
    )


def port_bytes_per_cycle(config: MachineConfig, port: PortConfig) -> float:
    """Return the bytes a cycle that all instances of a port carry together: a beat every `beat_cycles` cycles each."""
    return port_instances(config, port) * port.beat_bytes / port.beat_cycles


def port_instances(config: MachineConfig, port: PortConfig) -> int:
    """Return how many instances of a port the chip has, as its scope says."""
    return {Scope.CHIP: 1, Scope.CLUSTER: config.clusters, Scope.CORE: config.total_cores}[port.scope]


def _reaches_dram(port: PortConfig) -> bool:
    """Say whether a port loads from DRAM or stores to it: a roofline counts the bytes of both directions."""
    return any("DRAM" in path for path in port.paths)
