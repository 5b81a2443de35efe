"""What is too much to be compiled: refused before it takes minutes and fills the memory."""

from math import inf

from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.errors import DlpsimError

MOST_FILLS = 100_000
"""Layers that fill all NRAM more often are refused: their tiles are too many to be listed."""

MOST_STEPS = 500_000
"""Steps of a program; so many take minutes, and gigabytes."""


def check_sizes(network: Network, machine: MachineConfig) -> None:
    """Raise DlpsimError with all layers that move too many bytes: before they are written as others, or cut."""
    most = {name: MOST_FILLS * machine.total_cores * (machine.memories.get(name) or inf) for name in ("NRAM", "WRAM")}
    problems = [
        f"layer '{node.name}' ({node.op}) is too large for {machine.name}: it moves {size:,} bytes of {what}, more "
        f"than {MOST_FILLS:,} times what is in the {memory} of its cores"
        for node in network.nodes
        for what, memory, names in (
            ("values", "NRAM", {*node.inputs, *node.outputs} - network.weights.keys()),
            ("weights", "WRAM", network.weights.keys() & {*node.inputs}),
        )
        if (size := sum(network.operand(name).bytes for name in names if name)) > most[memory]
    ]
    if problems:
        raise DlpsimError(problems)


def check_steps(name: str, steps: int, machine: MachineConfig) -> None:
    """Raise DlpsimError if all layers up to `name` take too many steps on a machine."""
    if steps > MOST_STEPS:
        raise DlpsimError(
            f"layer '{name}' is too large for {machine.name}: with it there are {steps:,} tiles, "
            f"each of which is listed; at most {MOST_STEPS:,} are allowed\n"
            "    hint: a smaller network, larger memories, or larger tiles"
        )
