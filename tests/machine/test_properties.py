"""What must not matter to a run: who listens, the order of creation, other runs, Python's hash seed."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from dlpsim.machine.machine import Machine
from isa.program import Program
from isa.vocabulary import Scope
from tests.machine.observed import observe
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.strategies import contending_runs

Run = tuple[Program, MachineConfig]


@examples(60)
@given(contending_runs())
def test_listeners_do_not_matter(run: Run) -> None:
    program, config = run
    assert Machine(program, config).run() == observe(program, config).cycles


@examples(60)
@given(contending_runs(), st.randoms(use_true_random=False))
def test_order_of_creation_does_not_matter(run: Run, random: Random) -> None:
    program, config = run
    order = list(range(config.total_cores))
    random.shuffle(order)
    assert observe(program, config, creation_order=order) == observe(program, config)


@examples(20)
@given(contending_runs())
def test_runs_leave_nothing_behind(run: Run) -> None:
    assert observe(*run) == observe(*run)


SHOW_CONTENDING = """
from tests.machine.observed import observe
from tests.machine.test_properties import contending
print(repr(observe(*contending())))
"""


def contending() -> Run:
    """Eight cores in two clusters that differ from each other, and three shared ports."""
    config = build.machine(
        build.port("dram", "DRAM<->NRAM", "DRAM<->SharedRAM", scope=Scope.CHIP, beat_bytes=4, beat_cycles=2, setup=1),
        build.port("shared", "SharedRAM<->NRAM", scope=Scope.CLUSTER, beat_bytes=2, latency=3),
        build.port("local", "NRAM<->WRAM", scope=Scope.CLUSTER, beat_cycles=3),
        clusters=2,
        cores=4,
    )
    codes = [
        build.sequence(
            build.loop(
                2 + core % 3,
                build.move("DRAM->NRAM", 3 + core),
                build.move("SharedRAM->NRAM", 1 + core % 4),
                build.compute("MAC_32", 7 - core % 5),
                build.move("NRAM->WRAM", 2),
            ),
            build.sync(Scope.CHIP),
            build.move("NRAM->DRAM", 9),
        )
        for core in range(8)
    ]
    return build.program(config, *codes), config


def test_hash_seed_does_not_matter() -> None:
    shown = repr(observe(*contending()))
    assert {_shown_with_hash_seed(seed) for seed in ("0", "1", "4711")} == {shown}


def _shown_with_hash_seed(seed: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", SHOW_CONTENDING],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()
