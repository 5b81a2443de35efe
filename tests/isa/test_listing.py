from isa.listing import Row, listing
from tests.isa.examples import code


def test_rows() -> None:
    text = "\nloop 3 ; three times\n  move dram, nram 8*8\n\n  loop 0\n  endloop\nendloop\nsync  CHIP"
    assert list(listing(code(text))) == [
        Row(0, 2, 0, "loop 3"),
        Row(1, 3, 1, "move DRAM NRAM 64"),
        Row(2, 5, 1, "loop 0"),
        Row(3, 6, 1, "endloop"),
        Row(4, 7, 0, "endloop"),
        Row(5, 8, 0, "sync chip"),
    ]


def test_no_rows() -> None:
    assert list(listing(())) == []
