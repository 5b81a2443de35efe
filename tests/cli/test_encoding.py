from io import BytesIO, StringIO, TextIOWrapper

import pytest

from dlpsim.cli.encoding import PLAIN, make_writable


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("utf-8", "█ 5 µs → 1×2"), ("ascii", "# 5 us ? 1x2"), ("latin-1", "# 5 µs ? 1×2")],
)
def test_nearest_character_that_can_be_written(encoding: str, written: str) -> None:
    data = BytesIO()
    stream = TextIOWrapper(data, encoding=encoding)
    make_writable(stream)
    stream.write("█ 5 µs → 1×2")
    stream.flush()
    assert data.getvalue().decode(encoding) == written


def test_stand_ins_are_plain() -> None:
    assert all(len(char) == 1 and not char.isascii() and plain.isascii() for char, plain in PLAIN.items())


def test_streams_of_other_kinds_stay_as_they_are() -> None:
    stream = StringIO()
    make_writable(stream)
    stream.write("█")
    assert stream.getvalue() == "█"
