"""Which part of a run goes into a trace: a window of boundaries, and some of the cores."""

from dataclasses import dataclass

from isa.errors import DlpsimError


@dataclass(frozen=True)
class Window:
    """The boundaries from `begin` to `end`, both included; without an `end`, to the end of the run.

    Raises DlpsimError if it ends before it begins.
    """

    begin: int = 0
    end: int | None = None

    def __post_init__(self) -> None:
        if self.begin < 0:
            raise DlpsimError(f"--window {self}: begins before boundary 0")
        if self.end is not None and self.end < self.begin:
            raise DlpsimError(f"--window {self}: ends before it begins")

    def __str__(self) -> str:
        return f"{self.begin}:{'' if self.end is None else self.end}"
