"""What a user means by PROGRAM: a file, a shipped program, or a network that is compiled first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlpsim.cli.options import machine_values
from isa.errors import Problems

if TYPE_CHECKING:
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


def load_source(name: str, choice: MachineChoice, dims: Sequence[str] = (), tiling: Path | None = None) -> Source:
    """Assemble the program, or compile the network, that `name` means, for the machine chosen.

    `dims` are the texts of --dim, `tiling` is the file of --tiling. Raises DlpsimError with all that is wrong with
    name, machine, sizes and file, or else with the program or network.
    """
    from dlpsim.deploy.names import is_network, problem_of_name  # noqa: PLC0415
    from dlpsim.programs import program_path  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415

    if is_network(name):
        return load_network_source(name, choice, dims, tiling)
    problems = Problems()
    defines, sets = problems.attempt(lambda: machine_values(choice.defines, choice.sets)) or ({}, [])
    unknown = problem_of_name(name)
    if unknown:
        problems.add(unknown)
    if dims and not unknown:
        problems.add("--dim sets a size of a network: the parameters of a program are set by -D")
    if tiling and not unknown:
        problems.add("--tiling sets the tiles of a network: a program says itself what it does")
    if unknown or dims or tiling:
        problems.attempt(lambda: _machine(choice, sets))
    problems.check()
    return Source(*prepare(program_path(name), choice.machine, choice.cores, defines, sets))


def load_network_source(
    name: str, choice: MachineChoice, dims: Sequence[str] = (), tiling: Path | None = None
) -> Source:
    """Compile the network that `name` means for the machine chosen, with the tilings that the file `tiling` sets.

    Raises DlpsimError with all that is wrong with network, machine, sizes and file, or else with its layers.
    """
    from dlpsim.cli.progress import steps_shown  # noqa: PLC0415
    from dlpsim.compiler.tiling.wish import read_wishes  # noqa: PLC0415
    from dlpsim.deploy.deployment import deploy  # noqa: PLC0415
    from dlpsim.networks.load import file_of, load_with  # noqa: PLC0415

    problems = Problems()
    if choice.defines:
        problems.add("-D sets a parameter of a program: the sizes of a network are set by --dim")
    _, sets = problems.attempt(lambda: machine_values((), choice.sets)) or ({}, [])
    machine = problems.attempt(lambda: _machine(choice, sets))
    network = problems.attempt(lambda: load_with(name, dims))
    wishes = problems.attempt(lambda: read_wishes(tiling)) if tiling else {}
    problems.check()
    assert machine and network
    with steps_shown(lambda: f"compiling {network.name} for {machine.name}"):
        deployment = deploy(network, machine, wishes, file_of(name))
    return Source(deployment.program, machine, deployment)


def _machine(choice: MachineChoice, sets: "Sequence[tuple[str, str]]") -> "MachineConfig":
    from dlpsim.machine_file import default_machine, load_machine  # noqa: PLC0415

    return load_machine(choice.machine or default_machine(choice.cores, sets), choice.cores, sets)
