"""The shipped programs on the built-in machines with realistic costs, in sizes that hardware is soon through with."""

from collections.abc import Iterator, Mapping

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from dlpsim.programs import shipped_programs
from isa.errors import DlpsimError
from tests.programs.shipped import assembled
from tests.rtl.case import Case

CUT: Mapping[str, Mapping[str, int]] = {"dlp-s-real": {"M": 128}, "dlp-m-real": {"M": 128, "N": 1024}}
"""For each machine, what the programs of 1024 rows are cut to. The others run in their own size."""

WHOLE = {"dlp-s-real": ("fc_1024x256_serial.asm",)}
"""Those of 1024 rows that are not cut all the same, to have a long run too."""


def shipped_cases(machine: str) -> list[Case]:
    """Return every program that can run on a built-in machine."""
    config = load_machine(machine)
    return [case for name in shipped_programs() for case in _cases(name, config)]


def _cases(name: str, machine: MachineConfig) -> Iterator[Case]:
    is_cut = name.startswith("fc_1024") and name not in WHOLE.get(machine.name, ())
    sizes = {"images": 2 * machine.total_cores} if name == "lenet.asm" else {}
    try:
        program = assembled(name, machine.target, CUT[machine.name] if is_cut else sizes)
    except DlpsimError as error:
        # A program says itself which machines it is not for.
        assert "this program is for" in str(error)
        return
    yield Case(name, program, machine)
