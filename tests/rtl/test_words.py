"""Instruction words, and what does not fit into them."""

import pytest

from tests.reference.build import compute, dlp_s, loop, move, sequence
from tests.rtl.words import words


def test_words() -> None:
    code = sequence(loop(3, move("DRAM->NRAM", 65)), compute("MAC_32", 257))
    fields = [(word >> 45, word >> 42 & 7, word >> 32 & 1023, word & 0xFFFFFFFF) for word in words(code, dlp_s())]
    assert fields == [(1, 0, 2, 3), (0, 1, 0, 2), (2, 0, 0, 0), (0, 0, 0, 2)]


def test_amount_that_does_not_fit() -> None:
    with pytest.raises(OverflowError, match=r"^4294967296 does not fit in 32 bits$"):
        words(loop(1 << 32), dlp_s())


def test_program_that_does_not_fit() -> None:
    with pytest.raises(OverflowError, match=r"^1024 instructions; an instruction memory has room for 1023$"):
        words(sequence(*([compute("MAC_32", 1)] * 1024)), dlp_s())
