import pytest

from dlpsim import simulate
from dlpsim.pictures.timeline import COLUMNS, timeline_picture
from dlpsim.simulation import prepare
from dlpsim.views.timeline import Timeline
from tests.pictures.svg import texts

PROGRAM = "loop 20\nmove DRAM NRAM 640 * (1 + core)\nsync cluster\ncompute MAC_32 51_200\nendloop\n"


def picture(text: str, machine: str, cores: int = 1, kind: str = "svg", most: int = 4000) -> bytes:
    program, config = prepare(text, machine, cores)
    view = Timeline(program, config)
    cycles = simulate(program, config, listeners=[view]).cycles
    return timeline_picture(view.data(cycles, (0, cycles), range(cores), COLUMNS, most), program, kind)


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("most", [4000, 0])
def test_made_twice_it_is_the_same(kind: str, most: int) -> None:
    first = picture(PROGRAM, "dlp-m-real", 4, kind, most)
    assert picture(PROGRAM, "dlp-m-real", 4, kind, most) == first


def test_bars_are_labelled_with_source_lines() -> None:
    found = texts(picture("move DRAM NRAM 64_000\nsync\ncompute MAC_32 256\n", "dlp-s"))
    assert found[0] == "0"
    for text in (
        "<text> on dlp-s: cycles 0 to 1,001 of 1,001",
        "core 0",
        "decoder",
        "1 move DRAM NRAM 64000",
        "2 sync",
        "cycle",
        "dram works",
        "waits at a sync",
    ):
        assert text in found
    assert "3" not in found  # a cycle is too narrow for it
    assert "in flight" not in found


def test_a_reduced_picture_says_so() -> None:
    found = texts(picture(f"loop {10**12}\n{PROGRAM}endloop\n", "dlp-s"))
    (title,) = (text for text in found if text.startswith("<text> on dlp-s: "))
    assert title.endswith("; reduced: 4,100,000,000,000 cycles to a column")
    assert "2 move DRAM NRAM 640" not in found


@pytest.mark.parametrize("cores", [1, 4, 16])
def test_every_core_has_its_lanes(cores: int) -> None:
    found = texts(picture(PROGRAM, "dlp-m", cores))
    assert [text for text in found if text.startswith("core ")] == [f"core {core}" for core in range(cores)]


@pytest.mark.parametrize(
    ("text", "said"), [("", "takes no time"), ("sync\n", "takes no time"), ("compute MAC_32 1\n", "0 to 1 of 1")]
)
def test_small_programs(text: str, said: str) -> None:
    assert any(said in found for found in texts(picture(text, "dlp-s")))
