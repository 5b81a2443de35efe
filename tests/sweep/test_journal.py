"""A journal: what is written is read back, and what does not fit is not taken."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import dlpsim.sweep.journal
from dlpsim.machine_file import load_machine
from dlpsim.sweep.grid import Limits
from dlpsim.sweep.journal import HEADER, Journal, journal_path, key_of
from dlpsim.sweep.point import Outcome, evaluate
from dlpsim.sweep.study import Study
from dlpsim.sweep.subject import Program
from isa.errors import DlpsimError
from tests.cli.texts import FC_1X256
from tests.sweep.requests import grid
from tests.sweep.test_point import MEASURES, POINT

OUTCOMES = {"a" * 64: Outcome(MEASURES), "b" * 64: Outcome(None, "p.asm:1:1: no\n    move"), "c" * 64: evaluate(POINT)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal_path(tmp_path / "rows.csv")


def write(path: Path) -> None:
    with Journal(path) as journal:
        for key, outcome in OUTCOMES.items():
            journal.add(key, outcome)


def known(path: Path) -> dict[str, Outcome]:
    with Journal(path) as journal:
        return dict(journal.known)


def test_name(path: Path) -> None:
    assert path.name == "rows.csv.journal.jsonl"


def test_round_trip(path: Path) -> None:
    assert known(path) == {}
    write(path)
    assert known(path) == OUTCOMES
    lines = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == HEADER
    assert len(lines) == 4


def test_what_was_cut_anywhere_is_read_up_to_there_and_goes_on(path: Path) -> None:
    write(path)
    whole = path.read_bytes()
    header = whole.index(b"\n") + 1
    for length in range(header, len(whole), 17):
        path.write_bytes(whole[:length])
        before = known(path)
        assert before == {key: OUTCOMES[key] for key in list(OUTCOMES)[: len(before)]}
        assert len(before) >= whole[:length].count(b"\n") - 1
        write(path)
        assert known(path) == OUTCOMES


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        "null",
        '{"point": 3, "reason": ""}',
        '{"point": "x"}',
        '{"point": "x", "measures": {}}',
        '{"point": "x", "measures": null}',
        '{"point": "x", "measures": {"cycles": "34"}}',
        "[" * 5000,
        "\x00\xff",
    ],
)
def test_damaged_lines_are_not_taken(path: Path, line: str) -> None:
    write(path)
    with path.open("a", encoding="latin-1") as file:
        file.write(f"{line}\n")
    assert known(path) == OUTCOMES


def test_a_metric_of_the_wrong_kind_is_not_taken(path: Path) -> None:
    write(path)
    path.write_text(path.read_text(encoding="utf-8").replace('"cycles": 34', '"cycles": "34"'), encoding="utf-8")
    assert known(path) == {"b" * 64: OUTCOMES["b" * 64]}


@pytest.mark.parametrize("content", ["x", "T,cycles\n1,2\n", '{"journal": "dlpsim sweep", "format": 2}\n'])
def test_another_file_is_left_alone(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DlpsimError, match="is in the way: the journal of this sweep has that name"):
        Journal(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match=r"j\.jsonl: cannot be written: No such file or directory"):
        Journal(tmp_path / "nowhere" / "j.jsonl")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/zero")):
        with pytest.raises(DlpsimError, match="is in the way"):
            Journal(path)


def test_full_disk(path: Path) -> None:
    with Journal(path) as journal, resource_limit(path.stat().st_size + 100):
        for key, outcome in list(OUTCOMES.items())[:1]:
            with pytest.raises(DlpsimError, match=r"journal\.jsonl: cannot be written: File too large"):
                journal.add(key, outcome)
    assert known(path) == {}


@contextmanager
def resource_limit(size: int) -> Iterator[None]:
    """Let no file grow over a size, in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_removed(path: Path) -> None:
    write(path)
    journal = Journal(path)
    journal.remove()
    assert not path.exists()


def test_all_that_an_outcome_depends_on_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        POINT,
        replace(POINT, subject=Program("fc.asm", f"{FC_1X256}\n")),
        replace(POINT, subject=Program("other.asm", FC_1X256)),
        replace(POINT, machine=load_machine("dlp-s-real")),
        replace(POINT, machine=replace(POINT.machine, clock_ghz=2.0)),
        replace(POINT, cores=1),
        replace(POINT, sets=(("a", "1"),)),
        replace(POINT, sizes=(("a", "1"),)),
        replace(POINT, max_cycles=1),
        replace(POINT, max_instructions=1),
    ]
    keys = {key_of(point) for point in points}
    assert len(keys) == len(points)
    assert key_of(replace(POINT)) == key_of(POINT)
    monkeypatch.setattr(dlpsim.sweep.journal, "__version__", "0.0.0")
    assert key_of(POINT) not in keys


def test_points_of_another_grid_are_not_taken_and_shared_ones_are(path: Path) -> None:
    with Journal(path) as journal:
        Study(grid().points(), journal).run()
    with Journal(path) as journal:
        assert Study(grid(limits=Limits(max_cycles=10)).points(), journal).done == 0
        study = Study(grid(sets=[("compute.rate.MAC_32", "128,512"), ("port.dram.latency", "100")]).points(), journal)
        assert (study.done, study.total) == (2, 4)
