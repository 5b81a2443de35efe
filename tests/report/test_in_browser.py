"""The page as a reader has it: in a real browser, offline."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.texts import CONTENDING, FC_1X256
from tests.conftest import OpenPage
from tests.report.pages import ENDLESS, HOSTILE, page_of, write_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (1280, 400)
PLACE = """([core, unit, time]) => {
    const { chart, canvas, data } = timeline, box = canvas.getBoundingClientRect();
    const lane = data.lanes.findIndex((each) => each.core === core && each.unit === unit);
    return [box.left + chart.x(time), box.top + chart.tops[lane] + 18];
}"""
"""Where in the window a core's unit is at a time."""


def place(page: "Page", core: int, unit: str, time: float) -> tuple[float, float]:
    page.locator("#timeline canvas").scroll_into_view_if_needed()
    x, y = page.evaluate(PLACE, [core, unit, time])
    return x, y


def told(page: "Page", core: int, unit: str, time: float) -> list[str]:
    """Return what the tooltip says at a place, row by row."""
    page.mouse.move(*place(page, core, unit, time))
    return [" ".join(row.split("\n")) for row in page.locator("#tooltip > *").all_inner_texts()]


def click(page: "Page", core: int, unit: str, time: float) -> None:
    page.mouse.click(*place(page, core, unit, time))


def span(page: "Page") -> tuple[float, float]:
    """Return the boundaries between which the timeline is shown."""
    canvas = page.locator("#timeline canvas")
    return float(canvas.get_attribute("data-from") or -1), float(canvas.get_attribute("data-to") or -1)


def look(page: "Page") -> str:
    """Return the picture of the timeline."""
    picture: str = page.evaluate("timeline.canvas.toDataURL()")
    return picture


def eventually(page: "Page", condition: str) -> None:
    """Wait until a condition holds. (Playwright's own way to wait needs what the page forbids: evaluating texts.)"""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"never: {condition}")


def draw_roofline(page: "Page") -> None:
    page.locator("#roofline-chart").scroll_into_view_if_needed()
    page.wait_for_selector("#roofline-chart .main-svg")


def is_within(page: "Page") -> bool:
    """Return whether the page needs no scrolling sideways."""
    within: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return within


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", ["", "sync\n", HOSTILE, ENDLESS], ids=["empty", "instruction", "hostile", "endless"])
def test_opens_and_fits(text: str, width: int, tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, text), width)
    assert is_within(page)
    draw_roofline(page)
    assert is_within(page)
    assert page.evaluate("typeof window.pwned") == "undefined"
    shown = [each.split("\n")[0] for each in page.locator(".source tbody tr td.code").all_text_contents()]
    assert shown[: len(text.splitlines())] == text.splitlines()


@pytest.mark.parametrize("width", WIDTHS)
def test_shipped_program_on_several_cores(width: int, tmp_path: Path, open_page: OpenPage) -> None:
    options = ["--machine", "dlp-m-real", "--cores", "16", "-D", "N=256", "-D", "M=64"]
    page = open_page(page_of("fc_1024x256_serial.asm", tmp_path / "page.html", options), width)
    draw_roofline(page)
    assert is_within(page)
    assert page.locator("h1").inner_text() == "fc_1024x256_serial.asm"
    canvas = page.locator("#timeline canvas").bounding_box()
    assert canvas
    assert 200 < canvas["width"] < width


def test_tells_what_is_under_the_pointer(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, FC_1X256), 1280)
    assert told(page, 0, "dram", 8) == [
        "core 0, dram",
        "cycles 0 to 16 (16 cycles)",
        "cause works",
        "line 1 move DRAM NRAM 1024",
        "moves 1,024 bytes",
        "required 64 B/cycle",
        "used 64 B/cycle",
    ]
    assert told(page, 0, "compute", 32.5)[-1] == "computes 256 MAC_32/cycle"
    assert told(page, 0, "compute", 8) == [
        "core 0, compute",
        "cycles 0 to 32 (32 cycles)",
        "cause idle",
        "decoder waits at a sync for dram, line 2",
        "at line 3 sync",
    ]
    assert told(page, 0, "decoder", 8)[2:] == ["cause waits at a sync", "for dram, line 2", "line 3 sync"]
    page.mouse.move(5, 5)
    assert page.locator("#tooltip").is_hidden()


def test_tells_of_a_port_that_is_shared(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, "move DRAM NRAM 12800\n", "--machine", "dlp-m"), 1280)
    assert told(page, 1, "dram", 100)[-4:] == [
        "moves 12,800 bytes",
        "required 128 B/cycle",
        "used 32.16 B/cycle",
        "port waits 298 cycles for other cores' beats",
    ]


