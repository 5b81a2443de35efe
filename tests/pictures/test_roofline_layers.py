"""Layers of networks on a roofline: colours, names, and what shares one."""

import re
from dataclasses import replace

import pytest

from dlpsim.machine_file import load_machine
from dlpsim.pictures.palette import COLOURS, GREYS, palette
from dlpsim.pictures.roofline import LARGEST_DOT, LAYERS_SAID, roofline_picture
from dlpsim.pictures.roofline_page import roofline_layout, roofline_traces
from dlpsim.views.roofline import Point, RooflineData, point, under_roofs
from tests.pictures.svg import texts

CONFIG = load_machine("dlp-s")
WHOLE = {"one": 1000, "two": 500}
LAYERS = {
    "one": {"near": (0.5, 64), "nearby": (0.2, 65), "far": (0.2, 640), "tiny": (0.04, 6400)},
    "two": {"all": (1.0, 64)},
}


@pytest.fixture
def data() -> RooflineData:
    """Return two networks; of the first, two layers lie close together."""
    return under_roofs(
        [CONFIG], [found for name in WHOLE for found in (_point(name, WHOLE[name], 640), *_layers(name))]
    )


def _layers(network: str) -> list[Point]:
    layers = [
        replace(_point(name, int(part * WHOLE[network]), moved), part_of=network, part=part)
        for name, (part, moved) in LAYERS[network].items()
    ]
    no_macs = replace(point("pool", CONFIG, {"MAX_32": 64}, {}, 60), part_of=network, part=0.06)
    return [*layers, no_macs]


def _point(name: str, cycles: int, moved: int) -> Point:
    return point(name, CONFIG, {"MAC_32": 100 * cycles}, {"DRAM->NRAM": moved * cycles // 100}, cycles)


def test_layers_are_named_if_they_matter_and_together_where_they_are_close(data: RooflineData) -> None:
    found = texts(roofline_picture(data, "svg"))
    assert {"1", "2", "near +1", "far", "all", LAYERS_SAID} <= set(found)
    assert not {"3", "nearby", "tiny", "pool"} & set(found)
    assert roofline_picture(data, "png") == roofline_picture(data, "png")


def test_without_layers_nothing_is_said_of_them(data: RooflineData) -> None:
    assert LAYERS_SAID not in texts(roofline_picture(under_roofs([CONFIG], data.runs), "svg"))


def test_networks_have_colours_where_their_layers_are_shown(data: RooflineData) -> None:
    colours = palette(data)
    assert colours.roofs == {"dlp-s": GREYS[0]}
    assert [colours.of(one) for one in data.points if one.part_of == "two"] == [COLOURS[1]] * 2
    alone = palette(under_roofs([CONFIG], data.runs))
    assert alone.roofs == {"dlp-s": COLOURS[0]}
    assert {alone.of(one) for one in data.runs} == {COLOURS[0]}


def test_page(data: RooflineData) -> None:
    traces = [trace for trace in roofline_traces(data) if trace["type"] == "scatter" and "markers" in trace["mode"]]
    assert [re.sub(" on dlp-s", "", trace["name"]).strip() for trace in traces] == [
        *("all", "near", "nearby", "far", "tiny", "1 one", "2 two")
    ]
    assert [trace["showlegend"] for trace in traces] == [False] * 5 + [True] * 2
    assert traces[0]["marker"]["size"] == LARGEST_DOT
    assert "<b>far</b> of one on dlp-s: 200 cycles, 20.0 % of its cycles<br>" in traces[3]["hovertext"]
    assert "not drawn" not in roofline_layout(data)["title"]["text"]
