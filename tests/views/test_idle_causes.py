"""Causes of idle cycles: that they add up, are the same whatever is skipped and in which order things are built."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views.idle import IdleData, words
from dlpsim.views.idle_causes import IdleCauses
from dlpsim.views.summary import Summary
from isa.errors import DlpsimError
from tests.machine.nasty import nasty_runs
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples
from tests.reference.strategies import runs
from tests.views.at_once import runs_at_once


def causes(run: Run, *, skip: bool, creation_order: Sequence[int] | None = None) -> IdleData | tuple[str, ...]:
    """The causes of a run, or what is wrong with it."""
    view, summary = IdleCauses(run[1]), Summary(*run)
    limit = InstructionLimit(MAX_INSTRUCTIONS)
    try:
        Machine(*run, [view, summary, limit], creation_order, skip=skip).run()
    except DlpsimError as error:
        return error.messages
    data = view.data()
    for core in summary.data().cores:
        for unit, time in core.units.items():
            assert sum(data.of(core.core, unit).values()) == time.idle
            assert all(part.cycles > 0 for part in data.parts[core.core, unit])
    return data


@examples(100)
@given(st.one_of(repeating_runs(), recurring_runs()))
def test_parts_add_up_and_skipping_changes_nothing(run: Run) -> None:
    assert causes(run, skip=True) == causes(run, skip=False)


@examples(100)
@given(st.one_of(repeating_runs(), recurring_runs()))
def test_without_lines_the_sums_are_the_same(run: Run) -> None:
    by_line, view = IdleCauses(run[1]), IdleCauses(run[1], by_line=False)
    try:
        Machine(*run, [by_line, view, InstructionLimit(MAX_INSTRUCTIONS)]).run()
    except DlpsimError:
        return
    for place in by_line.data().parts:
        assert view.data().of(*place) == by_line.data().of(*place)


@examples(100)
@given(runs_at_once())
def test_skipping_changes_nothing_where_much_happens_at_once(run: Run) -> None:
    assert causes(run, skip=True) == causes(run, skip=False)


@examples(15)
@given(nasty_runs())
def test_skipping_changes_nothing_in_nasty_runs(run: Run) -> None:
    assert causes(run, skip=True) == causes(run, skip=False)


@examples(60)
@given(runs(), st.randoms(use_true_random=False))
def test_order_of_creation_changes_nothing(run: Run, random: Random) -> None:
    order = list(range(run[1].total_cores))
    random.shuffle(order)
    assert causes(run, skip=False) == causes(run, skip=False, creation_order=order)


@pytest.mark.parametrize(
    ("text", "machine", "idle_by"),
    [
        ("", "dlp-s", {}),
        ("compute MAC_32 256\n", "dlp-s", {}),
        ("move DRAM NRAM 640\n", "dlp-s", {"finish:dram": 10}),
        ("move DRAM NRAM 640\nsync\n", "dlp-s", {"sync:dram": 10}),
        (
            "move DRAM NRAM 640\nsync\ncompute MAC_32 256\n",
            "dlp-s-real",
            {"decoding": 3, "sync:dram": 129, "finish:compute": 8},
        ),
        ("move NRAM WRAM 2000\nmove DRAM NRAM 128\nsync\ncompute MAC_32 1\n", "dlp-s", {"sync:dram": 2}),
    ],
)
def test_of_one_core(text: str, machine: str, idle_by: dict[str, int]) -> None:
    idle = simulate(text, machine).idle
    assert idle.of(0, "compute") == idle_by


def test_first_unit_of_several_that_complete_at_once() -> None:
    result = simulate("move NRAM WRAM 2000\nmove DRAM NRAM 128\ncompute MAC_32 512\nsync\nmove NRAM WRAM 1000\n")
    assert result.idle.of(0, "compute") == {"finish:local": 1}
    assert result.idle.of(0, "dram") == {"finish:local": 1}
    late = simulate("move NRAM WRAM 2000\nmove DRAM NRAM 128\nsync\n")
    (part,) = late.idle.parts[0, "compute"]
    assert (part.name, part.pc, part.awaited_pc, part.cycles) == ("sync:dram", 2, 1, 2)


def test_full_queue() -> None:
    text = "loop 3\nmove DRAM NRAM 640\nendloop\ncompute MAC_32 256\n"
    idle = simulate(text, sets=[("decoder.queue_depth", "1")]).idle
    assert idle.of(0, "compute") == {"queue:dram": 10, "finish:dram": 19}


def test_barrier_names_the_core_that_came_last() -> None:
    idle = simulate("compute MAC_32 256 * (1 + core % 3)\nsync chip\n", "dlp-m", 6).idle
    assert idle.of(0, "compute") == {"barrier:core 2": 2}
    assert idle.of(2, "compute") == {}
    assert idle.of(5, "dram") == {"sync:compute": 3}


def test_after_the_end_of_a_core() -> None:
    idle = simulate("compute MAC_32 256 * (1 + core)\n", "dlp-m", 3).idle
    assert [idle.of(core, "compute") for core in range(3)] == [{"ended": 2}, {"ended": 1}, {}]
    assert words("ended") == "after the core had halted"


def test_decoding_at_the_end() -> None:
    idle = simulate("move DRAM NRAM 64\nsync\n", sets=[("decoder.cycles", "1")]).idle
    assert idle.of(0, "compute") == {"decoding": 2}
    assert [part.awaited for part in idle.parts[0, "compute"]] == ["", ""]
