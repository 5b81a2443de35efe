"""Reads what the user asks for into a grid, and says everything that is wrong with it at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.machine_file import default_machine, load_machine
from dlpsim.machine_file.problems import BadValueError, printable
from dlpsim.sweep.grid import Axis, Grid, Kind, Limits
from dlpsim.sweep.names import problem_of_key, problems_of_params
from dlpsim.sweep.subject import Program, Subject, read_network, read_program
from dlpsim.sweep.values import count_values, parse_values
from dlpsim.views.quantities import count_text, counted
from isa.errors import Diagnostic, DlpsimError, Problems
from isa.overrides import read_overrides

MAX_POINTS = 100_000
"""Most points of a grid, unless the user wants more."""


@dataclass(frozen=True)
class Request:
    """What a sweep is asked for, as the user wrote it: of all texts but `programs`, each is a list of values.

    `programs` are programs or networks; `defines` are parameters of programs, `dims` sizes of networks.
    """

    programs: Sequence[str]
    machines: Sequence[str] = ()
    cores: str | None = None
    sets: Sequence[tuple[str, str]] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    dims: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    max_points: int = MAX_POINTS


def read_grid(request: Request) -> Grid:
    """Return the grid. Without a machine, all points have dlp-s, or dlp-m if any has more than one core.

    Raises DlpsimError with all that is wrong: unknown files, networks, machines, parameters and sizes, bad lists and
    ranges, a grid that is too large.
    """
    return _Reader(request).grid()


class _Reader:
    """Reads a request, and collects problems."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._problems = Problems()

    def grid(self) -> Grid:
        request = self._request
        written = [*request.sets, *([("cores", request.cores)] if request.cores is not None else [])]
        self._check_size([text for _, text in [*written, *request.defines.items(), *request.dims.items()]])
        sets = [Axis(Kind.SET, key, self._values(f"--set {key}", text)) for key, text in request.sets]
        defines = [self._define(name, text) for name, text in request.defines.items()]
        dims = [self._dim(name, text) for name, text in request.dims.items()]
        cores = self._cores()
        subjects = self._subjects(dims)
        machines = self._machines([*cores, *sets])
        self._check_names(subjects, machines)
        self._problems.check()
        first = [Axis(Kind.PROGRAM, "program", tuple(subjects)), Axis(Kind.MACHINE, "machine", tuple(machines))]
        axes = (*first, *cores, *sets, *defines, *dims)
        return Grid(tuple(subjects.values()), tuple(machines.values()), axes, request.limits)

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
            self._problems.add(str(Diagnostic(printable(origin), error.message, hint=error.hint)))
            return ()

    def _define(self, name: str, text: str) -> Axis:
        values = self._values(f"-D {name}", text)
        numbers: dict[str, None] = {}
        for value in values:
            read, problems = read_overrides({name: value})
            self._problems.add(*map(str, problems))
            numbers[str(read[name])] = None
        return Axis(Kind.DEFINE, name, tuple(numbers))

    def _dim(self, name: str, text: str) -> Axis:
        from dlpsim.networks.load import read_dimensions  # noqa: PLC0415

        numbers: dict[str, None] = {}
        for value in self._values(f"--dim {name}", text):
            read, problems = read_dimensions([f"{name}={value}"])
            self._problems.add(*problems)
            numbers |= dict.fromkeys(map(str, read.values()))
        return Axis(Kind.DIM, name, tuple(numbers))

    def _cores(self) -> list[Axis]:
        if self._request.cores is None:
            return []
        values = self._values("--cores", self._request.cores)
        wrong = [value for value in values if not (value.isascii() and value.isdigit() and int(value) > 0)]
        self._problems.add(*(f"--cores {printable(value)}: must be a whole number from 1" for value in wrong))
        if any(key.strip() == "cores" for key, _ in self._request.sets):
            self._problems.add("--cores and --set cores exclude each other: both say how many cores a cluster has")
        return [Axis(Kind.CORES, "cores", values)]

    def _subjects(self, dims: Sequence[Axis]) -> dict[str, Subject]:
        """Return the programs and networks by the name that tells them apart."""
        from dlpsim.deploy.names import is_network, problem_of_name  # noqa: PLC0415

        unknown = {given: problem_of_name(given) for given in self._request.programs}
        self._problems.add(*filter(None, unknown.values()))
        kinds = {given: is_network(given) for given, problem in unknown.items() if not problem}
        self._check_kinds(set(kinds.values()))
        sizes = {axis.name: int(next(iter(axis.values), 1)) for axis in dims} if all(kinds.values()) else {}
        found: dict[str, Subject] = {}
        for given, network in kinds.items():
            if subject := self._problems.attempt(partial(_subject, given, sizes if network else None)):
                same = [other for other in kinds if Path(other).name == Path(given).name]
                shown = subject.name if len(same) == 1 else given
                found[shown] = replace(subject, name=shown)
        return found

    def _check_kinds(self, kinds: Collection[bool]) -> None:
        """Refuse sizes that not all subjects can have; `kinds` has True for networks, False for programs."""
        defines, dims = bool(self._request.defines), bool(self._request.dims)
        if len(kinds) > 1 and (defines or dims):
            self._problems.add("-D is for programs, --dim is for networks: give each kind a sweep of its own")
        elif defines and True in kinds:
            self._problems.add("-D sets a parameter of a program: the sizes of a network are set by --dim")
        elif dims and False in kinds:
            self._problems.add("--dim sets a size of a network: the parameters of a program are set by -D")

    def _machine_names(self) -> tuple[str, ...]:
        named = (name.strip() for text in self._request.machines for name in text.split(","))
        return tuple(dict.fromkeys(named))

    def _machines(self, axes: Sequence[Axis]) -> dict[str, MachineConfig]:
        names = self._machine_names() or (_default(axes),)
        found = {}
        for name in names:
            if config := self._problems.attempt(partial(load_machine, name)):
                found[name] = config
        return found

    def _check_names(self, subjects: Mapping[str, Subject], machines: Mapping[str, MachineConfig]) -> None:
        if machines:
            config = next(iter(machines.values()))
            self._problems.add(*filter(None, (problem_of_key(key, config) for key, _ in self._request.sets)))
        texts = {name: subject.text for name, subject in subjects.items() if isinstance(subject, Program)}
        if texts:
            self._problems.add(*problems_of_params(self._request.defines, texts))


def _subject(given: str, sizes: Mapping[str, int] | None) -> Subject:
    return read_program(given) if sizes is None else read_network(given, sizes)


def _default(axes: Sequence[Axis]) -> str:
    """Return the machine of a sweep that names none: dlp-m if a point has more than one core."""
    asked = [(axis.name.strip(), value) for axis in axes for value in axis.values]
    return "dlp-m" if "dlp-m" in {default_machine(None, [pair]) for pair in asked} else "dlp-s"
