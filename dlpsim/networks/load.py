"""Finds a network by what the user calls it: a built-in name, or an ONNX file."""

from collections.abc import Mapping
from pathlib import Path

from dlpsim.networks.network import Network
from dlpsim.networks.zoo.table import build, find_built_in
from isa.errors import DlpsimError


def load_network(name: str, dimensions: Mapping[str, int] | None = None) -> Network:
    """Return a built-in network, of other sizes where `dimensions` says so, or the network of an ONNX file.

    What has the suffix `.onnx` or names a folder is a file; so is any other file that no built-in network is called
    after. Raises DlpsimError with all that is wrong.
    """
    path = Path(name)
    is_file = path.suffix == ".onnx" or path.name != name or (find_built_in(name) is None and path.is_file())
    if not is_file:
        return build(name, dimensions)
    from dlpsim.networks.onnx_file.importer import load_onnx  # noqa: PLC0415

    return load_onnx(path, dimensions)


def dimensions_of(texts: tuple[str, ...]) -> dict[str, int]:
    """Return the settings `NAME=N` by name. Raises DlpsimError with all that are none, or that contradict another."""
    found: dict[str, int] = {}
    problems = []
    for text in texts:
        name, _, value = text.rpartition("=")
        number = _number(value)
        if not name.strip() or number is None:
            problems.append(f"--dim {text}: expected NAME=N, N a whole number of at least 1")
        elif found.setdefault(name.strip(), number) != number:
            problems.append(f"--dim {text}: {name.strip()} is {found[name.strip()]:,} already")
    if problems:
        raise DlpsimError(problems)
    return found


def _number(text: str) -> int | None:
    digits = text.strip().replace("_", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) else None
