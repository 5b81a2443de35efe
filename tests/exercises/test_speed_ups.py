"""Exercises 6.2 and 6.3, which formulas answer."""

import json

import pytest

from dlpsim.exercises.speed_ups import link_speed_up, overall
from tests.cli.command import dlpsim


def test_amdahl() -> None:
    assert overall({"a": 0.5, "b": 0.5}, {"a": 2.0}) == pytest.approx(1 / 0.75)
    assert overall({"a": 1.0}, {"a": 10.0}) == pytest.approx(10)


@pytest.mark.parametrize(
    ("link", "macs", "baseline", "speed_up"),
    [(12.8e9, 1e9, 12.8e9, 1), (102.4e9, 1e9, 102.4e9, 3.2), (3.2e9, 1e8, 64e9, 1)],
)
def test_the_link_or_the_alu_decides(link: float, macs: float, baseline: float, speed_up: float) -> None:
    assert link_speed_up(link, macs, baseline) == pytest.approx(speed_up)


@pytest.mark.parametrize(("number", "first"), [("6.2", 7.55), ("6.3", 1.0)])
def test_answers(number: str, first: float) -> None:
    found = json.loads(dlpsim("exercise", number, "--json").out)
    assert found["exercise"] == number
    assert found["rows"][0]["speed_up"] == pytest.approx(first, abs=0.005)
    text = dlpsim("exercise", number).out
    assert found["formula"] in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_the_link_of_the_baseline_is_said() -> None:
    lines = dlpsim("exercise", "6.3").out.splitlines()
    assert "    12.8 GB/s, the baseline with the same link: 3.2 G weights/s / 1.0 G MAC/s = 3.2" in lines
    assert "    12.8 Gb/s, the baseline with the same link: 0.4 G weights/s / 0.4 G MAC/s = 1" in lines
