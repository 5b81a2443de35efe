"""What a model of the machine tells of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.reference.result import ReferenceResult


class Wait(NamedTuple):
    """A decoder cannot go on, from one boundary to another: for want of room in a queue, in a sync, at a barrier."""

    reason: str
    begin: int
    end: int


class Grant(NamedTuple):
    """A port grants a core a beat at a boundary."""

    boundary: int
    core: int
    port: str


@dataclass(frozen=True)
class Recording:
    """A run: the moments of all instructions, and what decoders wait for and ports grant, where the model tells that.

    `result` has no `stats`. `waits` are by core; those of no length are left out.
    """

    result: ReferenceResult
    waits: Mapping[int, list[Wait]] | None = None
    grants: list[Grant] | None = None
