"""Sets of bytes: sorted intervals that neither overlap nor touch, each from its first byte to behind its last."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Interval = tuple[int, int]


class Intervals:
    """An immutable set of bytes."""

    __slots__ = ("_lows", "parts")

    def __init__(self, parts: Sequence[Interval] = ()) -> None:
        """Take sorted intervals with gaps between them, none empty."""
        self.parts = parts
        self._lows: list[int] | None = None

    @classmethod
    def union(cls, parts: Iterable[Interval]) -> "Intervals":
        """Return the bytes that are in any of `parts`, which may come in any order, overlap and be empty."""
        joined: list[Interval] = []
        for low, high in sorted(parts):
            if joined and low <= joined[-1][1]:
                if high > joined[-1][1]:
                    joined[-1] = (joined[-1][0], high)
            elif low < high:
                joined.append((low, high))
        return cls(joined)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Intervals) and list(self.parts) == list(other.parts)

    def __hash__(self) -> int:
        return hash(tuple(self.parts))

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return sum(high - low for low, high in self.parts)

    @property
    def first(self) -> int:
        """The lowest byte of a set that is not empty."""
        return self.parts[0][0]

    def __and__(self, other: "Intervals") -> "Intervals":
        few, many = sorted((self, other), key=lambda one: len(one.parts))
        found: list[Interval] = []
        for low, high in few.parts:
            for index in range(many.index(low), len(many.parts)):
                one_low, one_high = many.parts[index]
                if one_low >= high:
                    break
                found.append((max(low, one_low), min(high, one_high)))
        return Intervals(found)

    def __sub__(self, other: "Intervals") -> "Intervals":
        found: list[Interval] = []
        for begin, high in self.parts:
            low = begin
            for index in range(other.index(low), len(other.parts)):
                one_low, one_high = other.parts[index]
                if one_low >= high:
                    break
                if one_low > low:
                    found.append((low, one_low))
                low = one_high
            if low < high:
                found.append((low, high))
        return Intervals(found)

    def index(self, byte: int) -> int:
        """Return the index of the first interval that ends behind `byte`."""
        if self._lows is None:
            self._lows = [low for low, _ in self.parts]
        before = bisect_right(self._lows, byte) - 1
        return before if before >= 0 and self.parts[before][1] > byte else before + 1
