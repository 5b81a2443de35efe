"""Finds a network by what the user calls it: a built-in name, or an ONNX file."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dlpsim.networks.network import Network
from dlpsim.networks.zoo.table import BUILT_IN, build, find_built_in, problems_of_sizes
from isa.errors import DlpsimError, Problems, nearest_word

LARGEST = 10**9 - 1
"""The largest size that can be set."""


def load_network(name: str, dimensions: Mapping[str, int] | None = None) -> Network:
    """Return a built-in network, of other sizes where `dimensions` says so, or the network of an ONNX file.

    What has the suffix `.onnx` or names a folder is a file; so is any other file that no built-in network is called
    after. Raises DlpsimError with all that is wrong.
    """
    path = file_of(name)
    if path is None:
        return build(name, dimensions)
    from dlpsim.networks.onnx_file.importer import load_onnx  # noqa: PLC0415

    return load_onnx(path, dimensions)


def load_with(name: str, texts: Sequence[str]) -> Network:
    """Return the network `name` with the settings `NAME=N` that a user has written.

    Raises DlpsimError with all that is wrong with them, or else with the network.
    """
    dimensions, wrong = read_dimensions(texts)
    if wrong:
        problems = Problems(wrong)
        problems.attempt(lambda: check_dimensions(name, dimensions))
        problems.check()
    return load_network(name, dimensions)


def check_dimensions(name: str, dimensions: Mapping[str, int]) -> None:
    """Raise DlpsimError if there is no network `name`, or if it has not all these dimensions to be set."""
    path = file_of(name)
    if path is None:
        problems = problems_of_sizes(name, dimensions)
    else:
        from dlpsim.networks.onnx_file.importer import problems_of_dimensions  # noqa: PLC0415

        problems = problems_of_dimensions(path, dimensions)
    if problems:
        raise DlpsimError(problems)


def content_of(name: str) -> str:
    """Return what tells the network `name` from all others, but for its sizes and the version of dlpsim.

    Raises DlpsimError where there is none, or where its file cannot be read.
    """
    path = file_of(name)
    if path is None:
        found = find_built_in(name)
        return found.name if found else build(name).name
    from dlpsim.networks.onnx_file.content import digest_of  # noqa: PLC0415

    return digest_of(path)


def read_dimensions(texts: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return the settings `NAME=N` by name, and what is wrong: what is none, or contradicts another.

    A name without a right number has 1.
    """
    found: dict[str, int] = {}
    without: dict[str, int] = {}
    problems = []
    for text in texts:
        name, _, value = (part.strip() for part in text.rpartition("="))
        number = _number(value)
        if not name or number is None:
            problems.append(f"--dim {text}: expected NAME=N, N a whole number from 1 to {LARGEST:,}")
            without |= {name: 1} if name else {}
        elif found.setdefault(name, number) != number:
            problems.append(f"--dim {text}: {name} is {found[name]:,} already")
    return {**without, **found}, problems


def file_of(name: str) -> Path | None:
    """Return the file that a name means; None if it means a built-in network. Raises DlpsimError if there is none."""
    path = Path(name)
    is_other_file = find_built_in(name) is None and os.path.isfile(path)  # noqa: PTH113  # raises nothing
    if path.suffix.lower() != ".onnx" and path.name == name and not is_other_file:
        return None
    if not os.path.exists(path):  # noqa: PTH110  # raises nothing, whatever the name
        near = nearest_word(path.stem, BUILT_IN)
        hint = f"\n    hint: did you mean the built-in network '{near}'?" if near else ""
        raise DlpsimError(f"{name}: cannot be read: No such file or directory{hint}")
    return path


def _number(text: str) -> int | None:
    digits = text.replace("_", "")
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 20
    return int(digits) if is_number and 1 <= int(digits) <= LARGEST else None
