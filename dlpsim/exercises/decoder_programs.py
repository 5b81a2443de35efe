"""Programs that take a decoder through all of its states, by every way that there is."""

from dlpsim.config import MachineConfig
from dlpsim.machine.machine import Machine
from dlpsim.machine_file import load_machine
from dlpsim.views.decoder_states import DecoderStates, Transition
from isa.assembler import assemble

CORES = 2

LOAD = "move DRAM NRAM 65536\n"

PROGRAMS = (
    # Everything in a row; the queue holds one.
    f"""
    loop 2
      {LOAD * 3}
      compute MAC_32 4096
    endloop
    sync
    sync
    sync chip
    {LOAD}
    sync chip
    compute MAC_32 256
    compute MAC_32 256
    compute MAC_32 256
    loop 0
    endloop
    sync
    """,
    "loop 1\nendloop",
    f"{LOAD}sync",
    f"{LOAD}sync\nsync",
    f"{LOAD}sync chip",
    LOAD,
    LOAD * 3,
    "compute MAC_32 256",
    "compute MAC_32 4096\n" * 3,
)
"""Each ends in another way."""


def observed_transitions() -> tuple[Transition, ...]:
    """Run the programs and return all transitions of their decoders, in order."""
    machine = shallow_machine()
    found: set[Transition] = set()
    for number, text in enumerate(PROGRAMS):
        program = assemble(text, machine.target, f"program {number}")
        states = DecoderStates(program)
        Machine(program, machine, [states]).run()
        found.update(states.transitions)
    return tuple(sorted(found))


def shallow_machine() -> MachineConfig:
    """Return the machine that they run on: two cores, and queues that are soon full."""
    return load_machine("dlp-m-real", CORES, [("decoder.queue_depth", "1")])
