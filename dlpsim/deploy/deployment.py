"""A network, compiled and assembled for a machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dlpsim.collector import collector_paused
from dlpsim.compiler.compile import Compiled, compile_network
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.assembler import assemble
from isa.program import Program


@dataclass(frozen=True)
class Deployment:
    """A network, as it is compiled for a machine, the program that this is, and the ONNX file that it was read from."""

    network: Network
    compiled: Compiled
    program: Program
    file: Path | None = None


def deploy(
    network: Network, machine: MachineConfig, wishes: Mapping[str, Wish] | None = None, file: Path | None = None
) -> Deployment:
    """Compile `network`, read from `file` if from any, for `machine`, with tilings set by hand for those in `wishes`.

    Raises DlpsimError with all layers that cannot be compiled.
    """
    with collector_paused():
        compiled = compile_network(network, machine, wishes)
        return Deployment(network, compiled, assemble(compiled.text, machine.target, f"{network.name}.asm"), file)
