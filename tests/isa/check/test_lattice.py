from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.check.bytemap import ByteMap
from isa.check.intervals import Interval, Intervals
from isa.check.lattice import Lattice, covered
from isa.check.reach import TooInvolvedError
from tests.reference.examples import examples

PARTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair))), max_size=6)
AXES = st.lists(st.tuples(st.integers(1, 4), st.integers(-9, 9)), max_size=3).map(tuple)
LATTICES = st.lists(st.builds(Lattice, st.integers(-9, 30), st.integers(1, 6), AXES), max_size=4)


def members(parts: list[Interval]) -> set[int]:
    return {byte for low, high in parts for byte in range(low, high)}


@examples(100)
@given(PARTS, PARTS)
def test_intervals_are_sets(one: list[Interval], other: list[Interval]) -> None:
    first, second = Intervals.union(one), Intervals.union(other)
    assert members(list(first.parts)) == members(one)
    assert members(list((first & second).parts)) == members(one) & members(other)
    assert members(list((first - second).parts)) == members(one) - members(other)
    assert first.size == len(members(one))
    assert all(before[1] < behind[0] for before, behind in zip(first.parts, first.parts[1:], strict=False))


@examples(100)
@given(st.lists(PARTS, max_size=3), PARTS)
def test_byte_map_grows(added: list[list[Interval]], asked: list[Interval]) -> None:
    known = ByteMap()
    for parts in added:
        known.add(Intervals.union(parts).parts)
    missing = known.lacks(Intervals.union(asked).parts)
    assert members(missing) == members(asked) - {byte for parts in added for byte in members(parts)}


@examples(100)
@given(LATTICES)
def test_covers_what_any_lattice_holds(lattices: list[Lattice]) -> None:
    expected = set()
    for lattice in lattices:
        for counts in product(*(range(count) for count, _ in lattice.axes)):
            base = lattice.base + sum(at * stride for at, (_, stride) in zip(counts, lattice.axes, strict=True))
            expected |= set(range(base, base + lattice.size))
    assert members(list(covered(lattices).parts)) == expected


@pytest.mark.parametrize(
    ("lattices", "parts"),
    [
        ([Lattice(0, 1024, ((10**9, 1024),))], [(0, 1024 * 10**9)]),
        ([Lattice(0, 4, ((10**6, 4096), (1024, 4)))], [(0, 4096 * 10**6)]),
        ([Lattice(0, 512, ((10**9, 1024),)), Lattice(512, 512, ((10**9, 1024),))], [(0, 1024 * 10**9)]),
        ([Lattice(4096, 1024, ((5, -1024),))], [(0, 5120)]),
        (
            [Lattice(0, 512, ((10**9, 1024),)), Lattice(512, 512), Lattice(1536, 512, ((10**9 - 1, 1024),))],
            [(0, 1024 * 10**9)],
        ),
    ],
)
def test_joins_what_lies_side_by_side(lattices: list[Lattice], parts: list[Interval]) -> None:
    assert covered(lattices) == Intervals(parts)


def test_gives_up_on_what_is_scattered() -> None:
    scattered = Lattice(0, 4, ((1000, 8),))
    assert len(covered([scattered]).parts) == 1000
    with patch("isa.check.lattice.MAX_INTERVALS", 999), pytest.raises(TooInvolvedError):
        covered([scattered])
