"""Rolls up what repeats: a straight sequence of instructions becomes loops whose addresses advance evenly.

What is said twice or more in a row, but for offsets that grow by the same amounts each time, is said once, in a loop.
Loops are found from the inside out, so that nests come of themselves.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from operator import mul, sub
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

LONGEST = 128
"""Bodies with more items are not looked for."""

WORD = 2**64 - 1
"""Sums wrap around at so much."""

LeafT = TypeVar("LeafT")


class Item(NamedTuple, Generic[LeafT]):
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
    rolling = _Rolling(items)
    while rolling.shortest_bodies():
        pass
    return rolling.items


class _Rolling(Generic[LeafT]):
    """Items that are being rolled up, each with a number for its key and one for its offsets."""

    def __init__(self, items: Sequence[Item[LeafT]]) -> None:
        self.items = list(items)
        self._names: dict[Hashable, int] = {}
        self._random = np.random.default_rng(1)
        self._factors: list[int] = []
        self._keys = np.array([self._name(item.key) for item in items], np.int64)
        self._hashes = np.array([self._hash(item.offsets) for item in items], np.uint64)

    def shortest_bodies(self) -> bool:
        """Roll up with the shortest body that gives anything; return whether there was one."""
        return any(self._roll_bodies(length) for length in range(1, min(LONGEST, len(self.items) // 2) + 1))

    def _name(self, key: Hashable) -> int:
        return self._names.setdefault(key, len(self._names))

    def _hash(self, offsets: Sequence[int]) -> int:
        """Return a number that is linear in the offsets: even growth of the one is that of the other."""
        if len(offsets) > len(self._factors):
            self._factors += self._random.integers(1, 2**63, len(offsets), np.uint64).tolist()
        total: int = sum(map(mul, offsets, self._factors))
        return total & WORD

    def _roll_bodies(self, length: int) -> bool:
        same = self._keys[:-length] == self._keys[length:]
        if np.count_nonzero(same) < length:
            return False
        pairs = _run_lengths(same)
        begins = np.flatnonzero(pairs >= length)
        if not begins.size:
            return False
        growth = self._hashes[length:] - self._hashes[:-length]
        triples = _run_lengths(same[:-length] & same[length:] & (growth[:-length] == growth[length:]))
        found: list[tuple[int, int]] = []
        behind = 0
        for begin in begins.tolist():
            if begin < behind:
                continue
            count = 2
            if begin < len(triples) and triples[begin] >= length:
                count += int(triples[begin]) // length
            if count * length > length + 2:
                found.append((begin, count))
                behind = begin + count * length
        self._replace(found, length)
        return bool(found)

    def _replace(self, found: Sequence[tuple[int, int]], length: int) -> None:
        """Put loops where they were found: where each begins, and how often it goes round."""
        kept = np.ones(len(self.items), np.bool_)
        items: list[Item[LeafT]] = []
        position = 0
        for begin, count in found:
            loop = self._rolled(begin, length, count)
            items += self.items[position:begin]
            items.append(loop)
            position = begin + count * length
            kept[begin + 1 : position] = False
            self._keys[begin], self._hashes[begin] = self._name(loop.key), self._hash(loop.offsets)
        self.items = [*items, *self.items[position:]]
        self._keys, self._hashes = self._keys[kept], self._hashes[kept]

    def _rolled(self, begin: int, length: int, count: int) -> Item[LeafT]:
        body = tuple(self.items[begin : begin + length])
        offsets = [offset for item in self.items[begin : begin + count * length] for offset in item.offsets]
        width = len(offsets) // count
        growth = list(map(sub, offsets[width:], offsets[:-width] if width else ()))
        steps = growth[:width]
        assert growth == steps * (count - 1), "two different sequences of offsets have the same hash"
        key = "loop", count, tuple(steps), tuple(self._keys[begin : begin + length].tolist())
        return Item(key, tuple(offsets[:width]), Rolled(count, body, tuple(steps)))


def _run_lengths(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return, for each place, how many flags in a row are set from there on."""
    places = np.arange(len(flags))
    next_unset = np.minimum.accumulate(np.where(flags, len(flags), places)[::-1])[::-1]
    lengths: NDArray[np.int64] = next_unset - places
    return lengths
