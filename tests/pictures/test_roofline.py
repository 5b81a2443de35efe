import re
from collections.abc import Iterable, Sequence

import pytest

from dlpsim import simulate
from dlpsim.chips import CHIPS
from dlpsim.machine_file import load_machine
from dlpsim.pictures.roofline import TITLE, roofline_picture
from dlpsim.pictures.room import Box, Room
from dlpsim.views.roofline import RooflineData, roofline_data
from tests.pictures.svg import texts


def data_of(*runs: tuple[str, str, str], chips: bool = False) -> RooflineData:
    """Return the data of runs: name, text and machine of each."""
    results = [(name, simulate(text, machine)) for name, text, machine in runs]
    shown = [(name, result.machine, result.summary) for name, result in results]
    return roofline_data([config for _, config, _ in shown], shown, CHIPS if chips else ())


BALANCED = "move DRAM NRAM 6400\nsync\ncompute MAC_32 25_600\n"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_made_twice_it_is_the_same(kind: str) -> None:
    data = data_of(("a", BALANCED, "dlp-s"), ("b", BALANCED, "dlp-m"), chips=True)
    assert roofline_picture(data, kind) == roofline_picture(data, kind)


def test_what_it_says() -> None:
    found = texts(roofline_picture(data_of(("a", BALANCED, "dlp-s"), ("b", BALANCED, "dlp-m")), "svg"))
    for text in (
        TITLE,
        "operational intensity [FLOP per byte of DRAM; for other levels, per byte of theirs]",
        "performance [GFLOP/s]",
        "ridge 8 FLOP/B",
        "ridge 16 FLOP/B",
        "512 GFLOP/s: dlp-s MAC_32",
        "2,048 GFLOP/s: dlp-s MAC_8; dlp-m MAC_32",
        "64 GB/s: dlp-s DRAM",
        "4,000 GB/s: dlp-m SharedRAM, on-chip",
        "a on dlp-s",
        "256 GFLOP/s: 50.0 % of its limit, MAC_32",
        "b on dlp-m",
        "SharedRAM bytes",
    ):
        assert text in found


def test_what_cannot_be_drawn_is_said() -> None:
    found = texts(
        roofline_picture(
            data_of(("$a$", "", "dlp-s"), ("b", "move DRAM NRAM 64\n", "dlp-s"), ("c", "compute MAC_8 1024", "dlp-s")),
            "svg",
        )
    )
    assert "nothing moved, nothing computed: not drawn" in found
    assert "no MACs: not drawn; 100.0 % of its limit, DRAM" in found
    assert "2,048 GFLOP/s: 100.0 % of its limit, MAC_8; no DRAM bytes" in found


def test_chips_have_letters() -> None:
    found = texts(roofline_picture(data_of(("a", BALANCED, "dlp-s"), chips=True), "svg"))
    assert {"A", "K", "NVIDIA T4", "128 TOP/s INT8, 102 GB/s, 70 W"} <= set(found)


@pytest.mark.parametrize("sets", [{"compute.rate": "{}"}, {"port": "{}"}, {"compute.rate": "{}", "port": "{}"}])
def test_machines_that_lack_roofs(sets: dict[str, str]) -> None:
    machine = load_machine("dlp-s", sets=list(sets.items()))
    assert roofline_picture(roofline_data([machine], []), "svg").startswith(b"<?xml")


def test_a_name_of_any_length_and_kind() -> None:
    data = data_of((f"$x^{'y' * 300}漢.asm", BALANCED, "dlp-s"))
    assert any(text.startswith("$x^yyy") and "…" in text for text in _all_texts(roofline_picture(data, "svg")))


def _all_texts(svg: bytes) -> list[str]:
    return [part.partition(b" -->")[0].decode() for part in svg.split(b"<!-- ")[1:]]


def test_no_label_leaves_an_svg() -> None:
    svg = roofline_picture(data_of(*((f"p{number}", BALANCED, "dlp-m") for number in range(12)), chips=True), "svg")
    width, height = (float(size) for size in re.findall(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    places = re.findall(rb"translate\(([-\d.]+) ([-\d.]+)\)(?: rotate\([-\d.]+\))? scale", svg)
    assert len(places) > 50
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in places)


def test_many_points_at_one_roof_leave_room_for_all_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int | None] = []
    place = Room.place

    def watched(room: Room, places: Iterable[Sequence[Box]]) -> int | None:
        found.append(place(room, places))
        return found[-1]

    monkeypatch.setattr(Room, "place", watched)
    machines = ("dlp-s", "dlp-m", "dlp-s-real", "dlp-m-real")
    runs = [
        (f"p{size}", f"move DRAM NRAM {size * 64}\ncompute MAC_32 {size * 4096}\n", machine)
        for machine in machines
        for size in range(1, 12)
    ]
    data = data_of(*runs, chips=True)
    width, height = (
        float(size) for size in re.findall(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', roofline_picture(data, "svg"))[0]
    )
    assert len(found) > len(runs) + len(CHIPS)
    assert None not in found
    assert 0.5 < height / width < 1.5
