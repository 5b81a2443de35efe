"""Saved results: what is written is read again, and what is no good is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from dlpsim.saved import FORMAT, Saved, measure, read_saved, write_saved
from dlpsim.simulation import prepare, simulate
from isa.errors import DlpsimError
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.reference.strategies import runs

RUN = prepare("move DRAM NRAM 1024\nsync\n.param n 256\ncompute MAC_32 n\n", "dlp-s-real")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved")


@examples(30)
@given(run=runs(budget=300))
def test_what_is_written_is_read(folder: Path, run: Run) -> None:
    saved = measure(*run)
    write_saved(folder / "a.json", saved)
    first = (folder / "a.json").read_bytes()
    assert read_saved(folder / "a.json") == saved
    write_saved(folder / "a.json", read_saved(folder / "a.json"))
    assert (folder / "a.json").read_bytes() == first


def test_all_totals_are_there() -> None:
    saved, result = measure(*RUN), simulate(*RUN).to_dict()
    assert (saved.cycles, saved.ops, saved.bytes) == (result["cycles"], result["ops"], result["bytes"])
    assert (saved.program, saved.machine, saved.params) == (result["program"], "dlp-s-real", {"n": 256})
    assert saved.values["port.dram.latency"] == "100"
    assert saved.source[0] == "move DRAM NRAM 1024"
    for core, expected in zip(saved.cores, result["cores"], strict=True):
        for name, unit in core.units.items():
            assert vars(unit) == expected["units"][name]


def changed(path: Path, **changes: Any) -> Path:
    write_saved(path, measure(*RUN))
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"format": FORMAT + 1, "dlpsim": "9.9"},
            "has format 2, written by dlpsim 9.9; dlpsim 0.1.0 reads formats up to 1",
        ),
        ({"kind": "else"}, "is no saved result\n    hint: `dlpsim run PROGRAM --save FILE.json` writes one"),
        ({"format": "one"}, "is damaged: format: Input should be a valid integer"),
        ({"cycles": None}, "is damaged: cycles: Input should be a valid integer"),
        ({"cycles": 5}, "is damaged: the cycles of compute of core 0 do not add up to 5"),
        ({"lines": []}, "is damaged: the cycles of the lines do not add up to 149"),
        ({"utilization": 2.0}, "is damaged: utilization is 2.0"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = changed(tmp_path / "a.json", **changes)
    with pytest.raises(DlpsimError) as raised:
        read_saved(path)
    assert raised.value.messages[0] == f"{path}: {message}"


def test_newer_formats_may_have_more(tmp_path: Path) -> None:
    assert isinstance(read_saved(changed(tmp_path / "a.json", more=[1])), Saved)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(DlpsimError, match=r"a\.json: is damaged, or no saved result: it is not JSON"):
        read_saved(tmp_path / "a.json")


@pytest.mark.parametrize("cut", [1, 10, 200, 1000])
def test_cut_off(cut: int, tmp_path: Path) -> None:
    path = changed(tmp_path / "a.json")
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DlpsimError, match="is damaged"):
        read_saved(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match=r"a\.json: cannot be read: No such file or directory"):
        read_saved(tmp_path / "a.json")
    with pytest.raises(DlpsimError, match="cannot be read: Is a directory"):
        read_saved(tmp_path)
