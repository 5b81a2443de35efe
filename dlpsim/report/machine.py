"""The machine: its block diagram, its ceilings, and what of its paths was used."""

from collections.abc import Iterator

from dlpsim.ceilings import Roofs, port_instances, ridge
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Content, Head, Markup, section, table, tag
from dlpsim.views.block_diagram import block_diagram
from dlpsim.views.quantities import count_text, percent, rate_text
from dlpsim.views.summary import path_name


def machine(data: ReportData) -> Markup:
    """Return the section."""
    one = data.roofline.roofs[0]
    tables = [_compute(one), _bandwidth(one), _paths(data)]
    diagram = tag("div", {"class": "scroll"}, tag("pre", {}, block_diagram(data.machine)))
    return section("machine", "Machine", tag("div", {"class": "two"}, diagram, tag("div", {}, *tables)))


def _compute(one: Roofs) -> Markup:
    heads = (Head("MAC type"), Head("MAC/cycle", "", True), Head("peak GFLOP/s", "peak_gflops", True))
    rows = [(roof.mac_type, count_text(roof.macs_per_cycle), rate_text(roof.gflops)) for roof in one.compute]
    return table(heads, rows, "Ceilings of computing, all cores")


def _bandwidth(one: Roofs) -> Markup:
    heads = (
        Head("level"),
        Head("B/cycle", "", True),
        Head("GB/s", "gb_per_s", True),
        Head("ridge FLOP/B", "ridge_flop_per_byte", True),
    )
    first = one.compute[0] if one.compute else None
    rows = [
        (
            roof.level.value,
            rate_text(roof.bytes_per_cycle),
            rate_text(roof.gb_per_s),
            rate_text(ridge(first, roof)) if first else "",
        )
        for roof in one.bandwidth
    ]
    return table(heads, rows, f"Ceilings of memory{f'; ridge of {first.mac_type}' if first else ''}")


def _paths(data: ReportData) -> Markup:
    heads = (
        Head("path"),
        Head("port"),
        Head("bytes", "bytes", True),
        Head("B/cycle", "attained_bytes_per_cycle", True),
        Head("possible", "possible_bytes_per_cycle", True),
        Head("used", "used", True),
    )
    return table(heads, _path_rows(data), "Paths that were used")


def _path_rows(data: ReportData) -> Iterator[tuple[Content, ...]]:
    moved = data.explanation.result.bytes
    for path, port in data.machine.port_of.items():
        count = moved.get(path_name(*path))
        if count:
            attained = count / data.cycles
            possible = port_instances(data.machine, port) * port.beat_bytes / port.beat_cycles
            rates = rate_text(attained), rate_text(possible), percent(attained / possible)
            yield path_name(*path), port.name, count_text(count), *rates
