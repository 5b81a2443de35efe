"""What a schema of single values cannot see: names in another spelling, and values that contradict each other."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from dlpsim.config import Path
from dlpsim.machine_file.problems import BadValueError, Key, Problem, printable, show
from dlpsim.machine_file.text import Document
from dlpsim.machine_file.values import canonical_memory, canonical_type, parse_path

RESERVED_PORTS = ("compute",)
"""Names of units that are no ports."""

_PORT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def canonical_names(document: Document) -> tuple[Document, list[Problem]]:
    """Return the document with memories and types as the instruction set spells them."""
    problems: list[Problem] = []
    memories = document.get("memory")
    if isinstance(memories, Mapping):
        document = {**document, "memory": _renamed(memories, ("memory",), canonical_memory, problems)}
    compute = document.get("compute")
    if isinstance(compute, Mapping) and isinstance(compute.get("rate"), Mapping):
        rates = _renamed(compute["rate"], ("compute", "rate"), canonical_type, problems)
        document = {**document, "compute": {**compute, "rate": rates}}
    return document, problems


def _renamed(table: Document, prefix: Key, canonical: Callable[[str], str], problems: list[Problem]) -> Document:
    """Return the table with canonical names; add those that are unknown or stand there twice to `problems`."""
    renamed: dict[str, object] = {}
    for name, value in table.items():
        try:
            word = canonical(name)
        except BadValueError as error:
            problems.append(Problem(((*prefix, name),), error.message, error.hint))
            word = name
        if word in renamed:
            problems.append(Problem(((*prefix, name),), f"{word} stands in the file twice: case does not count"))
        renamed[word] = value
    return renamed


def contradictions(document: Document, max_cores: int) -> Iterator[Problem]:
    """Find values that cannot stand together, in a document of which single values may be wrong too."""
    yield from _too_many_cores(document, max_cores)
    memories, ports = document.get("memory"), document.get("port", {})
    if isinstance(memories, Mapping) and not memories:
        yield Problem((("memory",),), "a machine has at least one memory")
    if isinstance(ports, Mapping):
        yield from _bad_port_names(ports)
        yield from _paths_served_twice(ports)
        if isinstance(memories, Mapping) and memories:
            yield from _paths_without_memory(ports, memories)


def _too_many_cores(document: Document, max_cores: int) -> Iterator[Problem]:
    clusters, cores = document.get("clusters", 1), document.get("cores", 1)
    if isinstance(clusters, int) and isinstance(cores, int) and max(clusters, cores) <= max_cores < clusters * cores:
        message = f"{clusters} clusters of {cores} cores are {clusters * cores} cores: a chip has at most {max_cores}"
        yield Problem((("clusters",), ("cores",)), message)


def _bad_port_names(ports: Document) -> Iterator[Problem]:
    for name in ports:
        key = ("port", name)
        if name in RESERVED_PORTS:
            yield Problem((key,), f"a port cannot be named {name}: this is the name of another unit")
        elif not _PORT_NAME.fullmatch(name):
            yield Problem((key,), "a port's name is a letter, then letters, digits, '_' or '-', 64 at most")


def _paths_served_twice(ports: Document) -> Iterator[Problem]:
    owners: dict[Path, list[str]] = {}
    for name, path in _paths(ports):
        owners.setdefault(path, []).append(name)
    shared: dict[tuple[str, ...], list[str]] = {}
    for (src, dst), names in owners.items():
        if len(names) > 1:
            shared.setdefault(tuple(dict.fromkeys(names)), []).append(f"{src}->{dst}")
    for names_of, paths in shared.items():
        keys = tuple(("port", name, "paths") for name in names_of)
        if len(keys) == 1:
            yield Problem(keys, f"{' and '.join(paths)} stands in the list twice")
        else:
            named = " and ".join(show(name) for name in names_of)
            yield Problem(keys, f"ports {named} serve {' and '.join(paths)}: a path belongs to one port")


def _paths_without_memory(ports: Document, memories: Document) -> Iterator[Problem]:
    lacking = dict.fromkeys((name, memory) for name, path in _paths(ports) for memory in path if memory not in memories)
    for name, memory in lacking:
        hint = f"add [memory.{memory}], or use {', '.join(map(printable, memories))}"
        yield Problem((("port", name, "paths"),), f"names {memory}, a memory that this machine lacks", hint)


def _paths(ports: Document) -> Iterator[tuple[str, Path]]:
    """Return each port's name with each of its paths, leaving out what is no path."""
    for name, port in ports.items():
        texts = port.get("paths") if isinstance(port, Mapping) else None
        for text in texts if isinstance(texts, list) else ():
            with suppress(BadValueError):
                yield from ((name, path) for path in parse_path(text))
