import pytest

from dlpsim.chips import CHIPS
from dlpsim.exercises.table import find_exercise


def test_what_the_answer_says_of_all_chips_holds() -> None:
    data = find_exercise("7.1").answer().to_dict()
    assert len(data["chips"]) == len(CHIPS) >= 3
    assert all(chip["ridge_flop_per_byte"] > 100 for chip in data["chips"])


@pytest.mark.parametrize("chip", CHIPS, ids=lambda chip: chip.name)
def test_a_weight_used_once_leaves_less_than_a_hundredth(chip: object) -> None:
    found = next(known for known in CHIPS if known is chip)
    bytes_of_weight = 1 if found.main_format.endswith("8") else 2
    assert 2 / bytes_of_weight < found.ridge_flop_per_byte / 100
