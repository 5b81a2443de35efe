"""Sparse coding: how a compressed tensor lies in its memory. Importing this module imports NumPy.

Of each block of CODED_BYTES bytes, CODED_BYTES / factor are kept. First comes the index: a bit for each word of the
block, the lowest first, that says whether it is not zero. Then these words follow, in their order; what is left is 0.
So the index is part of the compressed volume, and of the 16 words of a block only `room` may be other than zero.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.vocabulary import CODED_BYTES

WORD = 4
"""Bytes of a word."""

_WORDS = CODED_BYTES // WORD
_INDEX = _WORDS // 8


class TooDenseError(Exception):
    """More words of a block are other than zero than its coding has room for."""


def room(factor: int) -> int:
    """Return how many of the words of a block may be other than zero."""
    return _WORDS if factor == 1 else (CODED_BYTES // factor - _INDEX) // WORD


def compressed(values: NDArray[Any], factor: int) -> NDArray[np.uint8]:
    """Return the bytes of `values`, whole blocks in C order, compressed to 1/factor of their volume.

    Raises TooDenseError where a block has too many words that are not zero.
    """
    data = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
    if factor == 1:
        return data
    words = data.view(np.uint32).reshape(-1, _WORDS)
    is_kept = words != 0
    counts = is_kept.sum(axis=1)
    if counts.max(initial=0) > room(factor):
        block = int(counts.argmax())
        raise TooDenseError(
            f"of the {_WORDS} words from byte {block * CODED_BYTES:,} on, {counts[block]} are not zero; "
            f"compressed to 1/{factor} there is room for {room(factor)}"
        )
    coded = np.zeros((len(words), CODED_BYTES // factor), np.uint8)
    coded[:, :_INDEX] = np.packbits(is_kept, axis=1, bitorder="little")
    kept = np.argsort(~is_kept, axis=1, kind="stable")[:, : room(factor)]
    first = np.take_along_axis(words, kept, axis=1)
    coded[:, _INDEX : _INDEX + room(factor) * WORD] = first.view(np.uint8)
    return coded.reshape(-1)


def expanded(coded: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return the bytes that `coded`, whole blocks, stands for: `factor` times as many."""
    if factor == 1:
        return coded
    blocks = np.ascontiguousarray(coded).reshape(-1, CODED_BYTES // factor)
    is_kept = np.unpackbits(blocks[:, :_INDEX], axis=1, bitorder="little").astype(bool)
    first = np.zeros((len(blocks), _WORDS), np.uint32)
    kept = np.ascontiguousarray(blocks[:, _INDEX : _INDEX + room(factor) * WORD])
    first[:, : room(factor)] = kept.view(np.uint32)
    words = np.where(is_kept, np.take_along_axis(first, np.cumsum(is_kept, axis=1) - is_kept, axis=1), 0)
    return words.astype(np.uint32).reshape(-1).view(np.uint8)
