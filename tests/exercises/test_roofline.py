import pytest

from dlpsim.exercises.roofline import RooflineAnswer, answer_roofline
from dlpsim.exercises.table import find_exercise


@pytest.fixture(scope="module")
def answered() -> RooflineAnswer:
    return answer_roofline()


def test_machines_of_the_exercises(answered: RooflineAnswer) -> None:
    machines = {one["machine"]: one for one in answered.to_dict()["roofline"]["machines"]}
    ridges = {
        name: [ridge["flop_per_byte"] for ridge in one["ridges"] if ridge["level"] == "DRAM"]
        for name, one in machines.items()
    }
    assert ridges == {"dlp-s": [8, 16, 32], "dlp-m": [16, 32, 64]}


@pytest.mark.parametrize(
    ("number", "macs_per_byte", "limit"),
    [
        ("7.7", 0.125, "DRAM"),
        ("7.8", 5.82, "compute"),
        ("7.9", 19.7, "compute"),
        ("7.10 all zeros skipped", 3.88, "DRAM"),
        ("7.11", 5.82, "DRAM"),
        ("7.12", 45.5, "compute"),
    ],
)
def test_each_exercise_has_its_place(answered: RooflineAnswer, number: str, macs_per_byte: float, limit: str) -> None:
    (point,) = (point for point in answered.to_dict()["roofline"]["points"] if point["name"] == number)
    assert point["flop_per_dram_byte"] / 2 == pytest.approx(macs_per_byte, rel=2e-3)
    assert point["limit"] == limit


def test_it_is_in_the_table() -> None:
    assert find_exercise("6.10").title == "the roofline of the machine"
