"""What the bench inside the simulator is told to run, and what it answers: plain data, passed on as JSON."""

from typing import TypedDict


class Job(TypedDict):
    """A case for the hardware: instruction words of each core, settings, lists of settings of each port.

    It is given up after `limit` cycles.
    """

    words: list[list[int]]
    settings: dict[str, int]
    port_settings: dict[str, list[int]]
    limit: int


class Outcome(TypedDict):
    """Whether a case came to its end, and the lines that `testbench.sv` recorded of it."""

    ended: bool
    record: str
