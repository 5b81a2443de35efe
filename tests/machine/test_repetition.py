"""Skipping what repeats changes nothing: runs that skip against runs that simulate everything."""

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views.summary import Summary, SummaryData
from isa.errors import DlpsimError
from tests.machine.nasty import nasty_runs
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.examples import examples


def outcome(
    run: Run, *, skip: bool, max_cycles: int | None = None, max_instructions: int = MAX_INSTRUCTIONS
) -> SummaryData | tuple[str, ...]:
    """The totals of a run, or what is wrong with it."""
    summary = Summary(*run)
    try:
        cycles = Machine(*run, [summary, InstructionLimit(max_instructions)], skip=skip).run(max_cycles)
    except DlpsimError as error:
        return error.messages
    data = summary.data()
    assert data.cycles == cycles
    return data


@examples(200)
@given(st.one_of(repeating_runs(), recurring_runs(), nasty_runs()))
def test_skipping_changes_nothing(run: Run) -> None:
    assert outcome(run, skip=True) == outcome(run, skip=False)


@examples(100)
@given(st.one_of(repeating_runs(), recurring_runs(), nasty_runs()), st.integers(0, 3000))
def test_limit_of_cycles_is_kept(run: Run, limit: int) -> None:
    assert outcome(run, skip=True, max_cycles=limit) == outcome(run, skip=False, max_cycles=limit)


@examples(100)
@given(st.one_of(repeating_runs(), recurring_runs(), nasty_runs()), st.integers(0, 1000))
def test_limit_of_instructions_is_kept(run: Run, limit: int) -> None:
    assert outcome(run, skip=True, max_instructions=limit) == outcome(run, skip=False, max_instructions=limit)
