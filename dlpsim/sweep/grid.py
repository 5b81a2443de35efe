"""The grid of a sweep: its axes, read and checked, and its points in their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import product
from math import prod

from dlpsim.config import MachineConfig
from dlpsim.machine_file.overrides import read_value
from dlpsim.sweep.point import Point
from dlpsim.sweep.subject import Subject


class Kind(Enum):
    """What the values of an axis are."""

    PROGRAM = "program"
    MACHINE = "machine"
    CORES = "cores"
    SET = "set"
    DEFINE = "define"
    DIM = "dim"


@dataclass(frozen=True)
class Axis:
    """A parameter and the values that it takes, each once, as the user wrote them.

    `name` is the key of the machine file, or the name of the parameter or size, else that of the kind.
    """

    kind: Kind
    name: str
    values: tuple[str, ...]

    @property
    def varies(self) -> bool:
        """Whether there is more than one value."""
        return len(self.values) > 1

    @property
    def typed(self) -> tuple[int | float | str, ...]:
        """The values as numbers, where all are numbers."""
        if self.kind in {Kind.PROGRAM, Kind.MACHINE}:
            return self.values
        read = tuple(map(read_value, self.values))
        numbers = tuple(value for value in read if isinstance(value, int | float) and not isinstance(value, bool))
        return numbers if len(numbers) == len(read) else self.values


@dataclass(frozen=True)
class Limits:
    """What a run may take before it is given up."""

    max_cycles: int | None = None
    max_instructions: int | None = None


@dataclass(frozen=True)
class Grid:
    """Every combination of programs or networks, machines and values. The last axis varies fastest.

    `axes` begin with subjects and machines, of which each value names the entry of `subjects` or `machines` at its
    place; then come cores, if they are given, keys of the machine, and parameters of the programs or sizes of the
    networks.
    """

    subjects: tuple[Subject, ...]
    machines: tuple[MachineConfig, ...]
    axes: tuple[Axis, ...]
    limits: Limits = field(default_factory=Limits)

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(len(axis.values) for axis in self.axes)

    def points(self) -> Iterator[Point]:
        """Yield the points in their order."""
        rest = self.axes[2:]
        for subject, machine in product(self.subjects, self.machines):
            for values in product(*(axis.values for axis in rest)):
                yield self._point(subject, machine, tuple(zip(rest, values, strict=True)))

    def settings(self) -> Iterator[tuple[int | float | str, ...]]:
        """Yield the value that each axis has at each point, in the order of the points."""
        return product(*(axis.typed for axis in self.axes))

    def _point(self, subject: Subject, machine: MachineConfig, values: Sequence[tuple[Axis, str]]) -> Point:
        cores = [int(value) for axis, value in values if axis.kind is Kind.CORES]
        return Point(
            subject=subject,
            machine=machine,
            cores=cores[0] if cores else None,
            sets=tuple((axis.name, value) for axis, value in values if axis.kind is Kind.SET),
            sizes=tuple((axis.name, value) for axis, value in values if axis.kind in {Kind.DEFINE, Kind.DIM}),
            max_cycles=self.limits.max_cycles,
            max_instructions=self.limits.max_instructions,
        )
