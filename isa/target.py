"""What the assembler must know of a machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """The machine as a program sees it: how many cores, which memories, paths and computation types.

    `memories` maps each memory to its size in bytes, or to None where it is unlimited.
    `paths` holds ordered pairs (source, destination). `name` is for messages. `ports` names the port of each path:
    the moves of a core through one port are served in order, by one DMA channel. A path that it lacks has its own.
    """

    name: str
    memories: Mapping[str, int | None]
    paths: frozenset[tuple[str, str]]
    types: frozenset[str]
    clusters: int = 1
    cores_per_cluster: int = 1
    ports: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def cores(self) -> int:
        """Cores of the whole chip."""
        return self.clusters * self.cores_per_cluster
