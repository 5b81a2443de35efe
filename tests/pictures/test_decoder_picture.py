"""The picture of the decoder in `dlpsim/README.md` is what the decoder does."""

from pathlib import Path

import pytest

from dlpsim.exercises.decoder_diagram import answer_diagram

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "dlpsim" / "decoder.svg"


def test_picture_is_of_today(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        PICTURE.write_text(answer_diagram().picture(), encoding="utf-8")
    assert PICTURE.read_text(encoding="utf-8") == answer_diagram().picture()
    assert "](decoder.svg)" in (ROOT / "dlpsim" / "README.md").read_text(encoding="utf-8")
