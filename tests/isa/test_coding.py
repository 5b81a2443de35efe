"""Sparse coding: what is kept, what comes back, what does not fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isa.coding import TooDenseError, compressed, expanded, room
from isa.vocabulary import CODED_BYTES, FACTORS

CODED = [factor for factor in FACTORS if factor > 1]


@pytest.mark.parametrize(("factor", "words"), [(1, 16), (2, 7), (4, 3), (8, 1)])
def test_room(factor: int, words: int) -> None:
    assert room(factor) == words


def test_the_index_comes_first_then_the_words_in_their_order() -> None:
    block = np.zeros(16, np.float32)
    block[[1, 9, 15]] = [1.0, -0.0, np.nan]
    coded = compressed(block, 4)
    assert coded[:2].tolist() == [0b00000010, 0b10000010]
    assert coded[2:14].tobytes() == block[[1, 9, 15]].tobytes()
    assert coded[14:].tolist() == [0, 0]


@st.composite
def sparse(draw: st.DrawFn) -> tuple[int, np.ndarray]:
    factor = draw(st.sampled_from(FACTORS))
    blocks = draw(st.integers(0, 5))
    words = np.zeros((blocks, 16), np.uint32)
    for row in words:
        places = draw(st.lists(st.integers(0, 15), max_size=room(factor), unique=True))
        row[places] = draw(st.integers(1, 2**32 - 1))
    return factor, words


@settings(max_examples=50, deadline=None)
@given(sparse())
def test_what_is_expanded_is_what_was_compressed(drawn: tuple[int, np.ndarray]) -> None:
    factor, words = drawn
    coded = compressed(words, factor)
    assert coded.nbytes * factor == words.nbytes
    assert expanded(coded, factor).tobytes() == words.tobytes()


@pytest.mark.parametrize("factor", CODED)
def test_blocks_are_coded_one_by_one(factor: int) -> None:
    words = np.zeros(48, np.uint32)
    words[[0, 20, 47]] = [1, 2, 3]
    coded, size = compressed(words, factor), CODED_BYTES // factor
    assert expanded(coded[size : 2 * size], factor).tobytes() == words[16:32].tobytes()


@pytest.mark.parametrize("factor", CODED)
def test_too_dense_a_block_is_named(factor: int) -> None:
    words = np.zeros(32, np.float32)
    words[16 : 16 + room(factor)] = 1
    compressed(words, factor)
    words[31] = 1
    with pytest.raises(TooDenseError) as caught:
        compressed(words, factor)
    assert str(caught.value) == (
        f"of the 16 words from byte 64 on, {room(factor) + 1} are not zero; "
        f"compressed to 1/{factor} there is room for {room(factor)}"
    )
