"""What a bare name stands for: a shipped program or a built-in network; and what is near, where it is neither."""

import os
from collections.abc import Sequence
from pathlib import Path

from dlpsim.networks.zoo.table import ALIASES, BUILT_IN, find_built_in
from dlpsim.programs import shipped_programs
from isa.errors import Diagnostic, nearest_word

PROGRAM, ONNX = ".asm", ".onnx"


def is_network(name: str) -> bool:
    """Whether a user who says `name` means a network: an ONNX file, or a built-in one if no program is called so."""
    return Path(name).suffix.lower() == ONNX or (not _is_program(name) and find_built_in(name) is not None)


def problem_of_name(name: str) -> str:
    """Say that a bare `name` is that of no file, program or network, and what is near; empty if it may be one."""
    is_there = os.path.exists(name)  # noqa: PTH110  # raises nothing, whatever the name
    if Path(name).name != name or is_there or _is_program(name) or is_network(name):
        return ""
    message = "no such file here, and no shipped program or built-in network of that name"
    return str(Diagnostic(name, message, hint=_hint(name, tuple(shipped_programs()))))


def _is_program(name: str) -> bool:
    """Whether there is a file here, or a shipped program, of this name."""
    shipped = shipped_programs()
    return os.path.isfile(name) or name in shipped or f"{name}{PROGRAM}" in shipped  # noqa: PTH113  # raises nothing


def _hint(name: str, shipped: Sequence[str]) -> str:
    """Return what the user may have meant, of each kind, and where all are listed."""
    stem = name.removesuffix(PROGRAM)
    program = nearest_word(stem, (program.removesuffix(PROGRAM) for program in shipped))
    near = [f"'{program}{PROGRAM}'"] if program else []
    if network := nearest_word(stem, [*BUILT_IN, *ALIASES]):
        near.append(f"'{network}'")
    meant = f"did you mean {' or '.join(near)}?" if near else f"the programs are {', '.join(shipped)};"
    return f"{meant} `dlpsim network` lists the networks"
