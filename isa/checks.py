"""What a target allows: which moves and computes it can perform, and how to say that it cannot."""

from collections.abc import Iterator, Sequence

from isa.fault import Fault, number
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES, MEMORIES

UNLIMITED = float("inf")


def move_limits(target: Target) -> dict[tuple[str, str], float]:
    """Return the largest move in bytes on each path of `target`: what the smaller of its two memories holds."""
    return {path: min(_capacity(target, memory) for memory in path) for path in target.paths}


def move_faults(target: Target, path: tuple[str, str], size: int | None, starts: Sequence[int]) -> Iterator[Fault]:
    """Yield what keeps `target` from a move of `size` bytes (None: not known) on `path`; fields begin at `starts`."""
    lacking = [index for index in (0, 1) if path[index] not in target.memories]
    for index in lacking:
        yield Fault(starts[index], f"{target.name} has no {path[index]}", f"its memories are {_memories(target)}")
    if not lacking and path not in target.paths:
        yield Fault(starts[0], f"{target.name} has no path {_arrow(path)}", f"its paths are {_paths(target)}")
    for memory in dict.fromkeys(path):
        capacity = _capacity(target, memory)
        if size is not None and size > capacity:
            message = f"a move of {number(size)} bytes does not fit in {memory}, which holds {capacity} bytes"
            yield Fault(starts[2], message)


def compute_faults(target: Target, type_: str, start: int) -> Iterator[Fault]:
    """Yield what keeps `target` from computing `type_`, whose field begins at `start`."""
    if type_ not in target.types:
        known = [name for name in COMPUTE_TYPES if name in target.types]
        hint = f"its types are {', '.join(known)}" if known else "it computes nothing"
        yield Fault(start, f"{target.name} has no rate for {type_}", hint)


def _capacity(target: Target, memory: str) -> float:
    size = target.memories.get(memory)
    return UNLIMITED if size is None else size


def _arrow(path: tuple[str, str]) -> str:
    return "->".join(path)


def _memories(target: Target) -> str:
    return ", ".join(memory for memory in MEMORIES if memory in target.memories)


def _paths(target: Target) -> str:
    pairs = [(src, dst) for src in MEMORIES for dst in MEMORIES if (src, dst) in target.paths]
    return ", ".join(_arrow(pair) for pair in pairs) or "none"
