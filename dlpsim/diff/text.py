"""What differs between two results, for a person to read."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from dlpsim.diff.difference import Change, Difference, LineChange
from dlpsim.saved import Saved
from dlpsim.views.quantities import count_text, counted, percent, time_text
from dlpsim.views.source_line import shortened

SHOWN = 8
"""Rows of a table: the largest changes."""

WIDTH = 80
"""Columns that the text keeps to, unless numbers alone are wider."""

WORDS = {
    "decode": "decoding",
    "setup": "setup",
    "work": "work",
    "port": "waiting for its port",
    "latency": "latency",
}
"""What goes on in a cycle of the critical path."""


def render(difference: Difference) -> Iterator[str]:
    """Yield the lines of the text."""
    yield from _head(difference)
    if not difference.cycles.by and not difference.units:
        yield "  Nothing moved: both took the same cycles, for the same causes."
        return
    yield from _why(difference)
    yield from _table("the critical path, by cause", [(_cause(each.what), each) for each in difference.causes])
    yield from _table("units, summed over cores", [(each.what, each) for each in difference.units])
    yield from _table("operations and bytes", [(each.what, each) for each in difference.amounts])
    yield from _table("the critical path, by line", [(_line(each), each.path) for each in difference.lines])


def _head(difference: Difference) -> Iterator[str]:
    for name, saved in (("A", difference.a), ("B", difference.b)):
        yield f"  {name}  {_title(saved)}: {counted(saved.cycles, 'cycle')}{_time(saved)}"
    yield ""
    if difference.has_other_text:
        yield "  The programs are not the same text."
    for setting in difference.settings[:SHOWN]:
        yield from _said(f"set otherwise: {setting.key} {setting.a or '(none)'} -> {setting.b or '(none)'}")
    left = len(difference.settings) - SHOWN
    if left > 0:
        yield f"  and {counted(left, 'other value')}; --json has all"


def _title(saved: Saved) -> str:
    return f"{saved.program} on {saved.machine}"


def _time(saved: Saved) -> str:
    return "" if saved.time_s is None else f", {time_text(saved.time_s)}"


def _why(difference: Difference) -> Iterator[str]:
    """Yield sentences: how much, and what accounts for the most of it."""
    by = difference.cycles.by
    yield from _said(_how_much(difference.cycles))
    first = next((each for each in difference.causes if each.by * by > 0), None)
    if first:
        yield from _said(
            f"The most of it: {_cause(first.what)} decides for {counted(first.b, 'cycle')} in B, "
            f"{count_text(first.a)} in A ({_signed(first.by)})."
        )
        against = next((each for each in difference.causes if each.by * first.by < 0), None)
        if against:
            yield from _said(f"Against it: {_cause(against.what)} ({_signed(against.by)}).")
    if difference.lines:
        line = difference.lines[0]
        said = f"  The line that moved most ({_signed(line.path.by)}) is"
        there = f"{said} {_line(line)}"
        yield from [there] if len(there) <= WIDTH else [said, f"    {shortened(_line(line), WIDTH - 4)}"]
    if not by and difference.units:
        yield from _said(f"What units did moved: {difference.units[0].what} ({_signed(difference.units[0].by)}).")


def _said(sentence: str) -> list[str]:
    """Return a sentence in lines, those after the first indented further."""
    return wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _how_much(cycles: Change) -> str:
    if not cycles.by:
        return "Both take the same cycles."
    more = "more" if cycles.by > 0 else "fewer"
    part = f", {percent(abs(cycles.by) / cycles.a)}" if cycles.a else ""
    times = f": {max(cycles.a, cycles.b) / min(cycles.a, cycles.b):.2f} times" if min(cycles.a, cycles.b) else ""
    pace = "as slow" if cycles.by > 0 else "as fast"
    return f"B takes {counted(abs(cycles.by), 'cycle')} {more}{part}{times}{f' {pace}' if times else ''}."


def _cause(name: str) -> str:
    """Return a cause of the critical path in words: `work of dram`."""
    unit, _, cause = name.rpartition(":")
    return WORDS[cause] if unit == "decoder" else f"{WORDS.get(cause, cause)} of {unit}"


def _line(line: LineChange) -> str:
    match line.a_line, line.b_line:
        case None, None:
            return line.text
        case None, there:
            return f"only B, line {there}: {line.text}"
        case here, None:
            return f"only A, line {here}: {line.text}"
        case here, there:
            return f"line {here}{'' if here == there else f' -> {there}'}: {line.text}"


def _table(title: str, rows: Sequence[tuple[str, Change]]) -> Iterator[str]:
    """Yield a table of the largest changes."""
    if not rows:
        return
    yield ""
    shown = [(count_text(each.a), count_text(each.b), _signed(each.by), text) for text, each in rows[:SHOWN]]
    heads = ("A", "B", "change", title)
    widths = [max(len(row[column]) for row in (heads, *shown)) for column in range(3)]
    for row in (heads, *shown):
        numbers = "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=False))
        room = max(WIDTH - len(numbers) - 4, 20)
        yield f"  {numbers}  {shortened(row[3], room)}"
    if len(rows) > SHOWN:
        yield f"  and {counted(len(rows) - SHOWN, 'smaller change')}; --json has all"


def _signed(number: int) -> str:
    return f"+{count_text(number)}" if number > 0 else count_text(number)
