"""The run under the roofs of its machine: the chart of `dlpsim roofline`, and its figures as text."""

from typing import Any

from dlpsim.pictures.roofline import is_drawn
from dlpsim.pictures.roofline_page import roofline_layout, roofline_traces
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Head, Markup, note, section, table, tag
from dlpsim.views.quantities import percent
from dlpsim.views.roofline import Point, four_digits

HEIGHT = 440
"""Pixels of the chart."""


def roofline(data: ReportData) -> Markup:
    """Return the section; the chart is drawn into it."""
    point = data.roofline.points[0]
    chart = tag("div", {"id": "roofline-chart", "style": f"height:{HEIGHT}px"})
    said = note("FLOP = 2 per MAC; other operations are not counted as FLOP, but their time counts in the limit.")
    reason = "its rate is too small for a number" if point.flop else "it has no MACs"
    missing = [] if is_drawn(point) else [note(f"Only the roofs are shown, not the program: {reason}.")]
    return section("roofline", "Roofline", said, *missing, chart, _limits(point))


def roofline_figure(data: ReportData) -> dict[str, Any]:
    """Return the chart as plotly.js takes it."""
    layout = roofline_layout(data.roofline)
    del layout["title"]
    return {"data": roofline_traces(data.roofline), "layout": layout | {"margin": {"l": 60, "r": 20, "t": 20, "b": 50}}}


def _limits(point: Point) -> Markup:
    heads = (
        Head("limit", "limit"),
        Head("FLOP/B", "flop_per_byte", True),
        Head("GFLOP/s", "attainable_gflops", True),
        Head("attained", "attained_by_attainable", True),
    )
    rows = [
        (
            limit.what,
            "" if limit.flop_per_byte is None else four_digits(limit.flop_per_byte),
            "any" if limit.gflops is None else four_digits(limit.gflops),
            percent(limit.share),
        )
        for limit in point.limits
    ]
    return table(
        heads, rows, "What each limit allows, and the part of it that was attained; the one that binds comes first"
    )
