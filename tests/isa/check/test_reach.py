from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.check.reach import Budget, TooInvolvedError, reaches
from isa.check.system import Condition, is_solvable
from tests.reference.examples import examples

FACTORS = st.integers(-12, 12)
TERMS = st.lists(st.tuples(FACTORS, st.integers(0, 5)), max_size=4)


@examples(100)
@given(TERMS, st.integers(-60, 60), st.integers(-2, 8))
def test_reaches_what_some_sum_reaches(terms: list[tuple[int, int]], low: int, width: int) -> None:
    sums = (
        sum(factor * x for (factor, _), x in zip(terms, point, strict=True))
        for point in product(*(range(limit + 1) for _, limit in terms))
    )
    assert reaches(terms, low, low + width, Budget()) == any(low <= one <= low + width for one in sums)


@pytest.mark.parametrize(
    ("terms", "low", "high", "is_reached"),
    [
        ([(1024, 10**9)], 1024 * 10**9, 1024 * 10**9, True),
        ([(1024, 10**9)], 1024 * 10**9 + 1, 1024 * 10**9 + 1023, False),
        ([(8192, 10**9), (4, 31), (-8192, 10**9)], 128, 8191, False),
        ([(8192, 10**9), (4, 31), (-8192, 10**9)], 124, 8191, True),
        ([(6, 10**9), (10, 10**9), (15, 10**9)], 29, 29, False),
        ([(6, 10**9), (10, 10**9), (15, 10**9)], 10**9 + 7, 10**9 + 7, True),
    ],
)
def test_takes_long_loops(terms: list[tuple[int, int]], low: int, high: int, is_reached: bool) -> None:
    assert reaches(terms, low, high, Budget()) is is_reached


def test_gives_up() -> None:
    primes = [1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049]
    with pytest.raises(TooInvolvedError):
        reaches([(prime * 10**6 + 1, 10**6) for prime in primes], 10**15 + 1, 10**15 + 1, Budget())


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[Condition], Condition]:
    bounds = [
        (low, low + draw(st.integers(0, 4))) for low in draw(st.lists(st.integers(-3, 3), min_size=1, max_size=4))
    ]

    def condition() -> Condition:
        low = draw(st.integers(-10, 10))
        return Condition(tuple(draw(st.integers(-5, 5)) for _ in bounds), low, low + draw(st.integers(0, 4)))

    return bounds, [condition() for _ in range(draw(st.integers(0, 2)))], condition()


@examples(100)
@given(systems())
def test_solves_what_has_a_solution(system: tuple[list[tuple[int, int]], list[Condition], Condition]) -> None:
    bounds, conditions, window = system

    def holds(point: tuple[int, ...], condition: Condition) -> bool:
        total = sum(factor * x for factor, x in zip(condition.factors, point, strict=True))
        return condition.low <= total <= condition.high

    points = product(*(range(low, high + 1) for low, high in bounds))
    is_met = any(all(holds(point, one) for one in (*conditions, window)) for point in points)
    assert is_solvable(bounds, conditions, window) == is_met
