"""One small program, cycle by cycle, as the three models tell it: the chart of `tests/README.md`.

python -m tests.rtl.chart    prints it
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from isa.assembler import assemble_file
from isa.program import Compute, Move
from tests.reference.result import Record
from tests.rtl.case import Case
from tests.rtl.icarus import HERE, Hardware
from tests.rtl.recording import Recording
from tests.rtl.referred import refer
from tests.rtl.simulated import simulate
from tests.rtl.structure import structure_of

PROGRAM = HERE / "contended.asm"
MACHINE, CORES = "dlp-m-real", 2
SETTINGS = {
    "port.dram.beat_cycles": "2",
    "port.dram.setup": "2",
    "port.dram.latency": "3",
    "compute.latency": "2",
}

QUEUED, SERVED, BEAT, RESULT, NONE = ".=#- "
"""In a cycle, an instruction waits for its unit, is served, has its beat, or is done and its result on its way."""


def contended() -> Case:
    """The program with its machine."""
    machine = load_machine(MACHINE, CORES, list(SETTINGS.items()))
    return Case(PROGRAM.name, assemble_file(PROGRAM, machine.target), machine)


def recordings(case: Case) -> dict[str, Recording | None]:
    """What the three models tell of `case`."""
    simulated = simulate(case.program, case.machine)
    with TemporaryDirectory() as folder:
        hardware = Hardware(structure_of(case.machine), Path(folder))
        (recorded,) = hardware.run([case], [2 * simulated.result.cycles], grants=True)
    return {"simulator": simulated, "reference model": refer(case.program, case.machine), "hardware": recorded}


def charts() -> str:
    """The charts of all models, one below the other."""
    case = contended()
    return "\n\n".join(
        "\n".join(chart(title, recording, case)) for title, recording in recordings(case).items() if recording
    )


def chart(title: str, recording: Recording, case: Case) -> Iterator[str]:
    """A line for each instruction of each core, with a character for each cycle, below a scale."""
    cycles = recording.result.cycles
    tens = "".join(f"{ten:<10}" for ten in range(0, cycles, 10))
    yield f"{title:29}{tens}".rstrip()
    for core in range(case.machine.total_cores):
        units = [(unit, records) for (of, unit), records in recording.result.history.items() if of == core]
        executed = [(record, unit) for unit, records in units for record in records]
        executed.sort(key=lambda pair: pair[0].dispatched)
        for place, (record, unit) in enumerate(executed):
            name = f"core {core}" if place == 0 else ""
            beats = _beats(recording, core, unit, record, case.machine)
            row = "".join(_state(record, cycle, beats) for cycle in range(cycles))
            yield f"{name:8}{_wording(case, core, record):21}{row}".rstrip()
    yield f"{cycles} cycles"


def _wording(case: Case, core: int, record: Record) -> str:
    match case.program.cores[core][record.index]:
        case Move(src=src, dst=dst):
            return f"move {src} {dst}"
        case Compute(type=type_):
            return f"compute {type_}"
    raise AssertionError("only moves and computes have a unit")


def _beats(recording: Recording, core: int, unit: str, record: Record, machine: MachineConfig) -> set[int]:
    """The cycles in which a beat of the instruction is under way, as far as the model tells."""
    lasting = {port.name: port.beat_cycles for port in machine.ports}
    return {
        boundary + cycle
        for boundary, by, port in recording.grants or ()
        if (by, port) == (core, unit) and record.started <= boundary < record.freed
        for cycle in range(lasting[port])
    }


def _state(record: Record, cycle: int, beats: set[int]) -> str:
    if cycle < record.dispatched or cycle >= record.completed:
        return NONE
    if cycle < record.started:
        return QUEUED
    if cycle < record.freed:
        return BEAT if cycle in beats else SERVED
    return RESULT


if __name__ == "__main__":
    print(charts())
