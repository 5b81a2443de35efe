"""What a run of the reference model returns: plain data, to be compared with what the machine did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One executed move or compute: its index in its core's code and the boundaries of its life."""

    index: int
    dispatched: int
    started: int
    freed: int
    completed: int


@dataclass(frozen=True)
class ReferenceResult:
    """What a run did.

    `cores_end[k]` is the boundary at which core k halted and `cycles` the last of them. `history` holds the records
    of each unit (core, name) in the order of service; `stats` its cycles busy, stalled in setup, stalled for the
    port, and idle, counted cycle by cycle.
    """

    cycles: int
    cores_end: tuple[int, ...]
    history: dict[tuple[int, str], list[Record]]
    stats: dict[tuple[int, str], tuple[int, int, int, int]]


class ReferenceDeadlock(Exception):  # noqa: N818 - a verdict of the model, not a failure of it
    """Every core that has not ended waits at a barrier that can no longer be released.

    `waiting` lists them as (core, index of the barrier in the core's code).
    """

    def __init__(self, waiting: list[tuple[int, int]]) -> None:
        super().__init__(f"cores wait forever (core, instruction): {waiting}")
        self.waiting = waiting
