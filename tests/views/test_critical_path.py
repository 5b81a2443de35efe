"""The critical path: its cycles are those of the run, and the same whatever is skipped and in which order."""

import sys
from collections import Counter
from collections.abc import Sequence
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.config import ComputeConfig, DecoderConfig
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.simulation import prepare
from dlpsim.views import critical_path
from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.idle_causes import IdleCauses
from dlpsim.views.path import PathCause, PathData
from isa.errors import DlpsimError
from isa.vocabulary import Scope
from tests.machine.nasty import nasty_runs
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.strategies import runs
from tests.views.at_once import runs_at_once
from tests.views.walked_back import Events, Part, Walk


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


@examples(100)
@given(st.one_of(repeating_runs(), recurring_runs()), st.sampled_from([1, 20, 300]))
def test_parts_add_up_and_skipping_changes_nothing(run: Run, most_nodes: int) -> None:
    assert path(run, skip=True, most_nodes=most_nodes) == path(run, skip=False)


@examples(50)
@given(st.one_of(repeating_runs(), recurring_runs()), st.sampled_from([1, 20, 300]))
def test_summing_up_changes_nothing(run: Run, most_nodes: int) -> None:
    assert path(run, skip=False, most_nodes=most_nodes) == path(run, skip=False)


@examples(100)
@given(runs_at_once())
def test_skipping_changes_nothing_where_much_happens_at_once(run: Run) -> None:
    assert path(run, skip=True) == path(run, skip=False)


@examples(15)
@given(nasty_runs())
def test_skipping_changes_nothing_in_nasty_runs(run: Run) -> None:
    assert path(run, skip=True) == path(run, skip=False)


@examples(60)
@given(runs(), st.randoms(use_true_random=False))
def test_order_of_creation_changes_nothing(run: Run, random: Random) -> None:
    order = list(range(run[1].total_cores))
    random.shuffle(order)
    assert path(run, skip=False) == path(run, skip=False, creation_order=order)


def summed(run: Run) -> Counter[Part]:
    """The cycles of the critical path, setup, waiting and work together."""
    view = CriticalPath(*run)
    Machine(*run, [view, InstructionLimit(MAX_INSTRUCTIONS)]).run()
    found: Counter[Part] = Counter()
    for part in view.data().parts:
        what = part.cause.value if part.cause in (PathCause.DECODE, PathCause.LATENCY) else "serve"
        found[part.core, part.pc, what] += part.cycles
    return found


def walked(run: Run) -> Counter[Part]:
    """The same, found by walking back over all events."""
    events = Events()
    Machine(*run, [events, InstructionLimit(MAX_INSTRUCTIONS)], skip=False).run()
    return Walk(*run, events.all).walk()


@examples(150)
@given(st.one_of(runs_at_once(), recurring_runs(), runs()))
def test_walking_back_over_all_events_finds_the_same(run: Run) -> None:
    try:
        expected = walked(run)
    except DlpsimError:
        return
    assert summed(run) == expected


def parts(text: str, machine: str = "dlp-s", cores: int | None = None) -> list[tuple[int, int, str, str, int]]:
    run = prepare(text, machine, cores)
    data = path(run, skip=True)
    assert isinstance(data, PathData)
    return [(part.core, part.pc, part.unit, part.cause.value, part.cycles) for part in data.parts]


def test_one_after_the_other() -> None:
    assert parts("move DRAM NRAM 640\nsync\ncompute MAC_32 256\n") == [
        (0, 0, "dram", "work", 10),
        (0, 2, "compute", "work", 1),
    ]
    assert parts("") == []


def test_every_cause() -> None:
    assert parts("move DRAM NRAM 640\nsync\ncompute MAC_32 256\n", "dlp-s-real") == [
        (0, 0, "", "decode", 1),
        (0, 0, "dram", "setup", 20),
        (0, 0, "dram", "work", 10),
        (0, 0, "dram", "latency", 100),
        (0, 2, "", "decode", 1),
        (0, 2, "compute", "setup", 2),
        (0, 2, "compute", "work", 1),
        (0, 2, "compute", "latency", 8),
    ]


