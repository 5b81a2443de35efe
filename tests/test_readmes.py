"""What the pages of this project show is what a reader gets: commands, Python sessions, links, the picture.

`pytest tests/test_readmes.py --update-golden` writes the present output of the commands into the pages.
"""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlpsim
from tests.picture import COMMAND, picture, words

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(ROOT)
    for path in [
        *ROOT.glob("*.md"),
        *(page for top in ("isa", "dlpsim", "programs", "tests", "benchmarks") for page in (ROOT / top).rglob("*.md")),
    ]
)
CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
SESSION = re.compile(r"(?<=^```pycon\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def pages_with(pattern: re.Pattern[str]) -> list[Path]:
    return [page for page in PAGES if pattern.search((ROOT / page).read_text(encoding="utf-8"))]


def blocks(page: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    yield from (match[0] for match in pattern.finditer((ROOT / page).read_text(encoding="utf-8")))


def as_a_reader_sees_it(block: str, folder: Path) -> str:
    """Run the commands of a block, in `folder`, and return the block with what they print.

    A command stands behind `$ `; lines behind `> ` continue it.
    """
    shown: list[str] = []
    for typed in re.findall(r"^\$ .*\n(?:> .*\n)*", block, re.MULTILINE):
        lines = typed.splitlines()
        shown += [*lines, *printed("\n".join(line[2:] for line in lines), folder)]
    return "".join(f"{line}\n" for line in shown)


def printed(command: str, folder: Path) -> list[str]:
    script = f'dlpsim() {{ "{sys.executable}" -m dlpsim "$@"; }}\n{command}'
    outcome = subprocess.run(
        ["bash", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    return [line.rstrip() for line in outcome.stdout.splitlines()]


@pytest.mark.parametrize("page", pages_with(CONSOLE), ids=str)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        text = (ROOT / page).read_text(encoding="utf-8")
        renewed = CONSOLE.sub(lambda match: as_a_reader_sees_it(match[0], tmp_path), text)
        (ROOT / page).write_text(renewed, encoding="utf-8")
        return
    for block in blocks(page, CONSOLE):
        assert as_a_reader_sees_it(block, tmp_path) == block


@pytest.mark.parametrize("page", pages_with(SESSION), ids=str)
def test_python_sessions_go_as_the_page_shows(page: Path) -> None:
    session = "\n".join(blocks(page, SESSION))
    examples = doctest.DocTestParser().get_doctest(session, {}, str(page), str(page), 0)
    assert examples.examples
    outcome = doctest.DocTestRunner(verbose=False).run(examples)
    assert outcome.failed == 0


def test_docstring_of_the_package() -> None:
    outcome = doctest.testmod(dlpsim)
    assert (outcome.attempted, outcome.failed) == (2, 0)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (ROOT / page).parent.joinpath(target).exists()] == []


def test_files_named_in_contributing_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:isa|dlpsim|tests|benchmarks|programs|\.ci)/[\w/.-]*)`", text))
    assert len(named) > 10
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_first_commands_are_those_of_the_checks() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    (run, tests) = [line for line in readme if line.startswith("python3 ")]
    assert run.endswith(COMMAND)
    assert tests.endswith("pytest -n auto")
    assert tests in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    checks = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "as_in_readme 'dlpsim run'" in checks
    assert "as_in_readme pytest" in checks


def test_house_is_described() -> None:
    text = (ROOT / "dlpsim/README.md").read_text(encoding="utf-8")
    folders = [path.name for path in (ROOT / "dlpsim").iterdir() if path.is_dir() and any(path.glob("*.py"))]
    assert [folder for folder in folders if f"| `{folder}/` |" not in text] == []
    files = {path.name for path in (ROOT / "dlpsim").rglob("*.py")}
    named = {name for name in re.findall(r"`(?:\w+/)?(\w+\.py)`", text) if not name.startswith("test_")}
    assert sorted(named - files) == []


def test_picture_shows_the_report(request: pytest.FixtureRequest) -> None:
    path = ROOT / "programs" / "run.svg"
    if request.config.getoption("--update-golden"):
        path.write_text(picture(), encoding="utf-8")
    assert words(path.read_text(encoding="utf-8")) == words(picture())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"![The report of {COMMAND}](programs/run.svg)" in readme
