"""A network, compiled and assembled for a machine."""

from dataclasses import dataclass

from dlpsim.compiler.compile import Compiled, compile_network
from dlpsim.config import MachineConfig
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from isa.assembler import assemble
from isa.program import Program


@dataclass(frozen=True)
class Deployment:
    """A network, as it is compiled for a machine, and the program that this is."""

    network: Network
    compiled: Compiled
    program: Program


def deploy(network: Network, machine: MachineConfig) -> Deployment:
    """Compile `network` for `machine`. Raises DlpsimError with all layers that cannot be compiled."""
    compiled = compile_network(lowered(network), machine)
    return Deployment(network, compiled, assemble(compiled.text, machine.target, f"{network.name}.asm"))
