"""What it costs to compile whole networks and to simulate them, from the network to the cycles.

`python -m benchmarks.networks NAME [MACHINE [KEY=VALUE]...]` does so once, in a process of its own, and prints JSON:
nothing is there yet that an earlier compilation found out.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

from benchmarks.figure import Aim, Figure
from benchmarks.memory import MEGABYTE_MIB, peak_kib
from benchmarks.yardstick import timeout_us
from isa.program import Code, EndLoop, Loop

MOST_S = {"alexnet": 1.0, "vgg19": 2.0, "resnet152": 3.0}
"""Aimed at, in seconds of processor time on dlp-s, without starting Python and importing dlpsim."""

SMALL = "mlp"
"""What is compiled to see that it works."""

MOST_MIB = 500 * MEGABYTE_MIB
"""Aimed at: the peak of the whole process."""

MACHINE = "dlp-s"
TIMEOUTS = 200_000


class Cost(NamedTuple):
    """Seconds of processor time, seconds that a million bare timeouts take, and the peak of the process in MiB.

    `lines` are those of the program, `instructions` those that all cores execute.
    """

    seconds: float
    million_timeouts_s: float
    peak_mib: float
    lines: int
    instructions: int


def networks(repeats: int, *, only_small: bool = False) -> Iterator[Figure]:
    """Yield the time of each network, in seconds and in bare timeouts, and the peak memory."""
    for name in (SMALL,) if only_small else MOST_S:
        costs = [_cost_of_process(name) for _ in range(repeats)]
        what = f"{name} on {MACHINE}, compiled and simulated"
        aim = None if only_small else (Aim.AT_MOST, MOST_S[name])
        yield Figure.of(what, "s", [cost.seconds for cost in costs], aim)
        ratios = [cost.seconds / cost.million_timeouts_s for cost in costs]
        yield Figure.of(what, "million bare timeouts", ratios)
        peaks = [cost.peak_mib for cost in costs]
        yield Figure.of(f"peak memory: {what}", "MiB", peaks, (Aim.AT_MOST, MOST_MIB))


def _cost_of_process(name: str) -> Cost:
    command = [sys.executable, "-m", "benchmarks.networks", name]
    child = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return Cost(*json.loads(child.stdout))


def measured(name: str, machine_name: str = MACHINE, sets: Sequence[tuple[str, str]] = ()) -> Cost:
    """Compile a network for a machine, with some of its values set, and simulate it."""
    from dlpsim.deploy.deployment import deploy  # noqa: PLC0415 (what is imported is not measured)
    from dlpsim.machine_file import load_machine  # noqa: PLC0415
    from dlpsim.networks.load import load_network  # noqa: PLC0415
    from dlpsim.simulation import Simulation  # noqa: PLC0415

    machine = load_machine(machine_name, sets=sets)
    begin = process_time()
    deployment = deploy(load_network(name), machine)
    Simulation(deployment.program, machine).run()
    seconds = process_time() - begin
    peak_mib = peak_kib() / 1024
    program = deployment.program
    instructions = sum(map(executed, program.cores))
    return Cost(seconds, timeout_us(TIMEOUTS), peak_mib, len(program.source), instructions)


def executed(code: Code) -> int:
    """Return how many instructions of a code are executed, the beginnings and ends of loops included."""
    total, times = 0, [1]
    for instruction in code:
        total += times[-1]
        if isinstance(instruction, Loop):
            times.append(times[-1] * instruction.count)
        elif isinstance(instruction, EndLoop):
            times.pop()
    return total


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    settings = [(key, value) for key, _, value in (setting.partition("=") for setting in rest[1:])]
    print(json.dumps(measured(name, rest[0] if rest else MACHINE, settings)))