def test_tells_of_a_full_queue(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, "move DRAM NRAM 640\n" * 4, "--set", "decoder.queue_depth=1"), 1280)
    assert told(page, 0, "decoder", 5)[2:4] == ["cause queue is full", "the queue of dram is full"]


def test_zooms(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, FC_1X256), 1280)
    assert span(page) == (0, 34)
    page.mouse.move(*place(page, 0, "dram", 10))
    page.mouse.down()
    page.mouse.move(*place(page, 0, "dram", 20), steps=3)
    page.mouse.up()
    assert span(page) == pytest.approx((10, 20), abs=0.1)
    page.mouse.dblclick(*place(page, 0, "dram", 15))
    assert span(page) == (0, 34)
    page.mouse.move(*place(page, 0, "dram", 10))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    eventually(page, "timeline.chart.to < 34")
    begin, end = span(page)
    assert (10 - begin) / (end - 10) == pytest.approx(10 / 24, abs=0.02)
    page.locator("#timeline canvas").focus()
    page.keyboard.press("0")
    assert span(page) == (0, 34)
    for name, expected in (("Zoom in", (6.375, 27.625)), ("Later", (12.75, 34)), ("Zoom out", (0, 34))):
        page.get_by_role("button", name=name).click()
        assert span(page) == pytest.approx(expected)


def test_wheel_alone_scrolls_the_page(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, FC_1X256), 1280)
    page.mouse.move(*place(page, 0, "dram", 10))
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    eventually(page, f"scrollY > {before}")
    assert span(page) == (0, 34)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_selects_its_bars(width: int, tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, FC_1X256), width)
    before = look(page)
    page.locator("#L2 .code").click()
    assert page.locator("tr.selected").get_attribute("id") == "L2"
    assert look(page) != before
    status = page.locator("#timeline-status").inner_text()
    assert status.startswith("Line 2: 1 bar in “Whole run”")
    assert status.endswith("47.1 % of the critical path · 1 times · 16 cycles occupied")
    page.locator("#L2 .code").click()
    assert page.locator("tr.selected").count() == 0
    assert look(page) == before


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bar_shows_its_line(width: int, tmp_path: Path, open_page: OpenPage) -> None:
    comments = "; a comment\n" * 200
    page = open_page(write_page(tmp_path, FC_1X256 + comments + "move DRAM NRAM 6400\n"), width)
    click(page, 0, "dram", 100)
    row = page.locator("tr.selected")
    assert row.get_attribute("data-line") == str(len((FC_1X256 + comments).splitlines()) + 1)
    listing, box = page.locator(".listing").bounding_box(), row.bounding_box()
    assert listing
    assert box
    assert listing["y"] < box["y"] < listing["y"] + listing["height"]
    assert 0 < box["y"] < 900
    click(page, 0, "compute", 20)
    assert page.locator("tr.selected").count() == 0


def test_advice_leads_to_lines(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(page_of("fc_1024x256_serial.asm", tmp_path / "page.html"), 1280)
    link = page.locator("#advice a.line").first
    link.click()
    assert page.locator("tr.selected").get_attribute("data-line") == link.inner_text()


def test_a_zoomed_timeline_goes_where_the_line_is(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, FC_1X256), 1280)
    page.evaluate("timeline.span(0, 10)")
    page.locator("#L4 .code").click()
    begin, end = span(page)
    assert begin < 32.5 < end
    assert end - begin == 10


def test_a_long_run_is_reduced_and_says_so(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, ENDLESS), 1280)
    assert "it is reduced to columns of 21,000,000 cycles" in page.locator("#timeline").inner_text()
    assert page.locator("#timeline [data-part]").all_inner_texts()[0] == "Whole run, reduced"
    rows = told(page, 0, "compute", 1e9)
    assert rows == ["core 0, compute", "cycles 987,000,000 to 1,008,000,000 (21,000,000 cycles)", "works 50.0 %"]
    page.locator("#L6 .code").click()
    assert page.locator("#timeline [aria-pressed=true]").inner_text().endswith("to 16,000,000,001")
    assert told(page, 0, "compute", page.evaluate("timeline.chart.part.cycles - 0.5"))[1:4] == [
        "cycles 16,000,000,000 to 16,000,000,001 (1 cycle)",
        "cause works",
        "line 6 compute ADD_32 256",
    ]


def test_roofline_tells_what_is_under_the_pointer(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(write_page(tmp_path, CONTENDING, "--cores", "4"), 1280)
    draw_roofline(page)
    page.locator("#roofline-chart .points path").first.hover(force=True)
    page.wait_for_selector("#roofline-chart .hovertext")
    assert "of what its limit allows" in (page.locator("#roofline-chart .hovertext").text_content() or "")
