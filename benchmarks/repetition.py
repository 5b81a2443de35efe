"""What repeats costs next to nothing: few and very many iterations of the same loop, runs with and without skips.

Times are processor time within one process, assembly not counted. What is compared alternates.
"""

from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import NamedTuple

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import loop, loop_with_barrier, nest, uneven_loop
from dlpsim.config import MachineConfig
from dlpsim.simulation import Simulation, prepare
from isa.program import Program

FEW, MANY = 10**3, 10**9
MOST_RATIO = 3
"""Aimed at: many iterations take no more than this many times what few take."""

LAYER = "fc_1024x256_pipelined.asm"
LAYER_CORES, LAYER_COLUMNS = 4, 2048
"""Exercise 7.12."""

LEAST_GAIN, LEAST_LARGE_GAIN = 5, 100
LARGER = 64
"""Aimed at: how many times faster the layer is than without skips, and with so many times the columns."""


class Loop(NamedTuple):
    """A loop on a machine: `text` takes a count."""

    name: str
    text: str
    machine: str
    cores: int


LOOPS = (
    Loop("loop without sync", loop("{count}"), "dlp-s", 1),
    Loop("loop without sync, contended", loop("{count}"), "dlp-m", 4),
    Loop("loop without sync, contended", loop("{count}"), "dlp-m-real", 4),
    Loop("loop with syncs and a barrier", loop_with_barrier("{count}"), "dlp-s", 1),
    Loop("loop with syncs and a barrier", loop_with_barrier("{count}"), "dlp-m", 4),
    Loop("loop in a loop", nest("{count}"), "dlp-s", 1),
    Loop("loop in a loop, contended", nest("{count}"), "dlp-m", 4),
    Loop("loop of bodies that differ, contended", uneven_loop("{count}"), "dlp-m-real", 4),
)


def repetition(repeats: int, larger: int = LARGER) -> Iterator[Figure]:
    """Yield what many iterations cost beside few, and what skips gain where a layer is computed tile by tile."""
    for each in LOOPS:
        few, many = (prepare(each.text.format(count=count), each.machine, each.cores) for count in (FEW, MANY))
        name = f"{each.name}: {each.machine}, {each.cores} core{'s' if each.cores > 1 else ''}, {MANY:.0e} iterations"
        yield Figure.of(name, f"times {FEW:.0e}", _ratios(many, few, repeats), (Aim.AT_MOST, MOST_RATIO))
    for factor, least in ((1, LEAST_GAIN), (larger, LEAST_LARGE_GAIN if larger == LARGER else None)):
        layer = prepare(Path(LAYER), cores=LAYER_CORES, defines={"N": LAYER_COLUMNS * factor})
        gains = [run_s(*layer, skip=False) / run_s(*layer) for _ in range(repeats if factor == 1 else 1)]
        name = f"{LAYER} on {LAYER_CORES} cores, N={LAYER_COLUMNS * factor}"
        yield Figure.of(name, "times faster than --no-skip", gains, (Aim.AT_LEAST, least) if least else None)


Prepared = tuple[Program, MachineConfig]


def _ratios(some: Prepared, others: Prepared, repeats: int) -> list[float]:
    run_s(*some)
    return [run_s(*some) / run_s(*others) for _ in range(repeats)]


def run_s(program: Program, config: MachineConfig, *, skip: bool = True) -> float:
    """Return the seconds of a run."""
    run = Simulation(program, config, skip=skip)
    begin = process_time()
    run.run()
    return process_time() - begin
