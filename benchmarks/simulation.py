"""Time per simulated instruction, beside that of a bare SimPy timeout measured in the same minute."""

from collections.abc import Generator, Iterator
from time import perf_counter

import simpy

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import LOOP_INSTRUCTIONS, loop
from dlpsim.simulation import Simulation, prepare

MACHINES = ("dlp-s", "dlp-m", "dlp-s-real", "dlp-m-real")
MOST_TIMEOUTS = 12
"""Aimed at: an instruction costs no more than this many bare timeouts."""

ENDLESS = 10**18
"""Iterations that nobody could wait for if the machine did not skip what repeats."""


def simulation(instructions: int, repeats: int) -> Iterator[Figure]:
    """Yield the time of a bare timeout, and the time per instruction of the loop on each machine, as such and as ratio.

    About `instructions` are simulated, and as many timeouts waited for, `repeats` times. Runs and timeouts
    alternate, so that a ratio compares two measurements that were taken next to each other.
    """
    bare: list[float] = []
    for machine in MACHINES:
        times, ratios = [], []
        for _ in range(repeats):
            bare.append(timeout_us(instructions))
            times.append(instruction_us(machine, instructions))
            ratios.append(times[-1] / bare[-1])
        yield Figure.of(f"instruction on {machine}", "µs", times)
        yield Figure.of(f"instruction on {machine}", "bare timeouts", ratios, (Aim.AT_MOST, MOST_TIMEOUTS))
    yield Figure.of("bare SimPy timeout", "µs", bare)
    for machine in MACHINES:
        seconds = [endless_s(machine) for _ in range(repeats)]
        yield Figure.of(f"{ENDLESS:.0e} iterations on {machine}, skipped", "s", seconds)


def endless_s(machine: str) -> float:
    """Return the seconds that a loop of ENDLESS iterations takes."""
    run = Simulation(*prepare(loop(ENDLESS), machine))
    begin = perf_counter()
    run.run()
    return perf_counter() - begin


def timeout_us(count: int) -> float:
    """Return the microseconds that SimPy takes for one of `count` timeouts of a process that does nothing else."""
    env = simpy.Environment()

    def wait() -> Generator[simpy.Event, None, None]:
        for _ in range(count):
            yield env.timeout(1)

    env.process(wait())
    begin = perf_counter()
    env.run()
    return (perf_counter() - begin) / count * 1e6


def instruction_us(machine: str, instructions: int) -> float:
    """Return the microseconds per executed instruction, none of them skipped, over all cores; assembly not counted."""
    _, config = prepare("", machine)
    iterations = max(1, instructions // (LOOP_INSTRUCTIONS * config.total_cores))
    program, config = prepare(loop(iterations), config)
    run = Simulation(program, config, skip=False)
    begin = perf_counter()
    run.run()
    return (perf_counter() - begin) / run.watch.total_instructions * 1e6
