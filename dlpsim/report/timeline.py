"""The section with the timeline: what one must know to read it, its buttons, its legend."""

from collections.abc import Iterator

from dlpsim.pictures.timeline import COLOURS
from dlpsim.report.bars import name_of, unit_colours
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Markup, explained, joined, note, section, tag
from dlpsim.views.quantities import counted

HELP = (
    "Drag across the chart to zoom in, double-click to see all; Ctrl and the wheel zoom, too. Click a bar for its line."
)
BUTTONS = (("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("left", "←", "Earlier"), ("right", "→", "Later"))


def timeline(data: ReportData) -> Markup:
    """Return the section; the chart is drawn into it."""
    windows = [
        tag("button", {"type": "button", "data-part": str(place), "aria-pressed": str(not place).lower()}, name_of(one))
        for place, one in enumerate(data.timelines)
    ]
    buttons = [
        tag("button", {"type": "button", "data-do": what, "title": title, "aria-label": title}, sign)
        for what, sign, title in BUTTONS
    ]
    whole = tag("button", {"type": "button", "data-do": "all"}, "All")
    tools = tag(
        "div",
        {"class": "tools"},
        tag("div", {"class": "parts"}, *(windows if len(windows) > 1 else [])),
        tag("div", {"class": "zoom"}, *buttons, whole),
    )
    name = f"Timeline of {data.roofline.points[0].name}: what every unit does, from cycle to cycle"
    canvas = tag("canvas", {"tabindex": "0", "role": "img", "aria-label": name})
    chart = tag("div", {"id": "timeline-chart"}, canvas, tag("div", {"id": "brush", "hidden": ""}))
    status = tag("p", {"id": "timeline-status", "class": "note", "aria-live": "polite"}, HELP)
    return section("timeline", "Timeline", *_said(data), tools, chart, _legend(data), status, _bandwidths())


def _said(data: ReportData) -> Iterator[Markup]:
    """Yield what one must know to read the chart."""
    whole = data.timelines[0]
    shown = len({lane.core for lane in whole.lanes})
    if shown < whole.cores:
        yield note(f"{shown} of {counted(whole.cores, 'core')}; dlpsim report --core N shows another.")
    if whole.intervals is None:
        yield note(
            f"The whole run has more bars than can be drawn: it is reduced to columns of "
            f"{counted(whole.column_cycles, 'cycle')}, each divided as its cycles are. Beside it are windows that are "
            f"drawn in full; dlpsim report --window A:B has another."
        )


def _bandwidths() -> Markup:
    """Return what the bandwidths are that are told of a move."""
    required = explained("required", "required_bytes_per_cycle")
    used = explained("used", "used_bytes_per_cycle")
    return tag("p", {"class": "note"}, "Point at a move for the bandwidth that it ", required, " and ", used, ".")


def _legend(data: ReportData) -> Markup:
    entries = [(colour, f"{unit} works") for unit, colour in unit_colours(data.machine, data.timelines[0]).items()]
    present = {activity for one in data.timelines for lane in one.lanes for activity in lane.cycles}
    entries += [(COLOURS[activity], activity.value) for activity in COLOURS if activity in present]
    items = [tag("li", {}, tag("i", {"style": f"background:{colour}"}), text) for colour, text in entries]
    return tag("ul", {"class": "legend"}, joined(items))
