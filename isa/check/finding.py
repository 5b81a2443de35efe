"""What a check found."""

from dataclasses import dataclass
from enum import Enum

from isa.check.stream import LoopName

MOST_TIMES = 1000
"""Occurrences are counted up to here."""


class Kind(Enum):
    """The kinds of findings, gravest first."""

    RACE = "race"
    UNWRITTEN = "unwritten read"
    OUTSIDE = "outside"
    UNSTORED = "never stored"
    TWICE = "stored twice"
    SYNC = "idle sync"

    @property
    def is_note(self) -> bool:
        """Whether it is worth telling but harms nothing: a sync may be there for the sake of time alone."""
        return self is Kind.SYNC


@dataclass(frozen=True, slots=True)
class Touch:
    """One access of one instruction: the first byte that it touches, and how many lie between it and the last.

    `counters` are the loops around it with their iterations, outermost first. `name` is the operand's, or empty for
    a line as such.
    """

    line: int
    column: int
    core: int
    counters: tuple[tuple[LoopName, int], ...] = ()
    verb: str = ""
    name: str = ""
    memory: str = ""
    address: int = 0
    span: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, however often it occurs.

    `touches` show its first occurrence; `cores` have it. `times` counts its occurrences on the first core, or the
    first pair of cores: as many different iterations of the last touch, MOST_TIMES meaning that or more; 0 means that
    they are not counted. `advice` says what to do.
    """

    kind: Kind
    message: str
    advice: str
    touches: tuple[Touch, ...]
    cores: tuple[int, ...]
    times: int = 0


@dataclass(frozen=True, slots=True)
class Peak:
    """How much of a memory is used: up to which byte, and the first line that touches it. `size` None: unlimited."""

    memory: str
    used: int
    size: int | None
    touch: Touch
