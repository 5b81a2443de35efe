"""An assembled program: what each core executes, and where in the source each instruction stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from isa.target import Target
from isa.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class Move:
    """Copy `size` bytes from memory `src` to memory `dst`."""

    src: str
    dst: str
    size: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Compute:
    """Perform `num` operations of `type`, such as MAC_32."""

    type: str
    num: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Loop:
    """Run the body `count` times; `end` is the index of the matching EndLoop."""

    count: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class EndLoop:
    """Close the body of the Loop at index `start`."""

    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Wait for the core's earlier instructions; beyond scope CORE, also for the other cores of the scope."""

    scope: Scope
    line: int
    column: int


Instruction = Move | Compute | Loop | EndLoop | Sync
Code = tuple[Instruction, ...]


@dataclass(frozen=True)
class Program:
    """A program assembled for every core of a target.

    `cores[k]` is the code of core k (over the whole chip); cores with equal code may share one object.
    `source` holds the lines of the text (line 1 first), `params` the value of each `.param` that a core took
    (the first such core's). A line or column of 0 means that the instruction was not written in a text.
    """

    name: str
    source: tuple[str, ...]
    cores: tuple[Code, ...]
    params: Mapping[str, int]
    target: Target

    def text(self, line: int) -> str:
        """Return source line `line`, counted from 1; empty where there is none."""
        return self.source[line - 1] if 0 < line <= len(self.source) else ""
