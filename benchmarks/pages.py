"""The page of a long run: what it takes to make and to open, and how large it is: `python -m benchmarks pages`.

No stretch of the run comes again, so that nothing is skipped; and the program is as long as the run.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.figure import Aim, Figure
from benchmarks.peers import NotInstallableError
from benchmarks.workloads import straight
from dlpsim.cli.main import status
from tests.tools import browser_path, no_browser

MOST_OPENING_S, MOST_MB = 3, 6
"""Aimed at: seconds until the page is loaded and its timeline drawn, and its size in 10⁶ bytes."""

WINDOW_PIXELS = (1280, 900)

IS_REDUCED = "timeline.chart.part.columns !== undefined"


def pages(instructions: int, repeats: int) -> Iterator[Figure]:
    """Yield the figures of the page of a run of so many instructions; it is opened `repeats` times.

    Raises NotInstallableError where there is no Chromium.
    """
    if reason := no_browser():
        raise NotInstallableError(reason)
    run = f"page of {instructions:,} instructions"
    with TemporaryDirectory() as folder:
        program, page = Path(folder) / "program.asm", Path(folder) / "page.html"
        with program.open("w", encoding="utf-8") as file:
            file.writelines(straight(instructions))
        begin = process_time()
        assert status(["report", str(program), "-o", str(page)]) == 0
        yield Figure.of(f"{run}: made", "s of processor", [process_time() - begin])
        yield Figure.of(f"{run}: size", "MB", [page.stat().st_size / 1e6], (Aim.AT_MOST, MOST_MB))
        yield Figure.of(f"{run}: opened in Chromium", "s", _opened(page, repeats), (Aim.AT_MOST, MOST_OPENING_S))


def _opened(page: Path, repeats: int) -> Sequence[float]:
    """Return the seconds of opening a page, in a window of its own each time, until its reduced timeline is drawn."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where it is installed)

    seconds = []
    width, height = WINDOW_PIXELS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for _ in range(repeats):
            with browser.new_context(viewport={"width": width, "height": height}, offline=True) as context:
                window = context.new_page()
                begin = perf_counter()
                window.goto(page.as_uri())
                assert window.evaluate(IS_REDUCED)
                seconds.append(perf_counter() - begin)
        browser.close()
    return seconds
