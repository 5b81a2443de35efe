"""A saved result: what came of a run, with all that is needed to compare it with another later."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dlpsim import __version__
from dlpsim.config import MachineConfig
from dlpsim.machine_file.writer import to_document
from dlpsim.simulation import Result, Simulation
from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.line_table import data as line_data
from dlpsim.views.occupancy import Occupancy
from dlpsim.whole_file import whole_file
from isa.errors import DlpsimError
from isa.program import Program

FORMAT = 1
"""The format of the files that are written. Whoever changes what a field means, or takes one away, adds one."""

KIND = "dlpsim result"


@dataclass(frozen=True)
class SavedUnit:
    """Cycles of a unit: busy, stalled by reason and idle add up to those of the run, `idle_by` to idle."""

    busy: int
    stalled: Mapping[str, int]
    idle: int
    idle_by: Mapping[str, int]


@dataclass(frozen=True)
class SavedCore:
    """A core: the boundary at which it halted, and its units by name."""

    core: int
    cycles: int
    units: Mapping[str, SavedUnit]


@dataclass(frozen=True)
class SavedLine:
    """A source line; `views.line_table.LineRow` says what the fields mean."""

    line: int | None
    text: str
    times: int
    occupied: int
    idle: Mapping[str, Mapping[str, int]]
    path: Mapping[str, int]


@dataclass(frozen=True)
class Saved:
    """What came of a run. `values` are those of the machine file by key, as text; `source` are the program's lines."""

    kind: str
    format: int
    dlpsim: str
    program: str
    machine: str
    params: Mapping[str, int]
    values: Mapping[str, str]
    cycles: int
    time_s: float | None
    utilization: float
    ops: Mapping[str, int]
    bytes: Mapping[str, int]
    cores: tuple[SavedCore, ...]
    lines: tuple[SavedLine, ...]
    source: tuple[str, ...]


class Saver:
    """Collects, with its `listeners`, what a saved result has beside the totals of a run."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        self._path = CriticalPath(program, config)
        self._occupancy = Occupancy(program)
        self.listeners = (self._path, self._occupancy)

    def saved(self, result: Result) -> Saved:
        """Return what is to be saved of a run that is over. Its idle cycles must have been split by cause."""
        lines = line_data(result.program, result.idle, self._path.data(), self._occupancy.data())
        head = {"kind": KIND, "format": FORMAT, "dlpsim": __version__, "params": dict(result.program.params)}
        rest = {
            "values": dict(_values(to_document(result.machine))),
            "lines": [row.to_dict() for row in lines.rows],
            "source": result.program.source,
        }
        return _checked(json.dumps({**head, **result.to_dict(), **rest}).encode(), "the result")


def measure(program: Program, config: MachineConfig) -> Saved:
    """Run a program and return what is to be saved of it. Raises DlpsimError as the run does."""
    saver = Saver(program, config)
    return saver.saved(Simulation(program, config, saver.listeners, idle_lines=True).run())


def write_saved(path: Path, saved: Saved) -> None:
    """Write a result as JSON, whole or not at all. Raises DlpsimError where that cannot be."""
    with whole_file(path) as file:
        file.write((json.dumps(asdict(saved), indent=1, ensure_ascii=False) + "\n").encode())


def read_saved(path: Path) -> Saved:
    """Read a result. Raises DlpsimError where there is none, where it is damaged and where its format is newer."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DlpsimError(f"{path}: cannot be read: {error.strerror or error}") from None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise DlpsimError(f"{path}: is damaged, or no saved result: it is not JSON") from None
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise DlpsimError(f"{path}: is no saved result\n    hint: `dlpsim run PROGRAM --save FILE.json` writes one")
    written = document.get("format")
    if isinstance(written, int) and written > FORMAT:
        raise DlpsimError(
            f"{path}: has format {written}, written by dlpsim {document.get('dlpsim')}; "
            f"dlpsim {__version__} reads formats up to {FORMAT}"
        )
    return _checked(content, str(path))


def _checked(content: bytes, name: str) -> Saved:
    """Read what JSON says. Raises DlpsimError with everything that is wrong in it."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        saved = TypeAdapter(Saved).validate_json(content, strict=True)
    except ValidationError as error:
        raise DlpsimError(
            f"{name}: is damaged: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        ) from None
    problems = [f"{name}: is damaged: {problem}" for problem in _contradictions(saved)]
    if problems:
        raise DlpsimError(problems)
    return saved


def _contradictions(saved: Saved) -> Iterator[str]:
    """Yield what does not add up."""
    if not 0 <= saved.utilization <= 1:
        yield f"utilization is {saved.utilization}"
    for core in saved.cores:
        for name, unit in core.units.items():
            parts = [unit.busy, *unit.stalled.values(), unit.idle]
            if sum(parts) != saved.cycles or min(parts) < 0:
                yield f"the cycles of {name} of core {core.core} do not add up to {saved.cycles}"
            if sum(unit.idle_by.values()) != unit.idle:
                yield f"the idle cycles of {name} of core {core.core} do not add up to {unit.idle}"
    if sum(sum(line.path.values()) for line in saved.lines) != saved.cycles:
        yield f"the cycles of the lines do not add up to {saved.cycles}"


def _values(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of a machine file, by key."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _values(value, f"{prefix}{key}.")
        elif prefix or key != "name":
            yield f"{prefix}{key}", str(value)
