"""What it costs to write a trace of a run, beside the run itself.

`python -m benchmarks.traces INSTRUCTIONS` writes a Perfetto trace and prints the peak memory of that process in KiB.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.figure import Aim, Figure
from benchmarks.memory import peak_kib
from benchmarks.workloads import LOOP_INSTRUCTIONS, loop
from dlpsim.events import OCCURRENCES, Event, Sink
from dlpsim.simulation import Simulation, prepare
from dlpsim.traces.recording import recording

MACHINES = ("dlp-s", "dlp-m-real")
LEAST_PER_S = 100_000
"""Aimed at: instructions a second that Perfetto export alone writes."""
MOST_MIB = 300
"""Aimed at, for a trace of any length."""

IN_MEMORY = 5
"""So many times as many instructions are written where memory is measured."""


class Told:
    """Is told everything, and does nothing."""

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to everything."""
        return dict.fromkeys(OCCURRENCES, _nothing)


def traces(instructions: int, repeats: int) -> Iterator[Figure]:
    """Yield instructions a second of the export alone, and of all that a trace adds to a run; then its peak memory.

    Alone is what a run that is traced takes more than one whose listener is told everything and does nothing; all is
    what it takes more than a run without that. The three alternate, each about `instructions` long.
    """
    for machine in MACHINES:
        alone, added = [], []
        for _ in range(repeats):
            plain, told, traced = _costs_us(machine, instructions)
            alone.append(1e6 / (traced - told))
            added.append(1e6 / (traced - plain))
        name = f"Perfetto trace on {machine}"
        yield Figure.of(f"{name}, export alone", "instructions/s", alone, (Aim.AT_LEAST, LEAST_PER_S))
        yield Figure.of(f"{name}, all that it adds", "instructions/s", added)
    size = IN_MEMORY * instructions
    command = [sys.executable, "-m", "benchmarks.traces", str(size)]
    child = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    name = f"peak memory: Perfetto trace of {size:,} instructions"
    yield Figure.of(name, "MiB", [int(child.stdout) / 1024], (Aim.AT_MOST, MOST_MIB))


def _costs_us(machine: str, instructions: int) -> tuple[float, float, float]:
    """Return the microseconds of an instruction: plain, with everything told, with a trace."""
    _, config = prepare("", machine)
    program, config = prepare(loop(max(1, instructions // (LOOP_INSTRUCTIONS * config.total_cores))), config)
    plain, told = Simulation(program, config, skip=False), Simulation(program, config, [Told()])
    begin = process_time()
    plain.run()
    middle = process_time()
    told.run()
    end = process_time()
    with TemporaryDirectory() as folder, recording(Path(folder) / "trace.pftrace", program, config) as record:
        traced = Simulation(program, config, [record.listener])
        traced_begin = process_time()
        record.finish(traced.run().cycles)
        traced_end = process_time()
    each = 1e6 / plain.watch.total_instructions
    return (middle - begin) * each, (end - middle) * each, (traced_end - traced_begin) * each


def _nothing(event: Event) -> None:
    """Do nothing."""


def write(instructions: int) -> None:
    """Write a trace of about so many instructions, and forget it."""
    program, config = prepare(loop(max(1, instructions // LOOP_INSTRUCTIONS)), "dlp-s")
    with TemporaryDirectory() as folder, recording(Path(folder) / "trace.pftrace", program, config) as record:
        record.finish(Simulation(program, config, [record.listener]).run().cycles)


if __name__ == "__main__":
    write(int(sys.argv[1]))
    print(peak_kib())
