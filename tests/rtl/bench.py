"""The cocotb test bench, run inside the simulator: drives the chip through one case after the other.

The file named by the environment variable RTL_CASES says what to run, as a list of `Job`; the answer, a list of
`Outcome`, goes to the one named by RTL_RESULTS. RTL_RECORD is the file that `testbench.sv` writes.
"""

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, First, RisingEdge, Timer

from tests.rtl.job import Job, Outcome

CYCLE_STEPS = 2
"""Time steps of the simulator in a cycle."""

ADDRESS_BITS = 10
SETTING_BITS = 16


@cocotb.test()
async def run_all(testbench: Any) -> None:
    """Run every job."""
    jobs: list[Job] = json.loads(Path(os.environ["RTL_CASES"]).read_text(encoding="utf-8"))
    with Path(os.environ["RTL_RECORD"]).open(encoding="utf-8") as record:
        outcomes = [Outcome(ended=await run(testbench, job), record=record.read()) for job in jobs]
    Path(os.environ["RTL_RESULTS"]).write_text(json.dumps(outcomes), encoding="utf-8")


async def run(testbench: Any, job: Job) -> bool:
    """Run one job, from reset to the halt of the last core. Return whether it came to that."""
    testbench.reset.value = 1
    load(testbench, job)
    await RisingEdge(testbench.clock)
    await FallingEdge(testbench.clock)
    testbench.reset.value = 0
    await First(RisingEdge(testbench.done), Timer(job["limit"] * CYCLE_STEPS, "step"))
    ended = bool(testbench.done.value)
    testbench.reset.value = 1
    await FallingEdge(testbench.clock)
    return ended


def load(testbench: Any, job: Job) -> None:
    """Set the settings and fill the instruction memories."""
    for name, value in job["settings"].items():
        getattr(testbench, name).value = value
    for name, values in job["port_settings"].items():
        signal = getattr(testbench, name)
        signal.value = packed(values, len(signal) // len(values))
    testbench.length.value = packed([len(words) for words in job["words"]], ADDRESS_BITS)
    for core, words in enumerate(job["words"]):
        for index, word in enumerate(words):
            testbench.memory[(core << ADDRESS_BITS) + index].value = word


def packed(values: list[int], bits: int) -> int:
    """Put values side by side, the first one lowest."""
    assert all(0 <= value < 1 << bits for value in values)
    return sum(value << bits * place for place, value in enumerate(values))
