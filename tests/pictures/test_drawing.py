from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from dlpsim.pictures.drawing import drawn, kind_of
from isa.errors import DlpsimError


def write(figure: Figure) -> None:
    figure.text(0.5, 0.5, "漢字 and more").set_parse_math(False)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_bytes_whatever_the_settings(kind: str) -> None:
    first = drawn(write, 2, 1, kind)
    with mpl.rc_context():
        mpl.rc("font", size=20)
        mpl.rc("text", color="red")
        mpl.rc("svg", hashsalt=None)
        assert drawn(write, 2, 1, kind) == first
        assert mpl.rcParams["font.size"] == 20


def test_no_date() -> None:
    assert b"<dc:date>" not in drawn(write, 2, 1, "svg")


def test_pixels() -> None:
    header = drawn(write, 2, 1, "png")[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (200, 100)


@pytest.mark.parametrize(("name", "kind"), [("a.png", "png"), ("b.SVG", "svg"), ("c.d.png", "png")])
def test_kinds(name: str, kind: str) -> None:
    assert kind_of(Path(name), ("png", "svg")) == kind


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.gif", "a.gif: unknown suffix '.gif'; expected .png or .svg"),
        ("png", "png: has no suffix; expected .png or .svg"),
    ],
)
def test_unknown_kinds(name: str, message: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        kind_of(Path(name), ("png", "svg"))
    assert caught.value.messages == (message,)
