"""A machine as data: frozen, complete and valid. `machine_file` reads it from TOML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from isa.target import Target
from isa.vocabulary import Scope

Path = tuple[str, str]
"""An ordered pair of memories: source, destination."""


@dataclass(frozen=True)
class PortConfig:
    """A port: which paths it carries, how wide and how often its beats are, and who shares it."""

    name: str
    scope: Scope
    beat_bytes: int
    beat_cycles: int
    setup: int
    latency: int
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class DecoderConfig:
    """A decoder: cycles spent on each instruction, and how many instructions each issue queue holds."""

    cycles: int
    queue_depth: int


@dataclass(frozen=True)
class ComputeConfig:
    """A compute unit: setup and latency in cycles, and the rate of each type in operations a cycle."""

    setup: int
    latency: int
    rate: Mapping[str, int]


@dataclass(frozen=True)
class MachineConfig:
    """A machine. `cores` counts per cluster; `memories` maps to bytes, or None for unlimited."""

    name: str
    clock_ghz: float
    clusters: int
    cores: int
    memories: Mapping[str, int | None]
    ports: tuple[PortConfig, ...]
    decoder: DecoderConfig
    compute: ComputeConfig

    @property
    def total_cores(self) -> int:
        """Cores of the whole chip."""
        return self.clusters * self.cores

    @cached_property
    def port_of(self) -> Mapping[Path, PortConfig]:
        """The port that each path belongs to."""
        return {path: port for port in self.ports for path in port.paths}

    @property
    def units(self) -> tuple[str, ...]:
        """The units of a core, by name: `compute`, then one per port."""
        return ("compute", *(port.name for port in self.ports))

    @property
    def target(self) -> Target:
        """What the assembler must know of this machine."""
        return Target(
            name=self.name,
            memories=self.memories,
            paths=frozenset(self.port_of),
            types=frozenset(self.compute.rate),
            clusters=self.clusters,
            cores_per_cluster=self.cores,
            ports={path: port.name for path, port in self.port_of.items()},
        )
