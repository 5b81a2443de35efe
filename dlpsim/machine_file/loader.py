"""Reads machines: the built-in ones by name, others from TOML files, with single values replaced.

    load_machine("dlp-s")
    load_machine(Path("mine.toml"), cores=8)
    load_machine("dlp-m", sets=[("port.dram.latency", "100"), ("memory.NRAM.size", "64 KiB")])

`machines/README.md` is the reference of the file format.
"""

import os
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.machine_file.checks import canonical_names, contradictions
from dlpsim.machine_file.overrides import Override, apply_overrides, read_overrides
from dlpsim.machine_file.problems import Key, Problem, dotted
from dlpsim.machine_file.text import MachineText, folded, parse_text, printable_path, read_text
from dlpsim.machine_file.writer import to_document, to_toml
from isa.errors import Diagnostic, DlpsimError, nearest

BUILT_IN = ("dlp-s", "dlp-m", "dlp-s-real", "dlp-m-real")
"""Names of the machines that the project brings along."""

_FOLDER = Path(__file__).parents[1] / "machines"

Machine = str | os.PathLike[str] | MachineConfig
"""What names a machine: a built-in name or a path as text, a path, or a loaded machine."""


def load_machine(machine: Machine, cores: int | None = None, sets: Sequence[tuple[str, str]] = ()) -> MachineConfig:
    """Return a machine, with `cores` cores per cluster if given and each (key, value) of `sets` replaced or added.

    A text that is no built-in name is a path. `sets` count after `cores`, later ones after earlier ones.
    Raises DlpsimError that carries everything wrong with the file and the overrides.
    """
    if isinstance(machine, MachineConfig) and cores is None and not sets:
        return machine
    return _build(_text_of(machine), read_overrides(cores, sets))


def default_machine(cores: int | None = None, sets: Sequence[tuple[str, str]] = ()) -> str:
    """Return the machine of a run that names none: dlp-m where more than one core is asked for, else dlp-s."""
    asked = {("cores",): 1, ("clusters",): 1}
    for override in read_overrides(cores, sets):
        if override.key in asked and isinstance(override.value, int):
            asked[override.key] = override.value
    return "dlp-m" if asked["cores",] * asked["clusters",] > 1 else "dlp-s"


def machine_source(machine: str | os.PathLike[str]) -> str:
    """Return the TOML of a machine as it stands in its file. Raises DlpsimError if there is no such file."""
    return read_text(_FOLDER / f"{machine}.toml" if machine in BUILT_IN else _path_of(machine))


def written_out(config: MachineConfig) -> str:
    """Return a machine as the text of a machine file, in which every value stands with its meaning."""
    from dlpsim.machine_file.schema import meaning  # noqa: PLC0415 (pydantic is slow to import)

    return to_toml(to_document(config), meaning)


def _text_of(machine: Machine) -> MachineText:
    if isinstance(machine, MachineConfig):
        return MachineText(f"machine {machine.name}", (), to_document(machine), {})
    file = f"machine {machine}" if machine in BUILT_IN else printable_path(_path_of(machine))
    return parse_text(machine_source(machine), file)


def _path_of(machine: str | os.PathLike[str]) -> Path:
    """Return the path that the user named. Raises DlpsimError if a text is neither a file nor a built-in machine."""
    if not isinstance(machine, str | os.PathLike):
        raise DlpsimError(f"a machine is a name, a path or a MachineConfig, not a {type(machine).__name__}")
    path = Path(os.fsdecode(machine))
    if isinstance(machine, str) and not os.path.lexists(path):
        hint = nearest(machine[:200], BUILT_IN) or f"built-in machines are {', '.join(BUILT_IN)}"
        raise DlpsimError(str(Diagnostic("", f"no machine or file named '{printable_path(path)}'", hint=hint)))
    return path


def _build(text: MachineText, overrides: Sequence[Override]) -> MachineConfig:
    """Apply the overrides, check the whole, and return the machine."""
    from dlpsim.machine_file.schema import MAX_CORES, check, to_config  # noqa: PLC0415 (pydantic is slow to import)

    document, problems = apply_overrides(text.document, overrides)
    document, misnamed = canonical_names(document)
    table, misfits = check(document, [override.key for override in overrides])
    problems += [*misnamed, *misfits, *contradictions(document, MAX_CORES)]
    if table is None or problems:
        raise DlpsimError.from_diagnostics(_diagnostics(problems, text, overrides))
    return to_config(table)


def _diagnostics(problems: Iterable[Problem], text: MachineText, overrides: Sequence[Override]) -> list[Diagnostic]:
    """Place each problem where it stands in the file, in the file's order; then those of overrides."""
    placed = [_diagnostic(problem, text, overrides) for problem in problems]
    return sorted(placed, key=lambda diagnostic: (diagnostic.line == 0, diagnostic.line, diagnostic.column))


def _diagnostic(problem: Problem, text: MachineText, overrides: Sequence[Override]) -> Diagnostic:
    override = _responsible(problem.keys, text, overrides)
    key = problem.keys[-1]
    if override:
        named = "" if folded(override.key) in map(folded, problem.keys) else f"{dotted(key)}: "
        return Diagnostic(override.origin, f"{named}{problem.message}", hint=problem.hint)
    line, column = text.place(_standing(key, text))
    return Diagnostic(text.file, f"{dotted(key)}: {problem.message}", line, column, text.line(line), problem.hint)


def _responsible(keys: Sequence[Key], text: MachineText, overrides: Sequence[Override]) -> Override | None:
    """Return the override that brought the problem in: one of its values, or the table in which a key is missing."""
    for override in reversed(overrides):
        if any(_common(override.key, key) == len(override.key) for key in keys):
            return override
    key = keys[-1]
    standing = len(_standing(key, text))
    closest = max(overrides, key=lambda override: _common(override.key, key), default=None)
    return closest if closest and _common(closest.key, key) > standing else None


def _standing(key: Key, text: MachineText) -> Key:
    """Return the longest beginning of the key that stands in the file."""
    return next((key[:end] for end in range(len(key), 0, -1) if text.place(key[:end]) != (0, 0)), ())


def _common(one: Key, other: Key) -> int:
    """Return how many parts two keys have in common from the beginning."""
    pairs = zip(folded(one), folded(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
