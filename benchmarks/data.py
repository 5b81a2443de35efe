"""What it costs to carry numbers through a run, beside the bare NumPy work; and to check what a program accesses.

`python -m benchmarks.data ITERATIONS REPEATS` measures runs and prints JSON. It is a process of its own because
NumPy multiplies matrices with several threads unless it is told otherwise before it is imported, and threads that
wait for each other take processor time that is nobody's work.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import TILE, tiles
from dlpsim.config import MachineConfig
from dlpsim.data import Arrays, Data
from dlpsim.simulation import Simulation, prepare
from isa.check.check import check
from isa.program import Program

MOST_OVERHEAD = 1.3
"""Aimed at: a run with data costs no more than this many times a run without it and the bare NumPy work together."""

CHECKED, CHECKED_CORES = "fc_1024x256.asm", 4
MOST_CHECK_S = 2.0
"""Aimed at, in seconds."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""What tells the libraries that NumPy may be built on."""


class Cost(NamedTuple):
    """The microseconds of processor time per iteration: of a run without data, its NumPy work, a run with data."""

    timed: float
    bare: float
    carried: float

    @property
    def overhead(self) -> float:
        """How many times the other two together the run with data takes."""
        return self.carried / (self.timed + self.bare)


def data(iterations: int, repeats: int) -> Iterator[Figure]:
    """Yield the time per iteration of a loop over tiles, without data, bare and with data, and the seconds of a check.

    Assembly is not counted, nor is loading the inputs.
    """
    costs = _costs_of_process(iterations, repeats)
    yield Figure.of("iteration over 64 KiB tiles, without data", "µs", [cost.timed for cost in costs])
    yield Figure.of("iteration over 64 KiB tiles, only NumPy's work", "µs", [cost.bare for cost in costs])
    yield Figure.of("iteration over 64 KiB tiles, with data", "µs", [cost.carried for cost in costs])
    ratios = [cost.overhead for cost in costs]
    yield Figure.of("iteration with data", "of the other two", ratios, (Aim.AT_MOST, MOST_OVERHEAD))
    seconds = [check_s() for _ in range(repeats)]
    yield Figure.of(f"check of {CHECKED}, {CHECKED_CORES} cores", "s", seconds, (Aim.AT_MOST, MOST_CHECK_S))


def _costs_of_process(iterations: int, repeats: int) -> list[Cost]:
    command = [sys.executable, "-m", "benchmarks.data", str(iterations), str(repeats)]
    folder, environment = Path(__file__).parents[1], {**os.environ, **ONE_THREAD}
    child = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=environment)
    return [Cost(*cost) for cost in json.loads(child.stdout)]


def costs(iterations: int, repeats: int) -> Iterator[Cost]:
    """Yield the cost `repeats` times. The three of one cost are measured next to each other."""
    program, config = prepare(tiles(iterations), "dlp-s")
    inputs = tile_inputs(iterations)
    for _ in range(repeats):
        times = timed_s(program, config), bare_s(inputs), carried_s(program, config, inputs)
        yield Cost(*(time / iterations * 1e6 for time in times))


def tile_inputs(iterations: int) -> Arrays:
    """Return inputs of `tiles`, the same every time."""
    numbers = np.random.default_rng(0)
    return {
        "x": numbers.standard_normal((iterations, TILE.rows, TILE.inner), np.float32),
        "w": numbers.standard_normal((TILE.inner, TILE.columns), np.float32),
    }


def timed_s(program: Program, config: MachineConfig) -> float:
    """Return the seconds of a run without data that simulates every iteration."""
    run = Simulation(program, config, skip=False)
    begin = process_time()
    run.run()
    return process_time() - begin


def bare_s(inputs: Arrays) -> float:
    """Return the seconds of the copies and matrix products of `tiles`, on memory that is in use already, as there."""
    x, w = inputs["x"], inputs["w"]
    tile, weights = np.ones_like(x[0]), np.ones_like(w)
    product = np.ones((TILE.rows, TILE.columns), np.float32)
    y = np.ones((len(x), *product.shape), np.float32)
    begin = process_time()
    for i in range(len(x)):
        tile[...] = x[i]
        weights[...] = w
        np.matmul(tile, weights, out=product)
        y[i] = product
    return process_time() - begin


def carried_s(program: Program, config: MachineConfig, inputs: Arrays) -> float:
    """Return the seconds of a run with data."""
    run = Simulation(program, config, (Data(program, inputs),), skip=False)
    begin = process_time()
    run.run()
    return process_time() - begin


def check_s() -> float:
    """Return the seconds of the check; assembly not counted."""
    program, _ = prepare(Path(CHECKED), cores=CHECKED_CORES)
    begin = process_time()
    check(program)
    return process_time() - begin


if __name__ == "__main__":
    print(json.dumps(list(costs(int(sys.argv[1]), int(sys.argv[2])))))
