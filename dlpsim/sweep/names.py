"""Which parameters there are: the keys of machine files, and the `.param`s of programs."""

from collections.abc import Iterable, Mapping

from dlpsim.config import MachineConfig
from dlpsim.machine_file.problems import BadValueError, Key, printable
from dlpsim.machine_file.values import canonical_memory, canonical_type
from dlpsim.machine_file.writer import to_document
from isa.errors import Diagnostic, nearest
from isa.parser import parse_line
from isa.text import split_lines


def problem_of_key(key: str, config: MachineConfig) -> str:
    """Say why no machine file has this key; empty if one may. `config` is where near keys are looked for."""
    from dlpsim.machine_file.schema import suggestion  # noqa: PLC0415 (pydantic is slow to import)

    parts = tuple(part.strip() for part in key.split("."))
    message = hint = ""
    try:
        if not _is_key(parts):
            message, hint = "unknown key", suggestion(parts, to_document(config))
        elif parts[0] == "memory" and len(parts) > 1:
            canonical_memory(parts[1])
        elif parts[:2] == ("compute", "rate") and len(parts) > 2:
            canonical_type(parts[2])
    except BadValueError as error:
        message, hint = error.message, error.hint
    return str(Diagnostic(f"--set {printable(key)}", message, hint=hint)) if message else ""


def _is_key(key: Key) -> bool:
    """Say whether the schema has a value or table with this key."""
    from dlpsim.machine_file.schema import ANY, MEANINGS  # noqa: PLC0415

    return any(
        len(key) <= len(known) and all(given and part in {given, ANY} for given, part in zip(key, known, strict=False))
        for known in MEANINGS
    )


def problems_of_params(names: Iterable[str], programs: Mapping[str, str]) -> list[str]:
    """Say which names no program declares as `.param`. `programs` maps their names to their texts."""
    declared = {name for text in programs.values() for name in _params(text)}
    listed = f"there are {', '.join(sorted(declared))}" if declared else "there is none"
    unknown = [name for name in names if name not in declared]
    whose = f"{next(iter(programs))} has no" if len(programs) == 1 else "none of the programs has a"
    hints = (nearest(name, declared) or listed for name in unknown)
    return [
        str(Diagnostic(f"-D {printable(name)}", f"{whose} .param of that name", hint=hint))
        for name, hint in zip(unknown, hints, strict=True)
    ]


def _params(text: str) -> set[str]:
    """Return the names that a program declares as `.param`, in lines that are taken or not."""
    found = set()
    for line in split_lines(text):
        statement = parse_line(line) if ".param" in line.lower() else None
        if statement and statement.spec and statement.spec.words == ".param" and statement.words[0]:
            found.add(statement.words[0])
    return found
