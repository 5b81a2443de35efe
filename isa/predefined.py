"""The names that every program finds defined."""

from collections.abc import Callable
from dataclasses import dataclass

from isa.target import Target


@dataclass(frozen=True, slots=True)
class PredefinedName:
    """A name, what it stands for, and its value for a core of a target."""

    name: str
    summary: str
    depends_on_core: bool
    value: Callable[[Target, int], int]


PREDEFINED = (
    PredefinedName("core", "this core, counted over the whole chip from 0", True, lambda target, core: core),
    PredefinedName("cores", "cores of the whole chip", False, lambda target, core: target.cores),
    PredefinedName(
        "cluster", "this core's cluster, counted from 0", True, lambda target, core: core // target.cores_per_cluster
    ),
    PredefinedName("clusters", "clusters of the chip", False, lambda target, core: target.clusters),
    PredefinedName("cores_per_cluster", "cores of one cluster", False, lambda target, core: target.cores_per_cluster),
    PredefinedName(
        "core_in_cluster",
        "this core, counted within its cluster from 0",
        True,
        lambda target, core: core % target.cores_per_cluster,
    ),
)

PREDEFINED_NAMES = frozenset(entry.name for entry in PREDEFINED)

CORE_DEPENDENT = frozenset(entry.name for entry in PREDEFINED if entry.depends_on_core)
"""A program that reads none of these is the same for every core."""


def predefined_values(target: Target, core: int) -> dict[str, int]:
    """Return the value of each predefined name for core `core` of `target`."""
    return {entry.name: entry.value(target, core) for entry in PREDEFINED}
