"""What of a machine is built into the hardware: its cores and who shares its ports. The rest are settings."""

from dataclasses import dataclass, replace

from dlpsim.config import MachineConfig
from isa.vocabulary import Scope

SCOPES = (Scope.CHIP, Scope.CLUSTER, Scope.CORE)
"""In the order of their numbers in `chip.sv`."""


@dataclass(frozen=True)
class Structure:
    """A chip to be built: so many clusters, of so many cores, and a port for each of `scopes`."""

    clusters: int
    cores: int
    scopes: tuple[Scope, ...]

    def __str__(self) -> str:
        return f"{self.clusters}x{self.cores}-{'-'.join(scope.value for scope in self.scopes)}"

    @property
    def total_cores(self) -> int:
        """Cores of the whole chip."""
        return self.clusters * self.cores

    @property
    def parameters(self) -> dict[str, int]:
        """The parameters of `testbench.sv`."""
        scopes = sum(SCOPES.index(scope) << 2 * number for number, scope in enumerate(self.scopes))
        return {"CLUSTERS": self.clusters, "CORES": self.cores, "PORTS": len(self.scopes), "SCOPES": scopes}

    def fitted(self, machine: MachineConfig) -> MachineConfig:
        """Return `machine` with its ports shared as they are here; it has at most as many."""
        assert (machine.clusters, machine.cores) == (self.clusters, self.cores)
        ports = zip(machine.ports, self.scopes, strict=False)
        return replace(machine, ports=tuple(replace(port, scope=scope) for port, scope in ports))


def structure_of(machine: MachineConfig) -> Structure:
    """Return the structure that fits `machine` exactly."""
    return Structure(machine.clusters, machine.cores, tuple(port.scope for port in machine.ports))
