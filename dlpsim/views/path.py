"""The critical path of a run, as data: each cycle of the total at one instruction, for one cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class PathCause(Enum):
    """What goes on in a cycle of the critical path. Waiting never does: what is waited for is on the path instead."""

    DECODE = "decode"
    """The decoder spends `decoder.cycles` on the instruction."""
    SETUP = "setup"
    """The unit sets the instruction up."""
    WORK = "work"
    """Its beats or operations are in progress."""
    PORT = "port"
    """Its channel waits for a port that serves another core."""
    LATENCY = "latency"
    """Its result is on the way."""


@dataclass(frozen=True)
class PathPart:
    """Cycles of the critical path at the instruction `pc` of `core`; `unit` serves it, none for decoding."""

    core: int
    pc: int
    unit: str
    cause: PathCause
    cycles: int


@dataclass(frozen=True)
class PathData:
    """The critical path: parts that add up to the cycles of the run, by core, pc and cause."""

    parts: tuple[PathPart, ...]

    @property
    def cycles(self) -> int:
        """The length of the path: the cycles of the run."""
        return sum(part.cycles for part in self.parts)

    def by_resource(self) -> Mapping[tuple[str, PathCause], int]:
        """Return the cycles by unit (`decoder` for decoding) and cause, most first."""
        sums: dict[tuple[str, PathCause], int] = {}
        for part in self.parts:
            key = part.unit or "decoder", part.cause
            sums[key] = sums.get(key, 0) + part.cycles
        return dict(sorted(sums.items(), key=lambda item: -item[1]))
