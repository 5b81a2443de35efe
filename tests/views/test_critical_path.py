"""The critical path: its cycles are those of the run, and the same whatever is skipped and in which order."""

from collections.abc import Sequence
from random import Random
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views import critical_path
from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.path import PathData
from isa.errors import DlpsimError
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples
from tests.reference.strategies import runs


def path(
    run: Run, *, skip: bool, creation_order: Sequence[int] | None = None, most_nodes: int = critical_path.MOST_NODES
) -> PathData | tuple[str, ...]:
    """The critical path of a run, or what is wrong with it. Chains are summed up after `most_nodes` more."""
    with patch.object(critical_path, "MOST_NODES", most_nodes):
        return followed(run, skip, creation_order)


def followed(run: Run, skip: bool, creation_order: Sequence[int] | None) -> PathData | tuple[str, ...]:
    view = CriticalPath(*run)
    try:
        cycles = Machine(*run, [view, InstructionLimit(MAX_INSTRUCTIONS)], creation_order, skip=skip).run()
    except DlpsimError as error:
        return error.messages
    data = view.data()
    assert data.cycles == cycles
    assert all(part.cycles > 0 for part in data.parts)
    return data


@examples(200)
@given(st.one_of(repeating_runs(), recurring_runs()), st.sampled_from([1, 20, 300]))
def test_parts_add_up_and_skipping_changes_nothing(run: Run, most_nodes: int) -> None:
    assert path(run, skip=True, most_nodes=most_nodes) == path(run, skip=False)


@examples(50)
@given(st.one_of(repeating_runs(), recurring_runs()), st.sampled_from([1, 20, 300]))
def test_summing_up_changes_nothing(run: Run, most_nodes: int) -> None:
    assert path(run, skip=False, most_nodes=most_nodes) == path(run, skip=False)


@examples(60)
@given(runs(), st.randoms(use_true_random=False))
def test_order_of_creation_changes_nothing(run: Run, random: Random) -> None:
    order = list(range(run[1].total_cores))
    random.shuffle(order)
    assert path(run, skip=False) == path(run, skip=False, creation_order=order)
