"""Builds the chip with Icarus Verilog and has cocotb run cases on it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.rtl.case import Case
from tests.rtl.job import Job, Outcome
from tests.rtl.record import recording_of
from tests.rtl.recording import Recording
from tests.rtl.structure import Structure
from tests.rtl.words import words

HERE = Path(__file__).parent
CHIP = tuple(
    HERE / f"{name}.sv"
    for name in (
        "instruction_set",
        "barrier",
        "port",
        "loop_stack",
        "latency_line",
        "issue_queue",
        "compute_unit",
        "dma_channel",
        "decoder",
        "core",
        "chip",
    )
)
"""The sources of the chip, in the order in which a compiler wants them."""

TESTBENCH = HERE / "testbench.sv"
LONGEST_LOG = 3000
"""So much of the end of a log is shown where a tool fails."""

DEPTH = 64
"""As in `chip.sv`: how deep a queue can be."""


def missing() -> str | None:
    """Say what is missing to simulate the hardware; None if nothing is."""
    if shutil.which("iverilog") is None:
        return "Icarus Verilog is not installed (Debian: apt-get install iverilog)"
    try:
        import cocotb_tools.runner  # noqa: F401, PLC0415
        from find_libpython import find_libpython  # noqa: PLC0415 - the tests shall load without it
    except ImportError:
        return "cocotb is not installed (pip install 'cocotb>=2')"
    return None if find_libpython() else "cocotb needs Python's shared library (Debian: apt-get install libpython3.11)"


class Hardware:
    """A chip of one structure, built in `folder` from `sources`; it runs any number of cases."""

    def __init__(self, structure: Structure, folder: Path, sources: Sequence[Path] = CHIP) -> None:
        from cocotb_tools.runner import get_runner  # noqa: PLC0415 - only where it is installed

        self._structure = structure
        self._folder = folder
        self._runner = get_runner("icarus")
        with self._told("build.log"):
            self._runner.build(
                sources=[*sources, TESTBENCH],
                hdl_toplevel="testbench",
                parameters=structure.parameters,
                build_dir=folder,
                log_file=folder / "build.log",
                always=True,
            )

    def run(self, cases: Sequence[Case], limits: Sequence[int], *, grants: bool) -> list[Recording | None]:
        """Run each case for at most so many cycles; None for one that goes on after them. Tell of `grants` or not."""
        jobs = [job(case, self._structure, limit) for case, limit in zip(cases, limits, strict=True)]
        recordings = [
            recording_of(outcome["record"], case.machine) if outcome["ended"] else None
            for outcome, case in zip(self._simulate(jobs, grants=grants), cases, strict=True)
        ]
        return recordings if grants else [each and replace(each, grants=None) for each in recordings]

    def _simulate(self, jobs: list[Job], *, grants: bool) -> list[Outcome]:
        cases, record, results = (self._folder / name for name in ("cases.json", "record.txt", "results.json"))
        cases.write_text(json.dumps(jobs), encoding="utf-8")
        record.touch()
        with self._told("run.log"):
            self._runner.test(
                test_module="tests.rtl.bench",
                hdl_toplevel="testbench",
                plusargs=[f"+record={record}", *(["+grants"] if grants else [])],
                extra_env={"RTL_CASES": str(cases), "RTL_RECORD": str(record), "RTL_RESULTS": str(results)},
                build_dir=self._folder,
                test_dir=self._folder,
                log_file=self._folder / "run.log",
            )
        outcomes: list[Outcome] = json.loads(results.read_text(encoding="utf-8"))
        return outcomes

    @contextmanager
    def _told(self, log: str) -> Iterator[None]:
        """Raise AssertionError with what a tool said if it fails; cocotb's runner exits then."""
        try:
            yield
        except (SystemExit, RuntimeError) as failure:
            path = self._folder / log
            said = path.read_text(encoding="utf-8")[-LONGEST_LOG:] if path.exists() else ""
            raise AssertionError(f"{failure}\n{said}") from failure


def job(case: Case, structure: Structure, limit: int) -> Job:
    """Return what the bench must know to run `case`. Ports that its machine lacks are there and never asked."""
    machine = case.machine
    assert machine.decoder.cycles >= 1, "a decoder that takes no time is no hardware"
    assert machine.decoder.queue_depth <= DEPTH, f"the queues of the chip have room for {DEPTH}"
    ports = machine.ports
    idle = [0] * (len(structure.scopes) - len(ports))
    return Job(
        words=[words(code, machine) for code in case.program.cores],
        settings={
            "decoder_cycles": machine.decoder.cycles,
            "depth": machine.decoder.queue_depth,
            "compute_setup": machine.compute.setup,
            "compute_latency": machine.compute.latency,
        },
        port_settings={
            "setup": [port.setup for port in ports] + idle,
            "latency": [port.latency for port in ports] + idle,
            "beat_cycles": [port.beat_cycles for port in ports] + [1] * len(idle),
        },
        limit=limit,
    )
