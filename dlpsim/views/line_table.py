"""Where the cycles went, by source line.

line  times  occupied  waiting  for           path   share  source
 104      1     2,048                        2,048   1.3 %  move DRAM[w0] WRAM[0] K * first * fp32
 105      1              2,048  sync:dram                   sync
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlpsim.views.idle import IdleData
from dlpsim.views.path import PathData
from dlpsim.views.quantities import count_text, counted, percent
from dlpsim.views.source_line import shortened, source_text
from isa.listing import listing
from isa.program import Code, EndLoop, Loop, Program

WIDTH = 100
"""Columns that the text keeps to, unless numbers alone are wider."""

SHORTEST = 12
"""So many columns at least are left to the source."""

Place = tuple[int, str]
"""A source line and, where there is none (0), the instruction as text."""

END: Place = (-1, "(end of the program)")


@dataclass
class _Sums:
    """What is added up for a line."""

    times: int = 0
    occupied: int = 0
    idle: Counter[tuple[str, str]] = field(default_factory=Counter)
    path: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class LineRow:
    """A source line (None: the end of the program, or an instruction that stands in no text) and its cycles.

    Summed over cores: `times` it was executed, the cycles for which its instructions `occupied` their units, and
    `idle`: by unit, the cycles for which the unit was idle while a decoder was at this line, by cause. `path` are the
    cycles of the critical path, by unit (or `decoder`) and cause: "dram:work".
    """

    line: int | None
    text: str
    times: int
    occupied: int
    idle: Mapping[str, Mapping[str, int]]
    path: Mapping[str, int]

    @property
    def path_cycles(self) -> int:
        """Cycles of the critical path."""
        return sum(self.path.values())

    @property
    def says_much(self) -> bool:
        """Whether the table has a number for it."""
        return bool(self.times or self.path or self.idle.get("compute"))

    def to_dict(self) -> dict[str, Any]:
        """Return the row as --json prints it."""
        return {
            "line": self.line,
            "text": self.text,
            "times": self.times,
            "occupied": self.occupied,
            "idle": {unit: dict(causes) for unit, causes in self.idle.items()},
            "path": dict(self.path),
        }


@dataclass(frozen=True)
class LineData:
    """The lines of a run of `cycles`, in their order. The critical path of all lines adds up to the cycles."""

    cycles: int
    rows: tuple[LineRow, ...]


def data(program: Program, idle: IdleData, path: PathData, occupied: Mapping[tuple[int, int], int]) -> LineData:
    """Bring together what is known of each instruction, by source line."""
    sums: defaultdict[Place, _Sums] = defaultdict(_Sums)
    places = _places(program)
    for code, its_places in zip(program.cores, places, strict=True):
        for place, times in zip(its_places, executions(code), strict=True):
            sums[place].times += times
    for (core, pc), cycles in occupied.items():
        sums[places[core][pc]].occupied += cycles
    for (core, unit), parts in idle.parts.items():
        for part in parts:
            sums[END if part.pc is None else places[core][part.pc]].idle[unit, part.name] += part.cycles
    for step in path.parts:
        sums[places[step.core][step.pc]].path[f"{step.unit or 'decoder'}:{step.cause.value}"] += step.cycles
    end = [(END, sums.pop(END))] if END in sums else []
    rows = [_row(program, place, found) for place, found in [*sorted(sums.items(), key=lambda item: item[0][0]), *end]]
    return LineData(path.cycles, tuple(rows))


def executions(code: Code) -> Sequence[int]:
    """Return how often each instruction of a code is executed: every executed `endloop` counts."""
    counts: list[int] = []
    around = [1]
    for instruction in code:
        if isinstance(instruction, Loop):
            counts.append(around[-1])
            around.append(around[-1] * instruction.count)
        else:
            counts.append(around[-1])
            if isinstance(instruction, EndLoop):
                around.pop()
    return counts


def render(lines: LineData) -> str:
    """Return the table. Lines whose decoder waits for several things take a row for each."""
    cells = [cell for row in lines.rows if row.line or row.says_much for cell in _cells(row, lines.cycles)]
    head = ("line", "times", "occupied", "waiting", "for", "path", "share")
    widths = [max(len(row[column]) for row in (head, *cells)) for column in range(len(head))]
    room = max(WIDTH - sum(widths) - 2 * len(widths), SHORTEST)
    table = [_joined((*head, "source"), widths, room), *(_joined(row, widths, room) for row in cells)]
    return "\n".join((*_legend(lines), "", *table))


def _legend(lines: LineData) -> Iterator[str]:
    yield f"  Lines of the program; their parts of the critical path add up to {counted(lines.cycles, 'cycle')}."
    yield "  times, occupied (cycles of units) and waiting (idle cycles of the compute unit while the decoder"
    yield "  was at the line, and for what) are summed over cores; path is what determined the end of the run."


def _cells(row: LineRow, total: int) -> Iterator[tuple[str, ...]]:
    waits = sorted(row.idle.get("compute", {}).items(), key=lambda item: -item[1]) or [("", 0)]
    line = "" if row.line is None else str(row.line)
    share = percent(row.path_cycles / total) if row.path_cycles else ""
    counts = [_number(number) for number in (row.times, row.occupied)]
    (name, cycles), *others = waits
    yield line, *counts, _number(cycles), name, _number(row.path_cycles), share, row.text
    for name, cycles in others:
        yield "", "", "", _number(cycles), name, "", "", ""


def _number(number: int) -> str:
    return count_text(number) if number else ""


def _joined(cells: Sequence[str], widths: Sequence[int], room: int) -> str:
    *columns, text = cells
    aligned = [
        f"{cell:{width}}" if column == 4 else f"{cell:>{width}}"
        for column, (cell, width) in enumerate(zip(columns, widths, strict=True))
    ]
    return "  ".join((*aligned, shortened(text, room))).rstrip()


def _places(program: Program) -> Sequence[Sequence[Place]]:
    """Return where each instruction of each core stands; cores with the same code share what is found."""
    known: dict[int, Sequence[Place]] = {}
    for code in program.cores:
        if id(code) not in known:
            known[id(code)] = [(row.line, "" if row.line else row.text) for row in listing(code)]
    return [known[id(code)] for code in program.cores]


def _row(program: Program, place: Place, found: _Sums) -> LineRow:
    line, text = place
    idle: dict[str, dict[str, int]] = {}
    for (unit, name), cycles in found.idle.items():
        idle.setdefault(unit, {})[name] = cycles
    if line > 0:
        text = source_text(program.text(line))
    return LineRow(line if line > 0 else None, text, found.times, found.occupied, idle, dict(found.path))
