"""What a user means by PROGRAM: a file, a shipped program, or a network that is compiled first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlpsim.cli.options import machine_values
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.compiler.wish import Wish
    from dlpsim.config import MachineConfig
    from dlpsim.deploy.deployment import Deployment
    from isa.program import Program


@dataclass(frozen=True)
class Source:
    """A program, the machine that it is for, and the network that it was compiled from, if it was."""

    program: "Program"
    machine: "MachineConfig"
    network: "Deployment | None" = None


@dataclass(frozen=True)
class MachineChoice:
    """What --machine, --cores, -D and --set say; the machine may be loaded already."""

    machine: "str | MachineConfig | None"
    cores: int | None
    defines: Sequence[str]
    sets: Sequence[str]


def is_network(name: str) -> bool:
    """Whether a user who says `name` means a network: an ONNX file, or a built-in one if no program is called so."""
    from dlpsim.programs import shipped_programs  # noqa: PLC0415

    path = Path(name)
    if path.suffix == ".onnx":
        return True
    if path.suffix or path.exists() or len(path.parts) > 1 or f"{name}.asm" in shipped_programs():
        return False
    from dlpsim.networks.zoo.table import find_built_in  # noqa: PLC0415

    return find_built_in(name) is not None


def load_source(name: str, choice: MachineChoice, dims: Sequence[str] = ()) -> Source:
    """Assemble the program, or compile the network, that `name` means, for the machine chosen.

    `dims` are the texts of --dim. Raises DlpsimError with what is wrong in either.
    """
    from dlpsim.programs import program_path  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415

    defines, sets = machine_values(choice.defines, choice.sets)
    if not is_network(name):
        if dims:
            raise DlpsimError("--dim sets a size of a network: the parameters of a program are set by -D")
        return Source(*prepare(program_path(name), choice.machine, choice.cores, defines, sets))
    return load_network_source(name, choice, dims)


def load_network_source(
    name: str, choice: MachineChoice, dims: Sequence[str] = (), wishes: "Mapping[str, Wish] | None" = None
) -> Source:
    """Compile the network that `name` means for the machine chosen, with tilings set by hand for layers in `wishes`.

    Raises DlpsimError with what is wrong.
    """
    from dlpsim.deploy.deployment import deploy  # noqa: PLC0415
    from dlpsim.machine_file import default_machine, load_machine  # noqa: PLC0415
    from dlpsim.networks.load import dimensions_of, load_network  # noqa: PLC0415

    defines, sets = machine_values(choice.defines, choice.sets)
    if defines:
        raise DlpsimError("-D sets a parameter of a program: the sizes of a network are set by --dim")
    machine = load_machine(choice.machine or default_machine(choice.cores, sets), choice.cores, sets)
    deployment = deploy(load_network(name, dimensions_of(tuple(dims))), machine, wishes)
    return Source(deployment.program, machine, deployment)
