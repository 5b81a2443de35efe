"""Rolling up what repeats."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.writing.roll import Item, Rolled, roll

Plain = tuple[str, tuple[int, ...]]
"""A name, and offsets."""


def items(plain: Sequence[Plain]) -> list[Item[str]]:
    """Return leaves that may be rolled up."""
    return [Item((name, len(offsets)), offsets, name) for name, offsets in plain]


def unrolled(rolled: Sequence[Item[str]], added: Iterator[int] | None = None) -> Iterator[Plain]:
    """Yield what the items stand for; `added` gives what loops around them add to their offsets, in order."""
    for item in rolled:
        shifts = [next(added) if added else 0 for _ in item.offsets]
        if isinstance(item.node, Rolled):
            for turn in range(item.node.count):
                sums = [shift + turn * step for shift, step in zip(shifts, item.node.steps, strict=True)]
                yield from unrolled(item.node.body, iter(sums))
        else:
            offsets = tuple(offset + shift for offset, shift in zip(item.offsets, shifts, strict=True))
            yield item.node, offsets


@st.composite
def sequences(draw: st.DrawFn) -> list[Plain]:
    """Draw a sequence with stretches that repeat, evenly or not, in nests."""

    def stretch(depth: int) -> list[Plain]:
        if depth == 0:
            name = draw(st.sampled_from("ab"))
            return [(name, tuple(draw(st.lists(st.integers(0, 3), min_size=1, max_size=1 + (name == "b")))))]
        body = [one for _ in range(draw(st.integers(1, 3))) for one in stretch(depth - 1)]
        step = draw(st.integers(-2, 2))
        return [
            (name, tuple(offset + turn * step for offset in offsets))
            for turn in range(draw(st.integers(1, 4)))
            for name, offsets in body
        ]

    return stretch(draw(st.integers(0, 3)))


@given(sequences())
def test_rolled_items_stand_for_what_they_were_made_of(plain: list[Plain]) -> None:
    assert list(unrolled(roll(items(plain)))) == plain


def test_a_nest() -> None:
    """Two loops, one in the other, each with a step of its own for each offset."""
    plain = [("a", (1000 * y + 10 * x, 7 * x)) for y in range(5) for x in range(4)]
    (outer,) = roll(items(plain))
    assert isinstance(outer.node, Rolled)
    assert (outer.node.count, outer.node.steps) == (5, (1000, 0))
    (inner,) = outer.node.body
    assert isinstance(inner.node, Rolled)
    assert (inner.node.count, inner.node.steps) == (4, (10, 7))


def test_offsets_that_grow_unevenly_are_not_rolled_up() -> None:
    plain = [("a", (offset,)) for offset in (0, 1, 4, 9, 16)]
    assert roll(items(plain)) == items(plain)


def test_nothing() -> None:
    assert roll([]) == []
