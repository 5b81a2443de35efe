"""Writes a machine back: as the document that a machine file parses to, and as TOML text."""

import json
from collections.abc import Callable, Mapping, Sequence

from dlpsim.config import MachineConfig, Path, PortConfig
from dlpsim.machine_file.problems import Key
from dlpsim.machine_file.text import Document
from dlpsim.machine_file.values import format_size

COLUMNS = 80
"""Width of a machine file that is written."""


def to_document(config: MachineConfig) -> Document:
    """Return the document of a machine, every value written out; loading it gives an equal machine."""
    return {
        "name": config.name,
        "clock_ghz": config.clock_ghz,
        "clusters": config.clusters,
        "cores": config.cores,
        "memory": {name: {} if size is None else {"size": format_size(size)} for name, size in config.memories.items()},
        "port": {port.name: _port(port) for port in config.ports},
        "decoder": {"cycles": config.decoder.cycles, "queue_depth": config.decoder.queue_depth},
        "compute": {
            "setup": config.compute.setup,
            "latency": config.compute.latency,
            "rate": dict(config.compute.rate),
        },
    }


def to_toml(document: Document, meaning: Callable[[Key], str], key: Key = ()) -> str:
    """Return the table at `key` as TOML text; `meaning` gives the comment that goes beside a value."""
    values = [
        _line(f"{name} = {_value(value)}", meaning((*key, name)))
        for name, value in document.items()
        if not isinstance(value, Mapping)
    ]
    head = [f"[{'.'.join(key)}]"] if key and (values or not document) else []
    own = "\n".join([*head, *values])
    tables = [to_toml(value, meaning, (*key, name)) for name, value in document.items() if isinstance(value, Mapping)]
    return "\n\n".join(text for text in [own, *tables] if text)


def _line(text: str, comment: str) -> str:
    """Put the comment beside the text, where both fit."""
    both = f"{text:<20}# {comment}"
    return both if comment and len(text) < 20 and len(both) <= COLUMNS else text


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _port(port: PortConfig) -> Document:
    return {
        "scope": port.scope.value,
        "beat_bytes": port.beat_bytes,
        "beat_cycles": port.beat_cycles,
        "setup": port.setup,
        "latency": port.latency,
        "paths": format_paths(port.paths),
    }


def format_paths(paths: Sequence[Path]) -> list[str]:
    """Return the paths as text; a path followed by its reverse becomes one text."""
    texts = []
    rest = list(paths)
    while rest:
        src, dst = rest.pop(0)
        both = src != dst and rest[:1] == [(dst, src)]
        if both:
            rest.pop(0)
        texts.append(f"{src}<->{dst}" if both else f"{src}->{dst}")
    return texts
