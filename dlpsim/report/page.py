"""Puts the sections together to a page that holds all that it needs: style, scripts, plotly.js, data."""

from importlib.resources import files
from string import Template

from dlpsim.pictures.page import embedded, plotly_bundle
from dlpsim.report.bars import timeline_chart
from dlpsim.report.collect import ReportData
from dlpsim.report.headline import headline
from dlpsim.report.layers import layers
from dlpsim.report.machine import machine
from dlpsim.report.made_by import made_by
from dlpsim.report.markup import joined, tag
from dlpsim.report.roofline import roofline, roofline_figure
from dlpsim.report.source import source
from dlpsim.report.timeline import timeline
from dlpsim.report.units import units
from dlpsim.report.why import advice, why
from dlpsim.views.quantities import counted

SCRIPTS = ("data.js", "tooltip.js", "chart.js", "timeline.js", "links.js", "roofline.js")
"""Those of the page, in the order in which they need each other."""


def page(data: ReportData) -> bytes:
    """Return the page in UTF-8."""
    sections = (
        why(data.explanation),
        advice(data.explanation),
        layers(data.layers),
        timeline(data),
        source(data),
        units(data),
        roofline(data),
        machine(data),
        made_by(data),
    )
    shown = embedded({"timeline": timeline_chart(data), "roofline": roofline_figure(data)})
    title = f"{data.roofline.points[0].name} on {data.machine.name}: {counted(data.cycles, 'cycle')}"
    text = Template(_asset("page.html")).substitute(
        title=tag("title", {}, title).text,
        style=_asset("style.css"),
        body=joined([headline(data), *sections]).text,
        data=shown,
        scripts="\n".join(map(_asset, SCRIPTS)),
        bundle=plotly_bundle(),
    )
    return text.encode(errors="backslashreplace")


def _asset(name: str) -> str:
    return (files("dlpsim.report") / "assets" / name).read_text(encoding="utf-8")