def test_what_is_quicker_is_not_on_the_path() -> None:
    assert parts("move DRAM NRAM 64\ncompute MAC_32 2560\nmove NRAM DRAM 64\n") == [(0, 1, "compute", "work", 10)]


def test_waiting_for_a_port_and_for_the_last_core() -> None:
    assert parts("move DRAM NRAM 1280\nsync chip\ncompute MAC_32 256 * (1 + core)\n", "dlp-m", 2) == [
        (1, 0, "dram", "work", 10),
        (1, 0, "dram", "port", 10),
        (1, 2, "compute", "work", 2),
    ]


def test_nothing_completed_since_a_mark_within_a_wait() -> None:
    text = (
        "loop 9\nsync\nmove DRAM SharedRAM 1\nmove DRAM SharedRAM 1\nloop 4\nsync\nendloop\ncompute MAC_16 1\nendloop\n"
    )
    sets = [("decoder.queue_depth", "1"), ("port.dram.beat_bytes", "1"), ("compute.setup", "4")]
    run = prepare(text, "dlp-m", 3, sets=sets)
    paths = []
    for skip in (True, False):
        view = CriticalPath(*run)
        Machine(*run, [view], skip=skip).run()
        paths.append(view.data())
    assert paths[0] == paths[1]


LOOPS = {
    "queue": "loop {n}\n move DRAM NRAM 1024\n compute MAC_32 4096\n move NRAM DRAM 1024\nendloop\n",
    "syncs": "loop {n}\n move DRAM NRAM 1024\n sync\n compute MAC_32 4096\n sync\nendloop\n",
    "barrier": "loop {n}\n move DRAM NRAM 128*(core+1)\n sync\n compute MAC_32 4096\n sync chip\nendloop\n",
}


@pytest.mark.parametrize("cores", [1, 64])
@pytest.mark.parametrize("name", LOOPS)
def test_many_iterations_take_no_more_work(name: str, cores: int) -> None:
    """Counted in calls of functions, which do not depend on what else the computer does."""
    few, many = (calls(LOOPS[name].format(n=count), cores) for count in (1000, 10**9))
    assert many < 1.5 * few


def calls(text: str, cores: int) -> int:
    """How many functions are called to follow a run with the views of idle cycles and of the critical path."""
    program, config = prepare(text, "dlp-m", cores)
    causes, view, count = IdleCauses(config), CriticalPath(program, config), 0

    def called(*_: object) -> None:
        nonlocal count
        count += 1

    machine = Machine(program, config, [causes, view])
    sys.setprofile(called)
    try:
        machine.run()
        causes.data()
        view.data()
    finally:
        sys.setprofile(None)
    return count


CHIP, CORE = build.sync(Scope.CHIP), build.sync()

AT_A_MARK = {
    "happened before it, but once": (
        build.sequence(
            build.loop(12, CHIP, build.move("DRAM->NRAM", 3), CORE, CORE),
            build.move("NRAM->DRAM", 2),
        ),
        build.sequence(
            build.compute("MAC_32", 1),
            build.move("NRAM->DRAM", 4),
            build.loop(12, CORE, CHIP, build.move("NRAM->DRAM", 3), CORE),
            CORE,
        ),
    ),
    "happened at it, but once": (
        build.sequence(build.loop(12, CORE, CHIP), CORE),
        build.sequence(build.move("NRAM->DRAM", 4), build.loop(12, build.loop(20, CORE, CORE), CHIP)),
    ),
}
"""Two cores, one of which waits where a loop may turn out to repeat: what for is another thing in one iteration."""


@pytest.mark.parametrize("store_latency", [0, 1])
@pytest.mark.parametrize("name", AT_A_MARK)
def test_what_may_have_happened_at_a_mark(name: str, store_latency: int) -> None:
    config = build.machine(
        build.port("load", "DRAM->NRAM", scope=Scope.CHIP),
        build.port("store", "NRAM->DRAM", latency=store_latency),
        cores=2,
        decoder=DecoderConfig(0, 1),
        compute=ComputeConfig(0, 0, {"MAC_32": 1}),
    )
    run = build.program(config, *AT_A_MARK[name]), config
    assert path(run, skip=True) == path(run, skip=False)
    assert summed(run) == walked(run)
