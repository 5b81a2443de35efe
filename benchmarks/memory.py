"""Peak memory of a process that does one thing.

`python -m benchmarks.memory CASE SIZE` is that process: it does the thing and prints its own peak in KiB.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.workloads import distinct_lines, loop


def memory(instructions: int, lines: int) -> Iterator[Figure]:
    """Yield the peak of an idle interpreter, of a run of `instructions`, and of assembling `lines`, in MiB."""
    for name, case, size in (
        ("nothing (the interpreter)", "idle", 0),
        (f"a run of {instructions:,} instructions, 1 core", "run", instructions),
        (f"a run of {instructions:,} instructions, 64 cores", "run64", instructions),
        (f"assembly of {lines:,} distinct lines", "assemble", lines),
    ):
        yield Figure.of(f"peak memory: {name}", "MiB", [_peak_of_process(case, size)])


def _peak_of_process(case: str, size: int) -> float:
    command = [sys.executable, "-m", "benchmarks.memory", case, str(size)]
    child = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return int(child.stdout) / 1024


def _idle(size: int) -> None:
    """Do nothing."""


def _run(size: int) -> None:
    from dlpsim import simulate  # noqa: PLC0415 (so that the idle case imports nothing)

    simulate(loop(size // 4), "dlp-s", skip=False)


def _run_on_64_cores(size: int) -> None:
    from dlpsim import simulate  # noqa: PLC0415

    simulate(loop(size // 4 // 64), "dlp-m", cores=64, skip=False)


def _assemble(size: int) -> None:
    from dlpsim.machine_file import load_machine  # noqa: PLC0415
    from isa.assembler import assemble  # noqa: PLC0415

    assemble(distinct_lines(size), load_machine("dlp-s").target)


CASES: Mapping[str, Callable[[int], None]] = {
    "idle": _idle,
    "run": _run,
    "run64": _run_on_64_cores,
    "assemble": _assemble,
}


def peak_kib() -> int:
    """Return the most memory that this process has had resident so far, in KiB.

    Linux's own figure comes first: what `getrusage` says counts the process that started this one as well.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0])
    import resource  # noqa: PLC0415 (not on every system)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    CASES[sys.argv[1]](int(sys.argv[2]))
    print(peak_kib())
