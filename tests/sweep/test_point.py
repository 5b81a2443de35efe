"""A point alone: its metrics, and that it depends on nothing else."""

import pickle
from dataclasses import replace

import pytest

from dlpsim.machine_file import load_machine
from dlpsim.simulation import simulate
from dlpsim.sweep.measures import Measures
from dlpsim.sweep.point import Outcome, Point, evaluate
from dlpsim.sweep.subject import Program
from tests.cli.texts import CONTENDING, ENDLESS, FC_1X256, LOST_BARRIER


def named(text: str) -> Program:
    return Program("fc.asm", text)


POINT = Point(named(FC_1X256), load_machine("dlp-s"))

SETS = (("port.dram.latency", "7"), ("clock_ghz", "2"))

MEASURES = Measures(
    cycles=34,
    time_s=3.4e-8,
    utilization=1 / 34,
    gflops=512 / 34,
    macs=256,
    dram_bytes=2052,
    dram_bytes_per_cycle=2052 / 34,
    dram_gb_per_s=2052 / 34,
    flop_per_dram_byte=512 / 2052,
    busiest_unit="dram of core 0",
    busiest_busy=33,
    busiest_stalled=0,
    busiest_idle=1,
)


def test_metrics_by_hand() -> None:
    outcome = evaluate(POINT)
    assert outcome.reason == ""
    assert outcome.measures is not None
    assert outcome.measures.to_dict() == {
        name: value if isinstance(value, str | int) else pytest.approx(value)
        for name, value in MEASURES.to_dict().items()
    }


def test_everything_of_a_point_counts() -> None:
    machine = load_machine("dlp-m")
    point = Point(Program("c.asm", CONTENDING), machine, 3, SETS, (("tiles", "5"),))
    outcome = evaluate(point)
    result = simulate(CONTENDING, "dlp-m", 3, {"tiles": 5}, sets=SETS, skip=False)
    assert outcome.measures is not None
    assert (outcome.measures.cycles, outcome.measures.time_s) == (result.cycles, result.time_s)
    assert outcome.measures.dram_bytes == sum(result.bytes.values())
    changed = [
        replace(point, machine=load_machine("dlp-m-real")),
        replace(point, cores=2),
        replace(point, sets=point.sets[:1]),
        replace(point, sizes=()),
    ]
    assert len({evaluate(each).measures for each in [point, *changed]}) == 5


def test_the_busiest_unit_spends_all_cycles() -> None:
    measures = evaluate(Point(Program("c.asm", CONTENDING), load_machine("dlp-m-real"))).measures
    assert measures is not None
    assert measures.busiest_unit == "compute of core 3"
    assert measures.busiest_busy + measures.busiest_stalled + measures.busiest_idle == measures.cycles


def test_no_time_no_rates() -> None:
    measures = evaluate(replace(POINT, subject=named(""))).measures
    assert measures is not None
    assert (measures.cycles, measures.gflops, measures.dram_bytes_per_cycle, measures.flop_per_dram_byte) == (
        0,
        None,
        None,
        None,
    )


def test_numbers_beyond_a_float() -> None:
    measures = evaluate(replace(POINT, subject=named(f"loop {10**400}\nmove DRAM NRAM 64\nendloop"))).measures
    assert measures is not None
    assert (measures.cycles, measures.time_s, measures.gflops) == (10**400, None, None)
    assert measures.dram_bytes_per_cycle == 64


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"subject": named("move DRAM NRAM 1_000_000")},
            "fc.asm:1:16: a move of 1000000 bytes does not fit in NRAM, which holds 131072",
        ),
        ({"subject": named("mov")}, "fc.asm:1:1: unknown instruction 'mov'"),
        (
            {"sets": (("memory.NRAM.size", "8"),)},
            "fc.asm:1:16: a move of 1024 bytes does not fit in NRAM, which holds 8 bytes",
        ),
        ({"sets": (("cores", "0"),)}, "--set cores=0: must be a whole number from 1 to 4096, not 0"),
        ({"sizes": (("X", "1"),)}, "-D X=1: the program has no .param 'X'"),
        (
            {"subject": named(LOST_BARRIER), "cores": 2},
            "fc.asm:2:3: this barrier can never be released: core 0 waits",
        ),
        (
            {"subject": named(ENDLESS), "max_cycles": 1000},
            "stopped: the run takes more than 1,000 cycles (--max-cycles)",
        ),
        (
            {"subject": named(ENDLESS), "max_instructions": 1000},
            "stopped: the program executes more than 1,000 instructions",
        ),
    ],
)
def test_why_a_point_cannot_be_run(changes: dict[str, object], reason: str) -> None:
    outcome = evaluate(replace(POINT, **changes))  # type: ignore[arg-type]
    assert outcome.measures is None
    assert reason in outcome.reason


def test_points_and_outcomes_go_to_other_processes() -> None:
    outcome = evaluate(POINT)
    assert evaluate(pickle.loads(pickle.dumps(POINT))) == outcome
    assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_a_point_without_metrics_has_a_reason() -> None:
    assert evaluate(replace(POINT, subject=named("mov"))) != Outcome(None)


def test_no_unit_is_the_busiest_where_none_is_busy() -> None:
    measures = evaluate(replace(POINT, subject=named("sync\n"))).measures
    assert measures is not None
    assert (measures.busiest_unit, measures.busiest_busy) == (None, 0)
