"""The values of a machine file that are written as text: sizes, paths, names of memories and types."""

import re
from collections.abc import Mapping, Sequence

from dlpsim.config import Path
from dlpsim.machine_file.problems import BadValueError, show
from isa.errors import nearest
from isa.vocabulary import COMPUTE_TYPES, MEMORIES

MAX_WHOLE = 2**63 - 1
"""Largest whole number that a machine file may hold."""

UNITS: Mapping[str, int] = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
"""Bytes of each unit of size."""

UNLIMITED = "unlimited"

_SIZE = re.compile(r"(\d+(?:_\d+)*)\s*([A-Za-z]*)", re.ASCII)
_PATH = re.compile(r"\s*(\w+)\s*(<->|->)\s*(\w+)\s*")


def parse_size(value: object) -> int | None:
    """Return a size in bytes, None for unlimited. Raises BadValueError."""
    if value == UNLIMITED:
        return None
    size = _bytes_of(value) if isinstance(value, str) else value
    if isinstance(size, bool) or not isinstance(size, int):
        raise BadValueError(f'must be a whole number of bytes or a text such as "128 KiB", not {show(value)}')
    if not 1 <= size <= MAX_WHOLE:
        raise BadValueError(f"must be from 1 to 2**63 - 1 bytes, not {show(value)}")
    return size


def parse_path(value: object) -> tuple[Path, ...]:
    """Return the ordered pairs of memories that "A->B" or "A<->B" means. Raises BadValueError."""
    found = _PATH.fullmatch(value) if isinstance(value, str) and len(value) <= 200 else None
    if not found:
        raise BadValueError(f'a path is a text such as "DRAM->NRAM" or "DRAM<->NRAM", not {show(value)}')
    src, dst = canonical_memory(found[1]), canonical_memory(found[3])
    both = found[2] == "<->" and src != dst
    return ((src, dst), (dst, src)) if both else ((src, dst),)


def format_size(size: int | None) -> str:
    """Return a size in the largest unit that divides it: 131072 is "128 KiB"."""
    if size is None:
        return UNLIMITED
    unit = max((unit for unit, count in UNITS.items() if size % count == 0), key=UNITS.__getitem__)
    return f"{size // UNITS[unit]} {unit}"


def canonical_memory(name: str) -> str:
    """Return the instruction set's spelling of a memory. Raises BadValueError if it has none such."""
    return _canonical(name, MEMORIES, "memory", f"memories are {', '.join(MEMORIES)}")


def canonical_type(name: str) -> str:
    """Return the instruction set's spelling of a computation type. Raises BadValueError if it has none such."""
    return _canonical(name, COMPUTE_TYPES, "computation type", "types are an operation and a width, such as MAC_32")


def _canonical(name: str, known: Sequence[str], noun: str, help_text: str) -> str:
    for word in known:
        if word.lower() == name.lower():
            return word
    raise BadValueError(f"unknown {noun} {show(name)}", nearest(name[:200], known) or help_text)


def _bytes_of(text: str) -> int | str:
    """Return the bytes that a text such as "128 KiB" means; the text itself if it is not of that form."""
    found = _SIZE.fullmatch(text.strip())
    if not found or len(found[1]) > 30:
        return text
    unit = found[2] or "B"
    if unit not in UNITS:
        raise BadValueError(f"unknown unit in {show(text)}: units are {', '.join(UNITS)}", _unit_hint(unit))
    return int(found[1]) * UNITS[unit]


def _unit_hint(unit: str) -> str:
    """Name the unit that is meant by KB, kb, K and the like."""
    for known, size in UNITS.items():
        if unit.lower() in {known.lower(), known[0].lower(), f"{known[0].lower()}b"}:
            return f"write {known}: 1 {known} = {size} bytes"
    return ""
