"""What `tests/README.md` says of the three models is what they do."""

import re
from pathlib import Path

import pytest

from tests.rtl.cases import cases
from tests.rtl.chart import CORES, MACHINE, PROGRAM, SETTINGS, charts, contended
from tests.rtl.icarus import missing
from tests.rtl.mutations import MUTATIONS
from tests.rtl.random_cases import CASES, STRUCTURES
from tests.tools import require

PAGE = Path(__file__).parents[1] / "README.md"
CHART = re.compile(r"(?<=^```text\nsimulator)(?P<rest>.*?\n)(?=^```$)", re.MULTILINE | re.DOTALL)


def test_chart(request: pytest.FixtureRequest) -> None:
    require(missing())
    shown = charts().removeprefix("simulator") + "\n"
    text = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        PAGE.write_text(CHART.sub(lambda _: shown, text), encoding="utf-8")
        return
    found = CHART.search(text)
    assert found
    assert found["rest"] == shown


def test_program_of_the_chart() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"```asm\n{PROGRAM.read_text(encoding='utf-8')}```" in text
    settings = "".join(f" --set {key}={value}" for key, value in SETTINGS.items())
    command = f"dlpsim run tests/rtl/{PROGRAM.name} --machine {MACHINE} --cores {CORES}{settings}"
    assert command in text.replace(" \\\n    ", " ")
    assert contended().machine.total_cores == CORES


def test_numbers() -> None:
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    for claim in (
        f"| hand-made cases | {len(cases())} |",
        f"| random programs on random machines | {len(STRUCTURES) * CASES} |",
        f"{len(MUTATIONS)} errors",
        f"{len(STRUCTURES)} chips",
    ):
        assert claim in words
