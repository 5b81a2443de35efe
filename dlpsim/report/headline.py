"""The top of the page: what ran where, the figures that matter most, and what binds."""

from collections.abc import Iterator

from dlpsim.ceilings import Level
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Content, Markup, explained, tag
from dlpsim.views.bound import sentence
from dlpsim.views.quantities import count_text, counted, percent, rate_text, time_text
from dlpsim.views.roofline import four_digits

LONG = 11
"""Figures with more letters are set smaller."""


def headline(data: ReportData) -> Markup:
    """Return the head of the page."""
    tiles = [
        tag(
            "div",
            {"class": "tile"},
            tag("b", {"class": "long" if len(figure) > LONG else ""}, figure),
            tag("span", {}, name),
            tag("small", {}, beside),
        )
        for figure, name, beside in _figures(data)
    ]
    return tag(
        "header",
        {},
        tag("h1", {}, data.roofline.points[0].name),
        tag("p", {"class": "machine"}, f"on {_machine(data)}"),
        tag("div", {"class": "tiles"}, *tiles),
        tag("p", {"class": "sentence"}, sentence(data.explanation.bound)),
    )


def _machine(data: ReportData) -> str:
    config = data.machine
    clusters = f" in {config.clusters} clusters" if config.clusters > 1 else ""
    return f"{config.name}: {counted(config.total_cores, 'core')}{clusters}, {rate_text(config.clock_ghz)} GHz"


def _figures(data: ReportData) -> Iterator[tuple[str, Content, str]]:
    """Yield figures, what they are, and what is to be said beside."""
    run, point = data.explanation.result, data.roofline.points[0]
    yield count_text(run.cycles), explained("cycles", "cycles"), ""
    time = "too long for a number" if run.time_s is None else time_text(run.time_s)
    yield time, explained("time", "time_s"), f"at {rate_text(data.machine.clock_ghz)} GHz"
    yield percent(run.utilization), explained("of the MAC array used", "utilization"), ""
    limit = point.limit
    allowed = f"of {four_digits(limit.gflops)} that {limit.what} allows" if limit and limit.gflops else ""
    yield four_digits(point.attained_gflops), explained("GFLOP/s", "attained_gflops"), allowed
    roof = next((one for one in data.roofline.roofs[0].bandwidth if one.level is Level.DRAM), None)
    if roof and run.cycles:
        attained = rate_text(point.bytes.get(Level.DRAM, 0) / run.cycles)
        yield (
            attained,
            explained("B/cycle of DRAM", "dram_bytes_per_cycle"),
            f"of {rate_text(roof.bytes_per_cycle)} possible",
        )
