"""What `dlpsim exercise` prints for a person: one exercise with its arithmetic, or the table of all.

version    program                  cycles      time  ÷ floor
serial     fc_32x256_serial.asm      6,912  6.912 µs    1.686
pipelined  fc_32x256_pipelined.asm   4,752  4.752 µs    1.159
best       fc_32x256.asm             4,099  4.099 µs    1.000
floor                                4,099  4.099 µs    1.000
"""

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from dlpsim.views.quantities import time_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from dlpsim.exercises.answer import Answer, CaseAnswer
    from dlpsim.exercises.entry import Entry

WIDTH = 78
"""Columns that running text keeps to."""


def render_answer(answer: "Answer") -> "RenderableType":
    """Return one exercise: the question, the figures of each case with the floor's arithmetic, why, how to repeat."""
    from rich.console import Group  # noqa: PLC0415

    exercise = answer.exercise
    parts: list[RenderableType] = [f"Exercise {exercise.number}: {exercise.title}", "", wrapped(exercise.question)]
    for case in answer.cases:
        parts += ["", _heading(case), "", _figures(case), "", *_floor(case)]
    parts += ["", wrapped(f"Why: {exercise.why}"), "", "  To repeat:"]
    parts += [f"    {case.case.command(version)}" for case in answer.cases for version in case.results]
    return Group(*parts)


def render_overview(answers: "Sequence[Answer]", others: "Sequence[Entry]") -> "RenderableType":
    """Return the table of all exercises that programs answer, the names of the others, and how to see one."""
    from rich.console import Group  # noqa: PLC0415

    versions = list(dict.fromkeys(version for answer in answers for case in answer.cases for version in case.results))
    table = _table(" no.", " layer", *versions, "floor", "÷ floor")
    for answer in answers:
        number = answer.exercise.number
        for case in answer.cases:
            cycles = [f"{case.results[version].cycles:,}" for version in versions]
            ratio = f"{case.ratio(versions[-1]):.3f}"
            label = case.case.label or str(case.case.layer)
            table.add_row(number, label, *cycles, f"{case.floor.cycles:,}", ratio)
            number = ""
    return Group(
        "Exercises: cycles of each program, and the least that any correct one takes",
        "",
        table,
        "",
        "7.7 to 7.10 are on one core, 7.11 and 7.12 on four.",
        f"÷ floor: cycles of the {versions[-1]} program divided by the least.",
        "",
        *(f"{entry.number:6} {entry.title}" for entry in others),
        "",
        "For the question, the arithmetic and the reasons: dlpsim exercise NUMBER",
    )


def _heading(answer: "CaseAnswer") -> str:
    case = answer.case
    return f"  {case.label or case.layer} on {case.machine}, {case.cores} core{'s' * (case.cores > 1)}"


def _figures(answer: "CaseAnswer") -> "RenderableType":
    from rich.padding import Padding  # noqa: PLC0415

    table = _table(" version", " program", "cycles", "time", "÷ floor")
    for version, result in answer.results.items():
        time = time_text(answer.seconds(result.cycles))
        ratio = f"{answer.ratio(version):.3f}"
        table.add_row(version, answer.case.versions[version], f"{result.cycles:,}", time, ratio)
    cycles = answer.floor.cycles
    table.add_row("floor", "", f"{cycles:,}", time_text(answer.seconds(cycles)), f"{1:.3f}")
    return Padding(table, (0, 0, 0, 4), expand=False)


def _floor(answer: "CaseAnswer") -> Iterator[str]:
    """Yield the floor's arithmetic, in cycles: the largest of its bounds, and each bound with its own."""
    yield wrapped(f"Floor: {answer.floor.arithmetic}")
    for bound in answer.floor.bounds:
        yield f"    {bound.name:14}{bound.arithmetic}"


def wrapped(text: str) -> str:
    """Return running text in lines, indented as all that stands below a heading."""
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _table(*headings: str) -> "Table":
    """Return a table; headings with a leading blank mark columns of words, the others hold numbers."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for heading in headings:
        table.add_column(heading.strip(), justify="left" if heading.startswith(" ") else "right", no_wrap=True)
    return table
