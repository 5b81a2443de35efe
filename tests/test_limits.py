import pytest

from dlpsim import DlpsimError, simulate

TEXT = "loop 2\nsync\nendloop\n"
"""Five instructions: a loop, two syncs, two endloops."""


def test_just_enough() -> None:
    assert simulate(TEXT, max_instructions=5).cycles == 0
    assert simulate("", max_instructions=0).cycles == 0


@pytest.mark.parametrize(("cores", "limit"), [(1, 4), (1, 0), (2, 9)])
def test_too_many(cores: int, limit: int) -> None:
    with pytest.raises(DlpsimError) as caught:
        simulate(TEXT, cores=cores, max_instructions=limit)
    assert caught.value.messages == (
        f"stopped: the program executes more than {limit} instructions (--max-instructions)",
    )
