"""What the assembler must know of a machine."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """The machine as a program sees it: how many cores, which memories, paths and computation types.

    `memories` maps each memory to its size in bytes, or to None where it is unlimited.
    `paths` holds ordered pairs (source, destination). `name` is for messages.
    """

    name: str
    memories: Mapping[str, int | None]
    paths: frozenset[tuple[str, str]]
    types: frozenset[str]
    clusters: int = 1
    cores_per_cluster: int = 1

    @property
    def cores(self) -> int:
        """Cores of the whole chip."""
        return self.clusters * self.cores_per_cluster
