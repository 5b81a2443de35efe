"""The listing of a program: each instruction with its source line, its unit, and what it costs there.

line  instruction              unit       cost
   8  loop 32
   9    move DRAM NRAM 32768   dram     512 beats
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from dlpsim.views.quantities import counted
from isa.execution import CEILING, ExecutionCount
from isa.listing import listing
from isa.names import name_cores
from isa.program import Compute, Instruction, Move, Program

DEEPEST = 30
"""Loops deeper than this are no further indented: the listing of a deep nest would be mostly blanks."""


@dataclass(frozen=True)
class ListingRow:
    """An instruction: source line (empty: none), indented text, its unit, and its cost with its unit of measure."""

    line: str
    text: str
    unit: str
    cost: str


@dataclass(frozen=True)
class ListingData:
    """The listing of `core`, which every core in `alike` shares, and the instructions that it executes in all."""

    core: int
    alike: tuple[int, ...]
    rows: tuple[ListingRow, ...]
    executed: int


def data(program: Program, config: MachineConfig, core: int) -> ListingData:
    """Return the listing of one core's code. `core` must be one of the program's."""
    code = program.cores[core]
    return ListingData(
        core,
        tuple(other for other, its_code in enumerate(program.cores) if its_code is code or its_code == code),
        tuple(
            ListingRow(str(row.line or ""), "  " * min(row.depth, DEEPEST) + row.text, *_cost(instruction, config))
            for row, instruction in zip(listing(code), code, strict=True)
        ),
        ExecutionCount(code).total,
    )


def render(program: Program, config: MachineConfig, shown: ListingData) -> Iterator[str]:
    """Yield the lines of the listing, under a heading that says what else there is."""
    yield from _heading(program, config, shown)
    yield ""
    texts, units = (max(map(len, column), default=0) for column in _columns(shown.rows))
    for row in (ListingRow("line", "instruction", "unit", "cost"), *shown.rows):
        yield f"{row.line:>6}  {row.text:{texts}}  {row.unit:{units}}  {row.cost:>12}".rstrip()


def _heading(program: Program, config: MachineConfig, shown: ListingData) -> Iterator[str]:
    total = "more than 10^30" if shown.executed >= CEILING else f"{shown.executed:,}"
    yield f"{program.name} for {config.name}, {name_cores(shown.alike)}"
    yield f"{counted(len(shown.rows), 'instruction')}, {total} executed by each core"
    others = sorted(set(range(len(program.cores))) - set(shown.alike))
    if others:
        yield f"{name_cores(others)} {'has' if len(others) == 1 else 'have'} other code: --core K shows it"


def _columns(rows: Sequence[ListingRow]) -> tuple[list[str], list[str]]:
    """Return the texts and the units of the rows, with their headings."""
    return ["instruction", *(row.text for row in rows)], ["unit", *(row.unit for row in rows)]


def _cost(instruction: Instruction, config: MachineConfig) -> tuple[str, str]:
    match instruction:
        case Move(src=src, dst=dst, size=size, rows=rows):
            port = config.port_of[src, dst]
            return port.name, _counted(beats(size, port.beat_bytes, rows), "beat")
        case Compute(type=type_, num=num):
            return "compute", _counted(operation_cycles(num, config.compute.rate[type_]), "cycle")
        case _:
            return "", ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{' ' if count == 1 else 's'}"
