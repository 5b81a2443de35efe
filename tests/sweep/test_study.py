"""Evaluating many points: in one process or several, at once or in parts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlpsim.sweep.study
from dlpsim.sweep import pool
from dlpsim.sweep.journal import Journal
from dlpsim.sweep.point import Outcome, Point, evaluate
from dlpsim.sweep.study import Study
from isa.errors import DlpsimError
from tests.sweep.requests import grid

POINTS = tuple(grid().points())
OUTCOMES = tuple(map(evaluate, POINTS))


@pytest.fixture
def soon_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes be started after the first point."""
    monkeypatch.setattr(dlpsim.sweep.study, "MEASURED_S", 0.0)
    monkeypatch.setattr(dlpsim.sweep.study, "WORTH_PROCESSES_S", 0.0)


def test_outcomes_are_in_the_order_of_the_points() -> None:
    study = Study(POINTS)
    assert (study.done, study.total) == (0, 12)
    study.run()
    assert (study.done, study.outcomes) == (12, OUTCOMES)


@pytest.mark.usefixtures("soon_in_processes")
def test_processes_give_the_same(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        study = Study(POINTS, journal, jobs=2)
        study.run()
    assert (study.done, study.outcomes) == (12, OUTCOMES)
    with Journal(tmp_path / "j.jsonl") as journal:
        assert Study(POINTS, journal).outcomes == OUTCOMES


@pytest.mark.usefixtures("soon_in_processes")
def test_one_job_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlpsim.sweep.study, "evaluate_on", None)
    study = Study(POINTS, jobs=1)
    study.run()
    assert study.outcomes == OUTCOMES


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlpsim.sweep.study, "evaluate_on", None)
    study = Study(POINTS, jobs=2)
    study.run()
    assert study.outcomes == OUTCOMES


@pytest.mark.parametrize("after", [0, 1, 7, 11])
def test_an_interrupted_study_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    calls: Iterator[Outcome | None] = iter([*OUTCOMES[:after], None])

    def interrupted(_: Point) -> Outcome:
        outcome = next(calls)
        if outcome is None:
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(dlpsim.sweep.study, "evaluate", interrupted)
    with Journal(tmp_path / "j.jsonl") as journal:
        study = Study(POINTS, journal)
        with pytest.raises(KeyboardInterrupt):
            study.run()
        assert study.done == after
    left = []

    def noted(point: Point) -> Outcome:
        left.append(point)
        return evaluate(point)

    monkeypatch.setattr(dlpsim.sweep.study, "evaluate", noted)
    with Journal(tmp_path / "j.jsonl") as journal:
        study = Study(POINTS, journal)
        assert study.done == after
        study.run()
        assert study.outcomes == OUTCOMES
    assert left == list(POINTS[after:])


def ended(*_: object) -> None:
    os._exit(1)


def test_a_process_that_is_ended_by_someone_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_evaluate", ended)
    with pytest.raises(DlpsimError, match=r"a process that evaluated points was ended: is the memory full\?"):
        list(pool.evaluate_on(2, list(enumerate(POINTS))))
