"""A network, compiled and assembled for a machine."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlpsim.collector import collector_paused
from dlpsim.compiler.compile import Compiled, compile_network
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.assembler import assemble
from isa.program import Program


@dataclass(frozen=True)
class Deployment:
    """A network, as it is compiled for a machine, and the program that this is."""

    network: Network
    compiled: Compiled
    program: Program


def deploy(network: Network, machine: MachineConfig, wishes: Mapping[str, Wish] | None = None) -> Deployment:
    """Compile `network` for `machine`, with tilings set by hand for the layers in `wishes`.

    Raises DlpsimError with all layers that cannot be compiled.
    """
    with collector_paused():
        compiled = compile_network(network, machine, wishes)
        return Deployment(network, compiled, assemble(compiled.text, machine.target, f"{network.name}.asm"))
