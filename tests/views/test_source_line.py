import pytest

from dlpsim.views.source_line import shortened, source_text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("\tmove  DRAM NRAM 64   ; the input", "move DRAM NRAM 64"),
        ("sync # all ; of it", "sync"),
        ("sync;#", "sync"),
        ("lo\x1b[31mop 4", "lo [31mop 4"),
        ("; nothing else", ""),
    ],
)
def test_source_text(line: str, text: str) -> None:
    assert source_text(line) == text


def test_shortened() -> None:
    assert [shortened("abcde", room) for room in (6, 5, 4, 1)] == ["abcde", "abcde", "abc…", "…"]
