"""A page with one interactive chart: works offline, with all that it needs within it."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>html, body, #chart {{ height: 100%; margin: 0; font-family: system-ui, sans-serif; }}</style>
<script>{bundle}</script>
</head>
<body>
<div id="chart"></div>
<script>
const figure = {figure};
const BUTTONS = [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]];
if (innerWidth < 700) figure.layout.legend = {{orientation: "h", y: -0.3}};
Plotly.newPlot("chart", figure.data, figure.layout, {{responsive: true, displaylogo: false, modeBarButtons: BUTTONS}});
</script>
</body>
</html>
"""


def plotly_bundle() -> str:
    """Return plotly.js, some 4.8 MB, to stand in a script element."""
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    bundle: str = get_plotlyjs()
    return bundle


def embedded(data: object) -> str:
    """Return data as JSON that can stand in a script element, whatever texts there are in it.

    Raises ValueError for a number that JSON does not have.
    """
    return json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def page(title: str, traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> bytes:
    """Return a page in UTF-8 that shows `traces`, as plotly.js takes them."""
    figure = embedded({"data": traces, "layout": layout})
    return PAGE.format(title=escape(title), bundle=plotly_bundle(), figure=figure).encode()
