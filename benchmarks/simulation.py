"""Time per simulated instruction, beside that of a bare SimPy timeout measured in the same minute.

Times are processor time, so that other work of the machine counts less.
"""

from collections.abc import Iterator
from time import process_time

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import LOOP_INSTRUCTIONS, loop
from benchmarks.yardstick import timeout_us
from dlpsim.events import Listener
from dlpsim.simulation import Simulation, prepare
from dlpsim.views.trace import Trace

MACHINES = ("dlp-s", "dlp-m", "dlp-s-real", "dlp-m-real")
MOST_TIMEOUTS = 8
MOST_TIMEOUTS_TRACED = 16
"""Aimed at: an instruction costs no more than this many bare timeouts, and with all events kept in a trace."""

ENDLESS = 10**18
"""Iterations that nobody could wait for if the machine did not skip what repeats."""


def simulation(instructions: int, repeats: int) -> Iterator[Figure]:
    """Yield the time of a bare timeout, and the time per instruction of the loop on each machine, as such and as ratio.

    Every run has the summary; the ratio comes once more for runs that also keep every event in a trace. About
    `instructions` are simulated, and as many timeouts waited for, `repeats` times. Runs and timeouts alternate, so that
    a ratio compares two measurements that were taken next to each other.
    """
    bare: list[float] = []
    for machine in MACHINES:
        times, ratios, traced = [], [], []
        for _ in range(repeats):
            bare.append(timeout_us(instructions))
            times.append(instruction_us(machine, instructions))
            ratios.append(times[-1] / bare[-1])
            traced.append(instruction_us(machine, instructions, Trace()) / bare[-1])
        yield Figure.of(f"instruction on {machine}", "µs", times)
        yield Figure.of(f"instruction on {machine}", "bare timeouts", ratios, (Aim.AT_MOST, MOST_TIMEOUTS))
        name = f"instruction on {machine}, with a full trace"
        yield Figure.of(name, "bare timeouts", traced, (Aim.AT_MOST, MOST_TIMEOUTS_TRACED))
    yield Figure.of("bare SimPy timeout", "µs", bare)
    for machine in MACHINES:
        seconds = [endless_s(machine) for _ in range(repeats)]
        yield Figure.of(f"{ENDLESS:.0e} iterations on {machine}, skipped", "s", seconds)


def endless_s(machine: str) -> float:
    """Return the seconds that a loop of ENDLESS iterations takes."""
    run = Simulation(*prepare(loop(ENDLESS), machine))
    begin = process_time()
    run.run()
    return process_time() - begin


def instruction_us(machine: str, instructions: int, *listeners: Listener) -> float:
    """Return the microseconds per executed instruction, none of them skipped, over all cores; assembly not counted."""
    _, config = prepare("", machine)
    iterations = max(1, instructions // (LOOP_INSTRUCTIONS * config.total_cores))
    program, config = prepare(loop(iterations), config)
    run = Simulation(program, config, listeners, skip=False)
    begin = process_time()
    run.run()
    return (process_time() - begin) / run.watch.total_instructions * 1e6
