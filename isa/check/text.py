"""The report of a check as text and as plain data.

race.asm on dlp-s, 1 core: 1 finding

race
bytes 0 to 1,023 of NRAM: nothing orders these two
line 15   move DRAM[x + i * 1024] NRAM[0] 1024
writes bytes 0 to 1,023 of NRAM (destination): core 0, i = 1
line 16   compute ADD_32 256 : relu NRAM[1024] NRAM[0] 1 256
reads bytes 0 to 1,023 of NRAM (A): core 0, i = 0
31 times on core 0
-> put a 'sync' between them, or use other bytes for one of them

peak use
NRAM  2,048 of 131,072 bytes (1.6 %)   line 16, core 0, i = 0
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from isa.check.check import CheckReport
from isa.check.finding import MOST_TIMES, Finding, Peak, Touch
from isa.check.words import bytes_text, counted, figure, where
from isa.names import name_cores
from isa.program import Program
from isa.spans import spans

MOST_LINES = 8
"""Most runs of unchecked lines that are listed."""


def render(report: CheckReport) -> str:
    """Return the report as text of a few lines a finding."""
    program = report.program
    cores = counted(program.target.cores, "core")
    lines = [f"{Path(program.name).name} on {program.target.name}, {cores}: {_verdict(report)}"]
    for kind, findings in groupby(report.findings, key=lambda finding: finding.kind):
        lines += ["", kind.value]
        for _, alike in groupby(findings, key=_prose):
            lines += _findings(program, list(alike))
    if report.peaks:
        lines += ["", "peak use", *_peaks(report.peaks)]
    return "\n".join([*lines, "", *_coverage(report)])


def data(report: CheckReport) -> dict[str, Any]:
    """Return the report as plain data."""
    program = report.program
    return {
        "program": Path(program.name).name,
        "machine": program.target.name,
        "cores": program.target.cores,
        "checked_lines": report.checked,
        "unchecked_lines": sorted({one.line for one in report.unchecked}),
        "findings": [_finding_data(program, finding) for finding in report.findings],
        "peaks": [
            {"memory": peak.memory, "bytes": peak.used, "size": peak.size, **_touch_data(program, peak.touch)}
            for peak in report.peaks
        ],
    }


def _verdict(report: CheckReport) -> str:
    notes = sum(finding.kind.is_note for finding in report.findings)
    faults = len(report.findings) - notes
    parts = [counted(faults, "finding") if faults else "nothing found"]
    return ", ".join([*parts, counted(notes, "note")] if notes else parts)


def _prose(finding: Finding) -> tuple[object, ...]:
    """Return what findings share that are shown as one."""
    return finding.message, finding.advice, finding.cores, finding.times


def _findings(program: Program, alike: list[Finding]) -> Iterator[str]:
    yield f"  {alike[0].message}"
    for touch in [touch for finding in alike for touch in finding.touches]:
        number = f"line {touch.line}"
        yield f"    {number:<9} {_source(program, touch)}".rstrip()
        if touch.verb:
            access = f"{touch.verb} {bytes_text(touch.address, touch.span)} of {touch.memory} ({touch.name})"
            yield f"    {'':<9} {access}: {where(touch)}"
    if occurrences := _occurrences(alike[0]):
        yield f"    {occurrences}"
    yield f"    -> {alike[0].advice}"


def _occurrences(finding: Finding) -> str:
    cores = name_cores(finding.cores) if finding.cores else ""
    if not finding.times:
        return f"on {cores}" if cores else ""
    first = name_cores({touch.core for touch in finding.touches})
    often = "once" if finding.times == 1 else f"{figure(finding.times)} times"
    often += " or more" if finding.times == MOST_TIMES else ""
    return f"{often} on {first}" + (f"; in all on {cores}" if cores != first else "")


def _peaks(peaks: tuple[Peak, ...]) -> Iterator[str]:
    rows = [(peak.memory, _used(peak), f"line {peak.touch.line}, {where(peak.touch)}") for peak in peaks]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for memory, used, place in rows:
        yield f"  {memory:<{widths[0]}}  {used:<{widths[1]}}  {place}"


def _used(peak: Peak) -> str:
    if peak.size is None:
        return counted(peak.used, "byte")
    return f"{figure(peak.used)} of {counted(peak.size, 'byte')} ({100 * peak.used / peak.size:.1f} %)"


def _coverage(report: CheckReport) -> Iterator[str]:
    unchecked = sorted({one.line for one in report.unchecked})
    if unchecked:
        runs = [f"{first}" if first == last else f"{first} to {last}" for first, last in spans(unchecked)]
        listed = ", ".join(runs[:MOST_LINES]) + (", …" if len(runs) > MOST_LINES else "")
        which = "lines say" if len(unchecked) > 1 else "line says"
        yield f"unchecked: {len(unchecked)} {which} no addresses: {listed}"
        if report.checked:
            yield "with them, neither syncs nor what they may write are judged"
    if not report.checked:
        yield "nothing was checked: no line says what it reads and writes"
    else:
        yield f"checked: {counted(report.checked, 'line')}"


def _finding_data(program: Program, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "note": finding.kind.is_note,
        "message": finding.message,
        "advice": finding.advice,
        "cores": list(finding.cores),
        "times": finding.times,
        "accesses": [_touch_data(program, touch) for touch in finding.touches],
    }


def _touch_data(program: Program, touch: Touch) -> dict[str, Any]:
    return {
        "line": touch.line,
        "column": touch.column,
        "text": _source(program, touch),
        "core": touch.core,
        "counters": [{"name": name.counter, "line": name.line, "value": value} for name, value in touch.counters],
        "access": touch.verb,
        "operand": touch.name,
        "memory": touch.memory,
        "address": touch.address,
        "span": touch.span,
    }


def _source(program: Program, touch: Touch) -> str:
    """Return the source line without indentation and comment."""
    text = program.text(touch.line)
    for mark in ";#":
        text = text.partition(mark)[0]
    return " ".join(text.split())
