"""A roofline as a page: what the picture shows, with figures wherever one points."""

from collections.abc import Iterator
from html import escape
from typing import Any

from dlpsim.ceilings import Level, Roofs
from dlpsim.pictures.page import page
from dlpsim.pictures.palette import palette
from dlpsim.pictures.roofline import LARGEST_DOT, SMALLEST_DOT, TITLE, Span, is_drawn, is_layer, spans
from dlpsim.views.quantities import counted, percent, rate_text
from dlpsim.views.roofline import Point, RooflineData, four_digits

DASHES = {Level.DRAM: "solid", Level.SHARED: "dash", Level.CHIP: "dot"}

Trace = dict[str, Any]


def roofline_page(data: RooflineData) -> bytes:
    """Return the page in UTF-8."""
    return page(TITLE, roofline_traces(data), roofline_layout(data))


def roofline_traces(data: RooflineData) -> list[Trace]:
    """Return the roofs, the points and the chips as plotly.js takes them."""
    across, _ = spans(data)
    colours = palette(data)
    traces = [trace for one in data.roofs for trace in _roofs(one, across, colours.roofs[one.machine])]
    layers = sorted(filter(is_layer, data.points), key=lambda point: -point.part)
    traces += [trace for point in layers for trace in _point("", point, colours.of(point), across)]
    runs = enumerate(data.runs, 1)
    traces += [trace for number, point in runs for trace in _point(str(number), point, colours.of(point), across)]
    traces += _chips(data)
    return traces


def roofline_layout(data: RooflineData) -> Trace:
    """Return the axes and the title."""
    missing = [point.name for point in data.runs if not is_drawn(point)]
    note = f"<br><sub>not drawn, as without MACs: {escape(', '.join(missing))}</sub>" if missing else ""
    grid = {"type": "log", "gridcolor": "#e6e6e6", "linecolor": "#8a8a8a", "dtick": 1, "exponentformat": "power"}
    return {
        "title": {"text": TITLE.replace(": ", "<br>") + note, "font": {"size": 15}},
        "margin": {"l": 60, "r": 20},
        "xaxis": grid | {"title": {"text": "operational intensity [FLOP per byte of DRAM]"}},
        "yaxis": grid | {"title": {"text": "performance [GFLOP/s]"}},
        "plot_bgcolor": "white",
        "hoverlabel": {"align": "left"},
    }


def _roofs(one: Roofs, across: Span, colour: str) -> Iterator[Trace]:
    steepest = max((roof.gb_per_s for roof in one.bandwidth), default=0.0)
    highest = max((roof.gflops for roof in one.compute), default=across[1] * steepest)
    lines = [
        (
            flat.gflops / steepest if steepest else across[0],
            across[1],
            flat.gflops,
            0.0,
            "solid",
            flat.mac_type,
            "GFLOP/s",
        )
        for flat in one.compute
    ]
    lines += [
        (across[0], highest / roof.gb_per_s, 0.0, roof.gb_per_s, DASHES[roof.level], roof.level.value, "GB/s")
        for roof in one.bandwidth
    ]
    for left, right, height, rate, dash, what, unit in lines:
        yield {
            "type": "scatter",
            "mode": "lines",
            "x": [left, right],
            "y": [height or left * rate, height or right * rate],
            "line": {"color": colour, "dash": dash, "width": 1.5},
            "name": f"{escape(one.machine)} {what}: {rate_text(height or rate)} {unit}",
            "hoverinfo": "name",
            "hoverlabel": {"namelength": -1},
        }


def _point(tag: str, point: Point, colour: str, across: Span) -> Iterator[Trace]:
    if not is_drawn(point):
        return
    intensity = point.flop_per_byte(Level.DRAM)
    yield {
        "type": "scatter",
        "mode": "markers+text",
        "x": [intensity or across[1]],
        "y": [point.attained_gflops],
        "text": [tag],
        "textposition": "top right",
        "cliponaxis": False,
        "marker": {
            "color": colour,
            "size": max(LARGEST_DOT * point.part**0.5, SMALLEST_DOT) if point.part_of else 9,
            "opacity": 0.45 if point.part_of else 1,
            "symbol": "circle" if intensity else "triangle-right",
        },
        "name": f"{tag} {escape(point.name)} on {escape(point.machine)}",
        "showlegend": not point.part_of,
        "hovertext": "<br>".join(_said(point)),
        "hoverinfo": "text",
    }


def _said(point: Point) -> Iterator[str]:
    of = f" of {escape(point.part_of)}" if point.part_of else ""
    part = f", {percent(point.part)} of its cycles" if point.part_of else ""
    yield f"<b>{escape(point.name)}</b>{of} on {escape(point.machine)}: {counted(point.cycles, 'cycle')}{part}"
    yield f"{four_digits(point.attained_gflops)} GFLOP/s, {percent(point.share)} of what its limit allows"
    for limit in point.limits:
        allowed = "any" if limit.gflops is None else four_digits(limit.gflops)
        at = "" if limit.flop_per_byte is None else f" at {four_digits(limit.flop_per_byte)} FLOP/B"
        yield f"{limit.what} allows {allowed} GFLOP/s{at}"
    if point.other_ops:
        yield f"{counted(point.other_ops, 'other operation')}, not counted as FLOP"


def _chips(data: RooflineData) -> Iterator[Trace]:
    for chip in data.chips:
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [chip.ridge_flop_per_byte],
            "y": [chip.peak_gflops],
            "marker": {"color": "#8a8a8a", "size": 7, "symbol": "diamond"},
            "name": chip.name,
            "hovertext": f"<b>{chip.name}</b>, {chip.main_format}<br>peak {rate_text(chip.peak_gflops)} GFLOP/s, "
            f"{rate_text(chip.bandwidth_gb_per_s)} GB/s, {chip.power_w} W<br>ridge at "
            f"{rate_text(chip.ridge_flop_per_byte)} FLOP/B; read in {chip.source}",
            "hoverinfo": "text",
        }
