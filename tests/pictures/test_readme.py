"""The pictures beside the page that describes the house say what its commands draw."""

import shlex
from pathlib import Path

import pytest

from tests.cli.command import dlpsim
from tests.pictures.svg import texts

FOLDER = Path(__file__).parents[2] / "dlpsim"
COMMANDS = {
    "roofline.svg": "roofline fc_1x256.asm fc_32x256_serial.asm fc_32x256.asm fc_1024x256.asm"
    " --machine dlp-s --machine dlp-m",
    "timeline.svg": "timeline fc_32x256_pipelined.asm --cores 4 --window 0:700",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_picture_is_what_the_page_says(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    assert f"`dlpsim {COMMANDS[name]} -o {name}`" in page
    assert f"]({name})" in page
    path = FOLDER / name if request.config.getoption("--update-golden") else tmp_path / name
    assert dlpsim(*shlex.split(COMMANDS[name]), "-o", path).status == 0
    assert texts(path.read_bytes()) == texts((FOLDER / name).read_bytes())
