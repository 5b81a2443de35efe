"""Overrides: values that replace or add to those of a machine file, as `--set KEY=VALUE` and `--cores` give them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.machine_file.problems import Key, Problem, dotted, printable, show
from dlpsim.machine_file.text import DEEPEST_KEY, LONGEST_LINE, Document, folded


@dataclass(frozen=True, slots=True)
class Override:
    """A value for a key; `origin` is how the user gave it."""

    key: Key
    value: object
    origin: str


def read_overrides(cores: int | None, sets: Sequence[tuple[str, str]]) -> tuple[Override, ...]:
    """Return what replaces values of the file, in order: where two have the same key, the later one counts."""
    given = [] if cores is None else [Override(("cores",), cores, f"--cores {show(cores)}")]
    for key, text in sets:
        parts = tuple(part.strip() for part in key.split("."))
        given.append(Override(parts, read_value(text), f"--set {printable(key)}={printable(text)}"))
    return tuple(given)


def read_value(text: str) -> object:
    """Read a value as TOML; what is not TOML is a text that needs no quotes."""
    if len(text) > LONGEST_LINE or not _is_unicode(text):
        return text
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text.strip()
    return table["value"] if len(table) == 1 else text.strip()


def apply_overrides(document: Document, overrides: Sequence[Override]) -> tuple[Document, list[Problem]]:
    """Return the document with the values replaced; tables that it lacks are added."""
    problems = []
    for override in overrides:
        problem = _cannot_apply(document, override.key)
        if problem:
            problems.append(Problem((override.key,), problem))
        else:
            document = _with(document, (), override.key, override.value)
    return document, problems


def _cannot_apply(document: Document, key: Key) -> str:
    """Say why the document can have no value with this key; an empty text if it can."""
    if not all(part and _is_unicode(part) for part in key):
        return "is no key: write it as in port.dram.latency"
    if len(key) > DEEPEST_KEY:
        return f"unknown key: the keys of a machine file have at most {DEEPEST_KEY} parts"
    table: object = document
    for depth, part in enumerate(key):
        if not isinstance(table, dict):
            return f"{dotted(key[:depth])} is a value, not a table"
        table = table.get(_spelling(table, key[:depth], part), {})
    return ""


def _is_unicode(text: str) -> bool:
    """Say whether a text could stand in a file: bytes of the command line that are not UTF-8 could not."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _with(table: Document, prefix: Key, key: Key, value: object) -> Document:
    """Return a copy of the table at `prefix` in which `key` has the value."""
    part = _spelling(table, prefix, key[0])
    if len(key) > 1:
        inner = table.get(part, {})
        value = _with(inner if isinstance(inner, dict) else {}, (*prefix, part), key[1:], value)
    return {**table, part: value}


def _spelling(table: Document, prefix: Key, part: str) -> str:
    """Return the key of the table that is meant: names of memories and types match in any case of letters."""
    if folded(prefix) in {("memory",), ("compute", "rate")}:
        return next((known for known in table if known.lower() == part.lower()), part)
    return part
