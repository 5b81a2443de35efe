"""The machine against the reference model: every boundary of every instruction, on random machines and programs."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from isa.errors import DlpsimError
from isa.program import Program
from isa.vocabulary import Scope
from tests.machine.observed import observe, observe_totals
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.model import simulate_reference
from tests.reference.result import ReferenceDeadlock
from tests.reference.strategies import barrier_runs, contending_runs, drifting_runs, long_runs, periodic_runs, runs


@examples(150)
@given(runs())
def test_any_program(run: tuple[Program, MachineConfig]) -> None:
    assert observe(*run) == simulate_reference(*run)


@examples(120)
@given(contending_runs())
def test_contending_cores(run: tuple[Program, MachineConfig]) -> None:
    assert observe(*run) == simulate_reference(*run)


@examples(40)
@given(long_runs())
def test_long_loops(run: tuple[Program, MachineConfig]) -> None:
    assert observe(*run) == simulate_reference(*run)


@examples(120)
@given(st.one_of(periodic_runs(), drifting_runs(), long_runs()))
def test_what_is_skipped_counts(run: tuple[Program, MachineConfig]) -> None:
    assert observe_totals(*run) == replace(simulate_reference(*run), history={})


def lost_beside_live_barrier() -> tuple[Program, MachineConfig]:
    """Cluster 0 loses its barrier while core 2, in cluster 1, waits at one that core 3 is about to reach."""
    config = build.machine(build.port("bus", "DRAM<->NRAM"), clusters=2, cores=2)
    barrier = build.sync(Scope.CLUSTER)
    late = build.sequence(build.compute("MAC_32", 1), barrier)
    return build.program(config, barrier, (), barrier, late), config


@examples(120)
@given(barrier_runs())
@example(lost_beside_live_barrier())
def test_barriers_that_may_never_be_released(run: tuple[Program, MachineConfig]) -> None:
    program, config = _numbered(run[0]), run[1]
    try:
        expected = simulate_reference(program, config)
    except ReferenceDeadlock as deadlock:
        with pytest.raises(DlpsimError) as caught:
            observe(program, config)
        complaints = {message.split(" waits here")[0] for message in caught.value.messages}
        # The machine stops as soon as one barrier is lost; by then other cores may not have come to theirs.
        assert set() < complaints <= {_complaint(program, *each) for each in deadlock.waiting}
    else:
        assert observe(program, config) == expected


def _complaint(program: Program, core: int, index: int) -> str:
    """How the machine says that a core waits forever."""
    line = program.cores[core][index].line
    return f"test:{line}:1: this barrier can never be released: core {core}"


def _numbered(program: Program) -> Program:
    """The same program with every instruction of every core in a line of its own."""
    lines = count(1)
    codes = [tuple(replace(each, line=next(lines), column=1) for each in code) for code in program.cores]
    return replace(program, cores=tuple(codes))
