"""Peak memory of a process that does one thing.

`python -m benchmarks.memory CASE SIZE` is that process: it does the thing and prints its own peak in KiB.
"""

import io
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figure import Aim, Figure
from benchmarks.workloads import distinct_lines, loop, straight, uneven_loop

MEGABYTE_MIB = 10**6 / 2**20
MOST_STRAIGHT_MIB = 600 * MEGABYTE_MIB
MOST_ENDLESS_MIB = 120 * MEGABYTE_MIB
MOST_ENDLESS_S = 0.6
"""Aimed at: for a straight program, and for a billion iterations."""

ENDLESS = 10**9


def memory(instructions: int, lines: int, straight_lines: int) -> Iterator[Figure]:
    """Yield the peak of an idle interpreter, of a run of `instructions`, and of assembling `lines`, in MiB.

    Then, with the seconds on the clock, whole processes of `dlpsim run`: a straight program of so many lines, and a
    loop of a billion iterations.
    """
    for name, case, size in (
        ("nothing (the interpreter)", "idle", 0),
        (f"a run of {instructions:,} instructions, 1 core", "run", instructions),
        (f"a run of {instructions:,} instructions, 64 cores", "run64", instructions),
        (f"assembly of {lines:,} distinct lines", "assemble", lines),
    ):
        yield Figure.of(f"peak memory: {name}", "MiB", [_peak_of_process(case, size)])
    for name, case, size, most_s, most_mib in (
        (
            f"dlpsim run: {straight_lines:,} instructions without a loop",
            "straight",
            straight_lines,
            None,
            MOST_STRAIGHT_MIB,
        ),
        (f"dlpsim run: {ENDLESS:.0e} iterations on 4 cores", "endless", ENDLESS, MOST_ENDLESS_S, MOST_ENDLESS_MIB),
    ):
        begin = perf_counter()
        peak = _peak_of_process(case, size)
        seconds = perf_counter() - begin
        yield Figure.of(name, "s", [seconds], (Aim.AT_MOST, most_s) if most_s else None)
        yield Figure.of(f"peak memory: {name}", "MiB", [peak], (Aim.AT_MOST, most_mib))


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


def _straight(size: int) -> None:
    _command(straight(size))


def _endless(size: int) -> None:
    _command([uneven_loop(size)], "--machine", "dlp-m-real", "--cores", "4")


def _command(lines: Iterable[str], *options: str) -> None:
    """Run a program from a file, on the command line of this process, and throw away what it prints."""
    from dlpsim.cli.main import status  # noqa: PLC0415

    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        path = Path(folder) / "program.asm"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        assert status(["run", str(path), *options]) == 0


CASES: Mapping[str, Callable[[int], None]] = {
    "idle": _idle,
    "run": _run,
    "run64": _run_on_64_cores,
    "assemble": _assemble,
    "straight": _straight,
    "endless": _endless,
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
