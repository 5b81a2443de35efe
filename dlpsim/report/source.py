"""The program, line by line, with how much of the critical path each decides, and where its cycles went."""

from collections.abc import Iterator, Sequence

from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Content, Head, Markup, joined, line_link, note, section, tag
from dlpsim.views.idle import words
from dlpsim.views.line_table import LineRow
from dlpsim.views.quantities import count_text, percent

MOST_LINES = 1_000
"""Of a longer program, only the lines that matter most are shown,"""
SHOWN_LINES = 200
"""so many,"""
AROUND = 1
"""each with so many before and after it."""

HEADS = (
    Head("line", "", True),
    Head("path", "critical_path_share", True),
    Head("times", "executed", True),
    Head("occupied", "occupied", True),
    Head("waiting", "waiting"),
    Head("source"),
)
KINDS = ("number", "number path", "number times", "number occupied", "waiting", "code")
"""Classes of the cells: what a narrow page hides."""

SAID = (
    "Click a line to see its bars in the timeline. Path: the share of the critical path; waiting: idle cycles of the "
    "compute units while a decoder was at the line."
)


def source(data: ReportData) -> Markup:
    """Return the section."""
    rows = {row.line: row for row in data.explanation.lines.rows if row.line}
    numbers = _shown(data, rows)
    body: list[Markup] = []
    last = 0
    for number in numbers:
        if number > last + 1:
            body.append(_gap(number - last - 1))
        body.append(_row(number, data.program.text(number), rows.get(number), data.cycles))
        last = number
    if last < len(data.program.source):
        body.append(_gap(len(data.program.source) - last))
    body += [_row(None, row.text, row, data.cycles) for row in data.explanation.lines.rows if not row.line]
    reduced = f" Only the {SHOWN_LINES} lines that matter most, and those around." if _is_long(data) else ""
    listing = tag(
        "table",
        {"class": "source"},
        tag("thead", {}, tag("tr", {}, *(head.cell(kind) for head, kind in zip(HEADS, KINDS, strict=True)))),
        tag("tbody", {}, *body),
    )
    return section("source", "Source", note(SAID + reduced), tag("div", {"class": "scroll listing"}, listing))


def _is_long(data: ReportData) -> bool:
    return len(data.program.source) > MOST_LINES


def _shown(data: ReportData, rows: dict[int, LineRow]) -> Sequence[int]:
    """Return the numbers of the lines that are shown."""
    count = len(data.program.source)
    if not _is_long(data):
        return range(1, count + 1)
    first = sorted(rows, key=lambda line: (-rows[line].path_cycles, -rows[line].occupied, line))[:SHOWN_LINES]
    near = {each for line in first for each in range(line - AROUND, line + AROUND + 1)}
    return sorted(line for line in near if 0 < line <= count)


def _gap(lines: int) -> Markup:
    text = f"… {count_text(lines)} line{'' if lines == 1 else 's'}"
    return tag("tr", {"class": "gap"}, *(tag("td", {"class": kind}, text if kind == "code" else "") for kind in KINDS))


def _row(line: int | None, text: str, row: LineRow | None, total: int) -> Markup:
    share = row.path_cycles / total if row and total else 0.0
    cells: tuple[Content, ...] = (
        line_link(line, str(line)) if line else "",
        percent(share) if share else "",
        _number(row.times) if row else "",
        _number(row.occupied) if row else "",
        joined(_waits(row)) if row else "",
        text,
    )
    attributes = {"class": "active" if row else ""}
    attributes |= {"id": f"L{line}", "data-line": str(line)} if line else {}
    attributes |= {"style": f"--heat:{share:.4f}"} if share else {}
    return tag("tr", attributes, *(tag("td", {"class": kind}, cell) for kind, cell in zip(KINDS, cells, strict=True)))


def _waits(row: LineRow) -> Iterator[Content]:
    for name, cycles in sorted(row.idle.get("compute", {}).items(), key=lambda item: -item[1]):
        yield tag("div", {}, f"{count_text(cycles)} {words(name)}")


def _number(number: int) -> str:
    return count_text(number) if number else ""
