"""The listing of a program: each instruction with its source line, its unit, and what it costs there.

line  instruction              unit       cost
   8  loop 32
   9    move DRAM NRAM 32768   dram     512 beats
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from isa.execution import CEILING, ExecutionCount
from isa.listing import listing
from isa.names import name_cores
from isa.program import Compute, Instruction, Move, Program

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class ListingRow:
    """An instruction: source line (0: none), indented text, its unit, and its cost with its unit of measure."""

    line: int
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
            ListingRow(row.line, "  " * row.depth + row.text, *_cost(instruction, config))
            for row, instruction in zip(listing(code), code, strict=True)
        ),
        ExecutionCount(code).total,
    )


def render(program: Program, config: MachineConfig, shown: ListingData) -> "RenderableType":
    """Return the listing as a table with a heading and a last line that says what else there is."""
    from rich import box  # noqa: PLC0415
    from rich.console import Group  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for heading in ("line", "instruction", "unit", "cost"):
        table.add_column(heading, justify="right" if heading in {"line", "cost"} else "left", no_wrap=True)
    for row in shown.rows:
        table.add_row(str(row.line or ""), row.text, row.unit, row.cost)
    return Group("\n".join(_heading(program, config, shown)), "", table)


def _heading(program: Program, config: MachineConfig, shown: ListingData) -> Iterator[str]:
    total = "more than 10^30" if shown.executed >= CEILING else f"{shown.executed:,}"
    yield f"{program.name} for {config.name}, {name_cores(shown.alike)}"
    yield f"{len(shown.rows):,} instructions, {total} executed by each core"
    others = sorted(set(range(len(program.cores))) - set(shown.alike))
    if others:
        yield f"{name_cores(others)} {'has' if len(others) == 1 else 'have'} other code: --core K shows it"


def _cost(instruction: Instruction, config: MachineConfig) -> tuple[str, str]:
    match instruction:
        case Move(src=src, dst=dst, size=size):
            port = config.port_of[src, dst]
            return port.name, _counted(beats(size, port.beat_bytes), "beat")
        case Compute(type=type_, num=num):
            return "compute", _counted(operation_cycles(num, config.compute.rate[type_]), "cycle")
        case _:
            return "", ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{' ' if count == 1 else 's'}"
