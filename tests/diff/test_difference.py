import pytest
from hypothesis import given

from dlpsim.diff import difference as module
from dlpsim.diff.difference import Change, Setting, compare
from dlpsim.diff.text import render
from dlpsim.saved import measure
from dlpsim.simulation import prepare
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.reference.strategies import runs


@examples(30)
@given(runs(budget=200), runs(budget=200))
def test_changes_add_up(one: Run, other: Run) -> None:
    a, b = measure(*one), measure(*other)
    difference = compare(a, b)
    by = b.cycles - a.cycles
    assert difference.cycles == Change("cycles", a.cycles, b.cycles)
    assert sum(change.by for change in difference.causes) == by
    assert sum(line.path.by for line in difference.lines) == by
    idle_and_busy = sum(change.by for change in difference.units)
    assert (
        idle_and_busy
        == sum(len(core.units) for core in b.cores) * b.cycles - sum(len(core.units) for core in a.cores) * a.cycles
    )
    for changes in (difference.causes, difference.units, difference.amounts):
        assert [abs(change.by) for change in changes] == sorted((abs(change.by) for change in changes), reverse=True)
        assert all(change.by for change in changes)
    assert list(render(difference))


@examples(15)
@given(runs(budget=200))
def test_nothing_moves_between_a_run_and_itself(run: Run) -> None:
    difference = compare(measure(*run), measure(*run))
    assert (difference.causes, difference.units, difference.lines, difference.settings) == ((), (), (), ())
    assert list(render(difference))[-1] == "  Nothing moved: both took the same cycles, for the same causes."


TEXT = "move DRAM NRAM 1024\nsync\ncompute MAC_32 256\n"


def test_one_value() -> None:
    a = measure(*prepare(TEXT, "dlp-s"))
    b = measure(*prepare(TEXT, "dlp-s", sets=[("port.dram.latency", "50")]))
    difference = compare(a, b)
    assert difference.settings == (Setting("port.dram.latency", "0", "50"),)
    assert difference.causes == (Change("dram:latency", 0, 50),)
    assert [(line.a_line, line.b_line, line.path.by) for line in difference.lines] == [(1, 1, 50)]
    assert not difference.has_other_text
    assert list(render(difference))[:8] == [
        "  A  <text> on dlp-s: 17 cycles, 17 ns",
        "  B  <text> on dlp-s: 67 cycles, 67 ns",
        "",
        "  set otherwise: port.dram.latency 0 -> 50",
        "  B takes 50 cycles more, 294.1 %: 3.94 times as slow.",
        "  The most of it: latency of dram decides for 50 cycles in B, 0 in A (+50).",
        "  The line that moved most (+50) is line 1: move DRAM NRAM 1024",
        "",
    ]


@pytest.mark.parametrize("long", [2_000, 1])
def test_lines_are_paired_by_their_text(long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONG", long)
    a = measure(*prepare(TEXT, "dlp-s"))
    b = measure(*prepare(f"; a comment\nmove DRAM WRAM 64\n{TEXT.replace('256', '512')}", "dlp-s"))
    difference = compare(a, b)
    assert difference.has_other_text
    lines = {(line.a_line, line.b_line): line.path.by for line in difference.lines}
    expected = {(None, 2): 1, (None, 5): 2, (3, None): -1}
    assert lines == (expected if long > 1 else {**expected, (None, 3): 16, (1, None): -16})
    shown = "\n".join(render(difference))
    assert "only B, line 5: compute MAC_32 512" in shown
    assert "only A, line 3: compute MAC_32 256" in shown
    assert [(change.what, change.by) for change in difference.amounts] == [
        ("MAC_32 operations", 256),
        ("DRAM->WRAM bytes", 64),
    ]


def test_another_number_of_cores() -> None:
    a, b = (measure(*prepare(TEXT, "dlp-m", cores)) for cores in (1, 2))
    difference = compare(a, b)
    assert Setting("cores", "1", "2") in difference.settings
    assert difference.to_dict()["cycles"] == {"what": "cycles", "a": 9, "b": 17, "by": 8}
