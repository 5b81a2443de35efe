import errno
import os
from pathlib import Path

import pytest

from dlpsim.report.collect import ReportData
from tests.cli.command import dlpsim, refused
from tests.cli.texts import CONTENDING, FC_1X256, LOST_BARRIER


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "fc.asm"
    path.write_text(FC_1X256)
    return path


def test_page_is_made_again_by_the_command_in_it(tmp_path: Path) -> None:
    path, page = tmp_path / "a program.asm", tmp_path / "page.html"
    path.write_text(CONTENDING)
    options = "--cores 2 -D tiles=3 --set port.dram.latency=7 --core 1 --window :20"
    arguments: list[str | Path] = ["report", path, *options.split(), "-o", page]
    assert dlpsim(*arguments).status == 0
    text = page.read_text(encoding="utf-8")
    assert f'<pre class="command">dlpsim report &#x27;{path}&#x27; {options} -o {page}</pre>' in text
    assert "latency 7 cycles" in text
    assert '<td>tiles</td><td class="number">3</td>' in text
    assert "1 of 2 cores; dlpsim report --core N shows another." in text
    assert dlpsim(*arguments).out == ""
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "page.pdf"], "error: page.pdf: unknown suffix '.pdf'; expected .html\n"),
        (["-o", "page"], "error: page: has no suffix; expected .html\n"),
        (["-o", "/no/where/page.html"], "error: /no/where/page.html: cannot be written: No such file or directory\n"),
        (["-o", "page.html", "--cores", "4", "--core", "4"], "error: --core 4: dlp-m has cores 0 to 3\n"),
        (["-o", "page.html", "--window", "34:"], "error: --window 34:34 is outside the run, which ends at cycle 34\n"),
        (
            ["-o", "page.html", "--window", "9:3"],
            "error: --window 9:3: expected A:B, two cycles of which the first is the lower, such as 100:200\n",
        ),
        ([], "error: Missing option '-o' / '--output'.\n    hint: see 'dlpsim report --help'\n"),
    ],
)
def test_what_is_refused(
    options: list[str], said: str, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused("report", program, *options) == said
    assert [path.name for path in tmp_path.iterdir()] == ["fc.asm"]


@pytest.mark.parametrize("text", ["mov DRAM NRAM 4\n", LOST_BARRIER])
def test_what_was_there_stays_where_a_program_is_wrong(text: str, tmp_path: Path) -> None:
    path, page = tmp_path / "wrong.asm", tmp_path / "page.html"
    path.write_text(text)
    page.write_text("before")
    assert str(path) in refused("report", path, "--cores", "2", "-o", page)
    assert page.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_what_was_there_stays_where_the_disk_is_full(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: ReportData) -> bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    page = tmp_path / "page.html"
    page.write_text("before")
    monkeypatch.setattr("dlpsim.report.page.page", full)
    assert refused("report", program, "-o", page) == f"error: {page}: cannot be written: No space left on device\n"
    assert page.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2
