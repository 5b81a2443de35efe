"""Why units were idle, as data: their cycles without an instruction, split by what their decoder was at meanwhile.

>>> idle.of(0, "compute")
{'sync:dram': 32}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class IdleCause(Enum):
    """What a core's decoder is at while a unit of the core is idle."""

    DECODING = "decoding"
    """It spends `decoder.cycles` on an instruction."""
    SYNC = "sync"
    """It waits at a sync, or before a barrier, for the core's own instructions. Named is the unit whose completion
    ended the wait; where several did, the first of them in the order of the machine's units."""
    BARRIER = "barrier"
    """It waits at a barrier for other cores. Named is the core that arrived last; of several, the lowest."""
    QUEUE = "queue"
    """It waits for room in the full issue queue of the unit that is named."""
    FINISH = "finish"
    """It is at the end of its program, and instructions of the core are still in progress. Named is the unit whose
    completion ended the wait, as for a sync."""
    ENDED = "ended"
    """The core has halted, and others have not."""


@dataclass(frozen=True, slots=True)
class IdlePart:
    """Cycles for which a unit was idle for one cause.

    `awaited` names the unit or the core that the decoder waited for, if it did: `dram`, `core 2`. `pc` is the
    instruction that the decoder was at; None at the end. `awaited_pc` is the instruction whose completion ended a wait
    for the core's own.
    """

    cause: IdleCause
    awaited: str
    pc: int | None
    awaited_pc: int | None
    cycles: int

    @property
    def name(self) -> str:
        """The cause with what was waited for: `sync:dram`, `decoding`."""
        return f"{self.cause.value}:{self.awaited}" if self.awaited else self.cause.value


@dataclass(frozen=True)
class IdleData:
    """The idle cycles of every unit, by core and name: parts that add up to them, those of one cause together."""

    parts: Mapping[tuple[int, str], tuple[IdlePart, ...]]

    def of(self, core: int, unit: str) -> dict[str, int]:
        """Return a unit's idle cycles by the names of their causes."""
        cycles: dict[str, int] = {}
        for part in self.parts[core, unit]:
            cycles[part.name] = cycles.get(part.name, 0) + part.cycles
        return cycles


def sum_by_name(idle: IdleData, cores: Iterable[int], unit: str) -> dict[str, int]:
    """Return the idle cycles of a unit, summed over `cores`, by the names of their causes, most first."""
    sums: dict[str, int] = {}
    for core in cores:
        for name, cycles in idle.of(core, unit).items():
            sums[name] = sums.get(name, 0) + cycles
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


WORDS = {
    IdleCause.DECODING: "while decoding",
    IdleCause.SYNC: "at a sync for {}",
    IdleCause.BARRIER: "at a barrier for {}",
    IdleCause.QUEUE: "at the full queue of {}",
    IdleCause.FINISH: "at the end for {}",
    IdleCause.ENDED: "after the core had halted",
}


def words(name: str) -> str:
    """Return the name of a cause as running text: `at a sync for dram`."""
    cause, _, awaited = name.partition(":")
    return WORDS[IdleCause(cause)].format(awaited)
