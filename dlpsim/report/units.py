"""How every unit spent the cycles of the run: busy, stalled and idle, by cause, as bars and as numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from dlpsim.events import Stall
from dlpsim.metrics import METRICS
from dlpsim.pictures.timeline import COLOURS
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Head, Markup, explained, joined, note, section, table, tag
from dlpsim.views.idle import IdleCause, words
from dlpsim.views.quantities import count_text, percent
from dlpsim.views.summary import UnitTime
from dlpsim.views.timeline_data import Activity
from isa.names import name_cores

BUSY = "#0072B2"
STALLED = {Stall.SETUP.value: COLOURS[Activity.SETUP], Stall.PORT.value: COLOURS[Activity.PORT]}
IDLE = {
    IdleCause.DECODING: "#9a9a9a",
    IdleCause.SYNC: COLOURS[Activity.SYNC],
    IdleCause.BARRIER: COLOURS[Activity.BARRIER],
    IdleCause.QUEUE: COLOURS[Activity.QUEUE],
    IdleCause.FINISH: "#ecebe6",
    IdleCause.ENDED: "#f6f5f2",
}
"""Colours, as in the timeline where it has them."""


@dataclass(frozen=True)
class Row:
    """A unit of cores that all spent their cycles alike, and its idle cycles by cause."""

    cores: str
    unit: str
    time: UnitTime
    idle: Mapping[str, int]


@dataclass(frozen=True)
class Part:
    """A part of a bar: its metric, how it is called, its colour and its cycles."""

    metric: str
    name: str
    colour: str
    cycles: int


def units(data: ReportData) -> Markup:
    """Return the section."""
    rows = list(_rows(data))
    heads = (
        Head("cores"),
        Head("unit"),
        Head("busy", "busy", True),
        Head("stalled", "stalled", True),
        Head("idle", "idle", True),
        Head("busy", "busy", True),
        Head("how the cycles divide"),
    )
    parts = [part for row in rows for part in _parts(row)]
    body = [
        (
            row.cores,
            row.unit,
            count_text(row.time.busy),
            count_text(sum(row.time.stalled.values())),
            count_text(row.time.idle),
            percent(row.time.busy / data.cycles) if data.cycles else "",
            _bar(row, data.cycles),
        )
        for row in rows
    ]
    said = note(
        "Busy, stalled and idle add up to the cycles of the run. Point at a part of a bar, or touch it, for its cause."
    )
    return section("units", "Units", _legend(parts), table(heads, body), said)


def _rows(data: ReportData) -> Iterator[Row]:
    run = data.explanation.result
    idle = run.idle
    alike = groupby(
        run.summary.cores,
        key=lambda core: [(name, unit, idle.of(core.core, name)) for name, unit in core.units.items()],
    )
    for of_units, cores in alike:
        label = name_cores([core.core for core in cores])
        for name, unit, causes in of_units:
            yield Row(label, name, unit, causes)
            label = ""


def _parts(row: Row) -> Iterator[Part]:
    """Yield what a unit's cycles divide into, busy first; what does not occur is left out."""
    if row.time.busy:
        yield Part("busy", "busy", BUSY, row.time.busy)
    for reason, cycles in row.time.stalled.items():
        yield Part(f"stalled.{reason}", f"stalled: {reason}", STALLED[reason], cycles)
    order = list(IdleCause)
    for name, cycles in sorted(row.idle.items(), key=lambda item: order.index(_cause(item[0]))):
        cause = _cause(name)
        yield Part(f"idle_by.{cause.value}", f"idle {words(name)}", IDLE[cause], cycles)


def _cause(name: str) -> IdleCause:
    return IdleCause(name.partition(":")[0])


def _bar(row: Row, total: int) -> Markup:
    pieces = [
        tag(
            "i",
            {
                "style": f"width:{100 * part.cycles / total:.3f}%;background:{part.colour}",
                "title": f"{part.name}: {count_text(part.cycles)} cycles, {percent(part.cycles / total)}\n"
                f"{METRICS[part.metric].meaning}",
            },
        )
        for part in _parts(row)
        if total
    ]
    return tag("span", {"class": "stack"}, *pieces)


def _legend(parts: list[Part]) -> Markup:
    """Return what each colour stands for, each once."""
    found = {part.metric: part for part in parts}
    order = [metric for metric in METRICS if metric in found]
    entries = [
        tag(
            "li",
            {},
            tag("i", {"style": f"background:{found[metric].colour}"}),
            explained(metric.replace("idle_by.", "idle: ").replace("stalled.", "stalled: "), metric),
        )
        for metric in order
    ]
    return tag("ul", {"class": "legend"}, joined(entries))
