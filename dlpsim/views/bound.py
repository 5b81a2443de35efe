"""What bounds a run: how long each resource was occupied, and whether the busiest one was all the time.

Bound by the compute unit of core 0, busy for 131,072 of 133,888 cycles (97.9 %).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.views.quantities import count_text, counted, percent
from dlpsim.views.summary import CoreSummary, SummaryData
from isa.vocabulary import Scope

SATURATED = 0.9
"""From this part of the cycles on a resource is said to bound the run; below, waiting matters more than any."""


@dataclass(frozen=True)
class Occupation:
    """The busiest instance of a resource: the cycles for which it worked, which the run cannot go below.

    `resource` is `compute` or the name of a port, `owner` says whose instance it is.
    """

    resource: str
    owner: str
    cycles: int

    def share(self, total: int) -> float:
        """Return the part of `total` cycles, from 0 to 1."""
        return self.cycles / total if total else 0.0


@dataclass(frozen=True)
class BoundData:
    """The resources that worked at all, busiest first, in a run of `cycles`."""

    cycles: int
    occupations: tuple[Occupation, ...]

    @property
    def binding(self) -> Occupation | None:
        """The resource that bounds the run, if one does."""
        first = self.occupations[0] if self.occupations else None
        return first if first and first.share(self.cycles) >= SATURATED else None


def bound(summary: SummaryData, config: MachineConfig) -> BoundData:
    """Find the busiest instance of each resource."""
    candidates = [_busiest_compute(summary), *(_busiest_port(port, summary, config) for port in config.ports)]
    working = sorted((one for one in candidates if one.cycles), key=lambda one: -one.cycles)
    return BoundData(summary.cycles, tuple(working))


def sentence(data: BoundData) -> str:
    """Say in a sentence or two what bounds the run."""
    if not data.occupations:
        return "Nothing moves or computes; the decoder takes all the time." if data.cycles else "Nothing takes time."
    first = data.occupations[0]
    share = percent(first.share(data.cycles))
    busy = f"{first.owner}, busy for {count_text(first.cycles)} of {counted(data.cycles, 'cycle')} ({share})"
    if data.binding:
        return f"Bound by {busy}."
    return (
        f"Bound by waiting: nothing works all the time. The busiest is {busy}; "
        f"overlapping all else with it could save at most {counted(data.cycles - first.cycles, 'cycle')}."
    )


def _busiest_compute(summary: SummaryData) -> Occupation:
    core = max(summary.cores, key=lambda one: _occupied(one, "compute"))
    return Occupation("compute", f"the compute unit of core {core.core}", _occupied(core, "compute"))


def _occupied(core: CoreSummary, unit: str) -> int:
    """Cycles for which a unit of one's own is taken: setup cannot overlap with work."""
    return core.units[unit].busy + core.units[unit].stalled.get("setup", 0)


def _busiest_port(port: PortConfig, summary: SummaryData, config: MachineConfig) -> Occupation:
    cycles, owner = max(_instances(port, summary, config), key=lambda instance: instance[0])
    return Occupation(port.name, owner, cycles)


def _instances(port: PortConfig, summary: SummaryData, config: MachineConfig) -> Iterator[tuple[int, str]]:
    """Yield the cycles in which each instance of a port carries beats, and whose it is."""
    busy = [core.units[port.name].busy for core in summary.cores]
    if port.scope is Scope.CHIP:
        yield sum(busy), f"the port {port.name}"
    elif port.scope is Scope.CLUSTER:
        for cluster in range(config.clusters):
            yield (
                sum(busy[cluster * config.cores : (cluster + 1) * config.cores]),
                f"the port {port.name} of cluster {cluster}",
            )
    else:
        for core, cycles in enumerate(busy):
            yield cycles, f"the port {port.name} of core {core}"
