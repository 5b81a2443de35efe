"""A measured figure: the median of several measurements, with the range that they span and what is aimed at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from statistics import median
from typing import Any


class Aim(Enum):
    """Which side of the aimed value is the good one."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`: the median, the lowest and the highest of the measurements.

    `aim` is the value aimed at and its good side; None where there is none.
    """

    name: str
    unit: str
    median: float
    low: float
    high: float
    aim: tuple[Aim, float] | None = None

    @classmethod
    def of(cls, name: str, unit: str, measurements: Sequence[float], aim: tuple[Aim, float] | None = None) -> "Figure":
        """Sum up one measurement or more."""
        return cls(name, unit, median(measurements), min(measurements), max(measurements), aim)

    @property
    def reached(self) -> bool | None:
        """Whether the median is as aimed at; None where nothing is."""
        if self.aim is None:
            return None
        side, value = self.aim
        return self.median <= value if side is Aim.AT_MOST else self.median >= value

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        aim = self.aim and f"{self.aim[0].value} {self.aim[1]:g}"
        return {**asdict(self), "aim": aim, "reached": self.reached}
