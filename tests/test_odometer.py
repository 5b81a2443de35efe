from itertools import product

import pytest

from dlpsim.odometer import Odometer


@pytest.mark.parametrize("counts", [(), (1,), (3,), (2, 3), (1, 2, 1, 2)])
def test_goes_through_the_iterations_of_nested_loops_over_and_over(counts: tuple[int, ...]) -> None:
    expected = 2 * list(product(*map(range, counts)))
    odometer = Odometer(counts)
    found = []
    for _ in expected:
        found.append(tuple(odometer.counters))
        odometer.advance()
    assert found == expected
