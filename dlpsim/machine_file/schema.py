"""What a machine file may say: every key with its type, range, default and meaning, as pydantic models.

Importing pydantic takes longer than most runs: only `loader` imports this module, when it loads.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Handler
from pydantic_core import ErrorDetails, PydanticCustomError

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, Path, PortConfig
from dlpsim.machine_file.problems import BadValueError, Key, Problem, dotted, show
from dlpsim.machine_file.text import Document
from dlpsim.machine_file.values import MAX_WHOLE, parse_path, parse_size
from isa.errors import nearest
from isa.vocabulary import COMPUTE_TYPES, MEMORIES, Scope

MAX_CORES = 4096
"""Most cores of a chip: beyond it a simulation no longer ends in a person's time."""


def _wrong(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("wrong", "{message}", {"message": message, "hint": hint})


def _expecting(what: str, words: Sequence[str] = ()) -> WrapValidator:
    """Say in one sentence what was expected, whatever the reason for which a value is refused."""

    def check(value: object, handler: Handler) -> object:
        try:
            return handler(value)
        except ValidationError:
            hint = nearest(value[:200], words) if isinstance(value, str) else ""
            raise _wrong(f"must be {what}, not {show(value)}", hint) from None

    return WrapValidator(check)


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text


def _size(value: object) -> int | None:
    try:
        return parse_size(value)
    except BadValueError as error:
        raise _wrong(error.message, error.hint) from None


def _paths(value: object) -> tuple[Path, ...]:
    try:
        return parse_path(value)
    except BadValueError as error:
        raise _wrong(error.message, error.hint) from None


AtLeast0 = Annotated[int, Field(ge=0, le=MAX_WHOLE), _expecting("a whole number from 0 to 2**63 - 1")]
AtLeast1 = Annotated[int, Field(ge=1, le=MAX_WHOLE), _expecting("a whole number from 1 to 2**63 - 1")]
Count = Annotated[int, Field(ge=1, le=MAX_CORES), _expecting(f"a whole number from 1 to {MAX_CORES}")]
Clock = Annotated[float, Field(ge=1e-6, le=1e6), _expecting("a number from 0.000001 to 1000000")]
Name = Annotated[
    str, Field(max_length=100), AfterValidator(_printable), _expecting("a text of 1 to 100 printable characters")
]
ScopeName = Annotated[
    Literal["chip", "cluster", "core"],
    _expecting("'chip', 'cluster' or 'core'", ["chip", "cluster", "core"]),
]
Size = Annotated[int | None, PlainValidator(_size)]
Paths = Annotated[tuple[Path, ...], PlainValidator(_paths)]


class Table(BaseModel):
    """A table of a machine file: no other keys than these, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MemoryTable(Table):
    """A memory."""

    size: Size = Field(default=None, description="bytes: what the memory holds; unlimited without it")


class PortTable(Table):
    """A port: the paths that it carries and how fast."""

    scope: ScopeName = Field(default="core", description="which cores share one instance of the port")
    beat_bytes: AtLeast1 = Field(description="bytes: carried by one beat")
    beat_cycles: AtLeast1 = Field(default=1, description="cycles: for which one beat occupies the port")
    setup: AtLeast0 = Field(default=0, description="cycles: before the first beat of a move")
    latency: AtLeast0 = Field(default=0, description="cycles: from the last beat to the data")
    paths: list[Paths] = Field(description="pairs of memories that moves go between")


class DecoderTable(Table):
    """The decoder of a core, and its issue queues."""

    cycles: AtLeast0 = Field(default=0, description="cycles: for each instruction")
    queue_depth: AtLeast1 = Field(default=64, description="instructions that may wait for each unit")


class ComputeTable(Table):
    """The compute unit of a core."""

    setup: AtLeast0 = Field(default=0, description="cycles: before the first operation")
    latency: AtLeast0 = Field(default=0, description="cycles: from the last operation to its result")
    rate: dict[str, AtLeast1] = Field(description="operations a cycle of one core, by type")


class MachineTable(Table):
    """A machine file."""

    name: Name = Field(description="shown in reports")
    clock_ghz: Clock = Field(description="GHz: turns cycles into seconds")
    clusters: Count = Field(default=1, description="clusters of the chip")
    cores: Count = Field(default=1, description="cores of each cluster")
    memory: dict[str, MemoryTable] = Field(description="the memories, each a table such as [memory.DRAM]")
    port: dict[str, PortTable] = Field(default={}, description="the ports, each a table such as [port.dram]")
    decoder: DecoderTable = Field(default=DecoderTable(), description="the decoder of each core")
    compute: ComputeTable = Field(description="the compute unit of each core, with its [compute.rate]")


ANY = "*"
"""Stands in a key for a name that the file chooses."""

TABLES: Mapping[Key, type[Table]] = {
    (): MachineTable,
    ("memory", ANY): MemoryTable,
    ("port", ANY): PortTable,
    ("decoder",): DecoderTable,
    ("compute",): ComputeTable,
}

MEANINGS: Mapping[Key, str] = {
    (*prefix, name): field.description or ""
    for prefix, table in TABLES.items()
    for name, field in table.model_fields.items()
} | {("compute", "rate", ANY): "ops/cycle"}
"""What each key means, with its unit."""


def to_config(machine: MachineTable) -> MachineConfig:
    """Return the machine that the tables describe; memories and rates in the order of the instruction set."""
    return MachineConfig(
        name=machine.name,
        clock_ghz=machine.clock_ghz,
        clusters=machine.clusters,
        cores=machine.cores,
        memories={name: machine.memory[name].size for name in MEMORIES if name in machine.memory},
        ports=tuple(_port(name, port) for name, port in machine.port.items()),
        decoder=DecoderConfig(machine.decoder.cycles, machine.decoder.queue_depth),
        compute=ComputeConfig(
            machine.compute.setup,
            machine.compute.latency,
            {name: machine.compute.rate[name] for name in COMPUTE_TYPES if name in machine.compute.rate},
        ),
    )


def _port(name: str, port: PortTable) -> PortConfig:
    return PortConfig(
        name=name,
        scope=Scope(port.scope),
        beat_bytes=port.beat_bytes,
        beat_cycles=port.beat_cycles,
        setup=port.setup,
        latency=port.latency,
        paths=tuple(path for paths in port.paths for path in paths),
    )


def check(document: Document, overridden: Sequence[Key]) -> tuple[MachineTable | None, list[Problem]]:
    """Return the document as tables, or what is wrong in it. `overridden` are the keys that the user replaced."""
    try:
        return MachineTable.model_validate(document), []
    except ValidationError as error:
        return None, [_problem(details, document, overridden) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, document: Document, overridden: Sequence[Key]) -> Problem:
    """Say in a person's words what pydantic found."""
    key = tuple(part for part in details["loc"] if isinstance(part, str))
    match details["type"]:
        case "wrong":
            return Problem((key,), details["ctx"]["message"], details["ctx"]["hint"])
        case "missing":
            return Problem((key,), f"is missing ({meaning(key)})")
        case "extra_forbidden":
            given = next((full for full in overridden if full[: len(key)] == key), key)
            return Problem((given,), "unknown key", suggestion(given, document))
        case "list_type":
            return Problem((key,), f'must be a list such as ["DRAM<->NRAM"], not {show(details["input"])}')
    return Problem((key,), f"must be a table, not {show(details['input'])}")


def suggestion(key: Key, document: Document) -> str:
    """Name the key that is meant instead of an unknown one, or else those that stand beside it."""
    known = [name for general in MEANINGS for name in _particular(general, document)]
    beside = [name[-1] for name in known if name[:-1] == key[:-1]]
    ending = [dotted(name) for name in known if name[-len(key) :] == key]
    if ending:
        return f"did you mean {' or '.join(repr(name) for name in ending[:4])}?"
    return nearest(key[-1], beside) or (f"keys here are {', '.join(beside)}" if beside else "")


def meaning(key: Key) -> str:
    """Say what the value of a key means, with its unit; empty for a key that the schema does not have."""
    return MEANINGS.get(_general(key), "")


def _general(key: Key) -> Key:
    """Return the key with ANY for the name that the file chooses."""
    if key[:2] == ("compute", "rate") and len(key) > 2:
        return (*key[:2], ANY)
    return (key[0], ANY, *key[2:]) if key[0] in {"memory", "port"} and len(key) > 1 else key


def _particular(general: Key, document: Document) -> list[Key]:
    """Return the keys of this document that a general key stands for."""
    if ANY not in general:
        return [general]
    names = document.get(general[0])
    return [(general[0], name, *general[2:]) for name in names] if isinstance(names, Mapping) else []
