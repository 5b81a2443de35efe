import pytest

from dlpsim.views.excerpt import AskedWindow, chosen_cores, read_window
from isa.errors import DlpsimError


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10:20", (10, 20)),
        ("30:", (30, 34)),
        (":8", (0, 8)),
        (":", (0, 34)),
        (" 1 : 34 ", (1, 34)),
        ("1_0:2_0", (10, 20)),
    ],
)
def test_windows(text: str, span: tuple[int, int]) -> None:
    assert read_window(text).within(34) == span


@pytest.mark.parametrize("text", ["", "3", "6:5", "-1:5", ":-1", "a:b", "1:2:3", "1_:2", f"{'9' * 5000}:"])
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        read_window(text)
    assert caught.value.messages == (
        f"--window {text}: expected A:B, two cycles of which the first is the lower, such as 100:200",
    )


@pytest.mark.parametrize(("text", "shown"), [("34:", "34:34"), ("10:35", "10:35"), ("100:200", "100:200")])
def test_what_is_outside_the_run(text: str, shown: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        read_window(text).within(34)
    assert caught.value.messages == (f"--window {shown} is outside the run, which ends at cycle 34",)


def test_a_window_without_cycles() -> None:
    asked = read_window("5:5")
    with pytest.raises(DlpsimError, match="--window 5:5: expected A:B, two cycles"):
        asked.within(34)


def test_all_of_a_run_without_cycles() -> None:
    assert AskedWindow().within(0) == (0, 0)


def test_cores() -> None:
    assert chosen_cores([3, 1, 3], "m", 4) == [1, 3]
    assert chosen_cores([], "m", 4) == [0, 1, 2, 3]
    assert chosen_cores([], "m", 64) == list(range(16))
    with pytest.raises(DlpsimError) as caught:
        chosen_cores([4, 0, -1], "m", 4)
    assert caught.value.messages == ("--core 4: m has cores 0 to 3", "--core -1: m has cores 0 to 3")
    with pytest.raises(DlpsimError, match="--core 1: m has core 0 only"):
        chosen_cores([1], "m", 1)
