"""Rolls up what repeats: a straight sequence of instructions becomes loops whose addresses advance evenly.

What is said twice or more in a row, but for offsets that grow by the same amounts each time, is said once, in a loop.
Loops are found from the inside out, so that nests come of themselves.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

LONGEST = 128
"""Bodies with more items are not looked for."""

WORD = 2**64 - 1
"""Sums wrap around at so much."""

LeafT = TypeVar("LeafT")


@dataclass(frozen=True)
class Item(Generic[LeafT]):
    """Something that may repeat: `key` is all that it is but for its `offsets`. It is a leaf, or a loop."""

    key: Hashable
    offsets: tuple[int, ...]
    node: "LeafT | Rolled[LeafT]"


@dataclass(frozen=True)
class Rolled(Generic[LeafT]):
    """A loop: `body` as it is in the first of `count` iterations; each adds `steps` to its offsets, in their order."""

    count: int
    body: tuple[Item[LeafT], ...]
    steps: tuple[int, ...]


def roll(items: Sequence[Item[LeafT]]) -> list[Item[LeafT]]:
    """Return `items` with all that is worth it rolled up."""
    rolled = list(items)
    while (shorter := _pass(rolled)) is not None:
        rolled = shorter
    return rolled


def _pass(items: list[Item[LeafT]]) -> list[Item[LeafT]] | None:
    """Roll up with the shortest body that gives anything; None if there is none."""
    names: dict[Hashable, int] = {}
    keys = np.array([names.setdefault(item.key, len(names)) for item in items], np.int64)
    hashes = _hashes(items)
    for length in range(1, min(LONGEST, len(items) // 2) + 1):
        found = _roll_bodies(items, keys, hashes, length)
        if found is not None:
            return found
    return None


def _roll_bodies(
    items: list[Item[LeafT]], keys: NDArray[np.int64], hashes: NDArray[np.uint64], length: int
) -> list[Item[LeafT]] | None:
    same = keys[:-length] == keys[length:]
    growth = hashes[length:] - hashes[:-length]
    even = same[:-length] & same[length:] & (growth[:-length] == growth[length:])
    pairs = _run_lengths(same)
    begins = np.flatnonzero(pairs >= length)
    if not begins.size:
        return None
    triples = _run_lengths(even)
    result: list[Item[LeafT]] = []
    position = 0
    for begin in begins.tolist():
        if begin < position:
            continue
        count = 2
        if begin < len(triples) and triples[begin] >= length:
            count += int(triples[begin]) // length
        if count * length > length + 2:
            result += items[position:begin]
            result.append(_rolled(items, begin, length, count))
            position = begin + count * length
    return [*result, *items[position:]] if result else None


def _rolled(items: Sequence[Item[LeafT]], begin: int, length: int, count: int) -> Item[LeafT]:
    body = tuple(items[begin : begin + length])
    offsets = _offsets(body)
    steps = tuple(
        after - before
        for before, after in zip(offsets, _offsets(items[begin + length : begin + 2 * length]), strict=True)
    )
    for turn in range(2, count):
        expected = tuple(offset + turn * step for offset, step in zip(offsets, steps, strict=True))
        found = _offsets(items[begin + turn * length : begin + (turn + 1) * length])
        assert found == expected, "two different sequences of offsets have the same hash"
    return Item(("loop", count, steps, tuple(item.key for item in body)), offsets, Rolled(count, body, steps))


def _offsets(items: Sequence[Item[LeafT]]) -> tuple[int, ...]:
    return tuple(offset for item in items for offset in item.offsets)


def _run_lengths(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return, for each place, how many flags in a row are set from there on."""
    places = np.arange(len(flags))
    next_unset = np.minimum.accumulate(np.where(flags, len(flags), places)[::-1])[::-1]
    lengths: NDArray[np.int64] = next_unset - places
    return lengths


def _hashes(items: Sequence[Item[LeafT]]) -> NDArray[np.uint64]:
    """Return a number for the offsets of each item, linear in them: even growth of the one is that of the other."""
    most = max((len(item.offsets) for item in items), default=0)
    factors = np.random.default_rng(1).integers(1, 2**63, most + 1, np.uint64).tolist()
    return np.array([sum(map(mul, item.offsets, factors)) & WORD for item in items], np.uint64)
