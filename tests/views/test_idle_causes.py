"""Causes of idle cycles: that they add up, are the same whatever is skipped and in which order things are built."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views.idle import IdleData
from dlpsim.views.idle_causes import IdleCauses
from dlpsim.views.summary import Summary
from isa.errors import DlpsimError
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples
from tests.reference.strategies import runs


def causes(run: Run, *, skip: bool, creation_order: Sequence[int] | None = None) -> IdleData | tuple[str, ...]:
    """The causes of a run, or what is wrong with it."""
    view, summary = IdleCauses(run[1]), Summary(*run)
    listeners = [view, summary, InstructionLimit(MAX_INSTRUCTIONS)]
    try:
        Machine(*run, listeners, creation_order, skip=skip).run()
    except DlpsimError as error:
        return error.messages
    data = view.data()
    for core in summary.data().cores:
        for unit, time in core.units.items():
            assert sum(data.of(core.core, unit).values()) == time.idle
            assert all(part.cycles > 0 for part in data.parts[core.core, unit])
    return data


@examples(200)
@given(st.one_of(repeating_runs(), recurring_runs()))
def test_parts_add_up_and_skipping_changes_nothing(run: Run) -> None:
    assert causes(run, skip=True) == causes(run, skip=False)


@examples(60)
@given(runs(), st.randoms(use_true_random=False))
def test_order_of_creation_changes_nothing(run: Run, random: Random) -> None:
    order = list(range(run[1].total_cores))
    random.shuffle(order)
    assert causes(run, skip=False) == causes(run, skip=False, creation_order=order)
