"""Reads what the user asks for into a grid, and says everything that is wrong with it at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TypeVar

from dlpsim.config import MachineConfig
from dlpsim.machine_file import default_machine, load_machine
from dlpsim.machine_file.problems import BadValueError, printable
from dlpsim.programs import find_program
from dlpsim.sweep.grid import Axis, Grid, Kind, Limits, Program
from dlpsim.sweep.names import problem_of_key, problems_of_params
from dlpsim.sweep.values import count_values, parse_values
from dlpsim.views.quantities import count_text, counted
from isa.errors import Diagnostic, DlpsimError
from isa.overrides import read_overrides
from isa.text import read_source

MAX_POINTS = 100_000
"""Most points of a grid, unless the user wants more."""

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """What a sweep is asked for, as the user wrote it: of all texts but `programs`, each is a list of values."""

    programs: Sequence[str]
    machines: Sequence[str] = ()
    cores: str | None = None
    sets: Sequence[tuple[str, str]] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    max_points: int = MAX_POINTS


def read_grid(request: Request) -> Grid:
    """Return the grid. Without a machine, all points have dlp-s, or dlp-m if any has more than one core.

    Raises DlpsimError with all that is wrong: unknown files, machines and parameters, bad lists and ranges, a grid
    that is too large.
    """
    return _Reader(request).grid()


class _Reader:
    """Reads a request, and collects problems."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._problems: list[str] = []

    def grid(self) -> Grid:
        request = self._request
        written = [*request.sets, *([("cores", request.cores)] if request.cores is not None else [])]
        self._check_size([text for _, text in [*written, *request.defines.items()]])
        sets = [Axis(Kind.SET, key, self._values(f"--set {key}", text)) for key, text in request.sets]
        defines = [self._define(name, text) for name, text in request.defines.items()]
        cores = self._cores()
        programs = self._programs()
        machines = self._machines([*cores, *sets])
        self._check_names(programs, machines)
        if self._problems:
            raise DlpsimError(self._problems)
        first = [Axis(Kind.PROGRAM, "program", tuple(programs)), Axis(Kind.MACHINE, "machine", tuple(machines))]
        axes = (*first, *cores, *sets, *defines)
        return Grid(tuple(programs.values()), tuple(machines.values()), axes, request.limits)

    def _check_size(self, texts: Sequence[str]) -> None:
        """Refuse a grid with too many points before any of them is written out."""
        most = self._request.max_points
        counts = [len(set(self._request.programs)), max(1, len(self._machine_names()))]
        for text in texts:
            try:
                counts.append(count_values(text))
            except BadValueError:
                continue
        if prod(counts) > most:
            raise DlpsimError(
                f"the grid has {counted(prod(counts), 'point')}, at most {count_text(most)} are allowed\n"
                "    hint: take fewer values, or allow more with --max-points"
            )

    def _values(self, origin: str, text: str) -> tuple[str, ...]:
        try:
            return parse_values(text)
        except BadValueError as error:
            self._problems.append(str(Diagnostic(printable(origin), error.message, hint=error.hint)))
            return ()

    def _define(self, name: str, text: str) -> Axis:
        values = self._values(f"-D {name}", text)
        numbers: dict[str, None] = {}
        for value in values:
            read, problems = read_overrides({name: value})
            self._problems += map(str, problems)
            numbers[str(read[name])] = None
        return Axis(Kind.DEFINE, name, tuple(numbers))

    def _cores(self) -> list[Axis]:
        if self._request.cores is None:
            return []
        values = self._values("--cores", self._request.cores)
        wrong = [value for value in values if not (value.isascii() and value.isdigit() and int(value) > 0)]
        self._problems += [f"--cores {printable(value)}: must be a whole number from 1" for value in wrong]
        if any(key.strip() == "cores" for key, _ in self._request.sets):
            self._problems.append("--cores and --set cores exclude each other: both say how many cores a cluster has")
        return [Axis(Kind.CORES, "cores", values)]

    def _programs(self) -> dict[str, Program]:
        """Return the programs by the name that tells them apart."""
        found: dict[str, Program] = {}
        for given in dict.fromkeys(self._request.programs):
            if source := self._try(_source, given):
                name = source[0].name
                same = [other for other in self._request.programs if Path(other).name == Path(given).name]
                shown = name if len(set(same)) == 1 else given
                found[shown] = Program(shown, source[1])
        return found

    def _machine_names(self) -> tuple[str, ...]:
        named = (name.strip() for text in self._request.machines for name in text.split(","))
        return tuple(dict.fromkeys(named))

    def _machines(self, axes: Sequence[Axis]) -> dict[str, MachineConfig]:
        names = self._machine_names() or (_default(axes),)
        found = {}
        for name in names:
            if config := self._try(load_machine, name):
                found[name] = config
        return found

    def _check_names(self, programs: Mapping[str, Program], machines: Mapping[str, MachineConfig]) -> None:
        if machines:
            config = next(iter(machines.values()))
            self._problems += filter(None, (problem_of_key(key, config) for key, _ in self._request.sets))
        if programs:
            texts = {name: program.text for name, program in programs.items()}
            self._problems += problems_of_params(self._request.defines, texts)

    def _try(self, read: Callable[[str], T], name: str) -> T | None:
        """Return what has this name; None if it cannot be read, which is noted."""
        try:
            return read(name)
        except DlpsimError as error:
            self._problems += error.messages
            return None


def _source(given: str) -> tuple[Path, str]:
    path = find_program(given)
    return path, read_source(path)


def _default(axes: Sequence[Axis]) -> str:
    """Return the machine of a sweep that names none: dlp-m if a point has more than one core."""
    asked = [(axis.name.strip(), value) for axis in axes for value in axis.values]
    return "dlp-m" if "dlp-m" in {default_machine(None, [pair]) for pair in asked} else "dlp-s"
