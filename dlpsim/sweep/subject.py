"""What a sweep runs: a program that is not assembled yet, or a network that is not compiled yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.programs import find_program
from isa import program as assembled
from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.text import read_source

Sizes = Sequence[tuple[str, str]]
"""Names and values: parameters of a program, or sizes of a network."""


@dataclass(frozen=True)
class Program:
    """The text of a program, and its name in messages and tables."""

    name: str
    text: str

    @property
    def content(self) -> str:
        """What tells it from other programs, whatever their names."""
        return _digest(self.text)

    def made_for(self, machine: MachineConfig, sizes: Sizes) -> assembled.Program:
        """Assemble it with these values of its parameters. Raises DlpsimError."""
        return assemble(self.text, machine.target, self.name, dict(sizes))


@dataclass(frozen=True)
class Network:
    """A network: its name in messages and tables, what the user calls it, and what tells it from other networks."""

    name: str
    given: str
    content: str

    def made_for(self, machine: MachineConfig, sizes: Sizes) -> assembled.Program:
        """Compile it with these sizes. Raises DlpsimError where it cannot be, or is no longer what it was."""
        from dlpsim.deploy.deployment import deploy  # noqa: PLC0415
        from dlpsim.networks.load import content_of, load_with  # noqa: PLC0415

        network = load_with(self.given, [f"{name}={value}" for name, value in sizes])
        if content_of(self.given) != self.content:
            raise DlpsimError(f"{self.given}: has changed since the sweep began")
        return deploy(network, machine).program


Subject = Program | Network


def read_program(given: str) -> Program:
    """Return the program that a user calls so. Raises DlpsimError where there is none."""
    path = find_program(given)
    return Program(path.name, read_source(path))


def read_network(given: str, sizes: Mapping[str, int]) -> Network:
    """Return the network that a user calls so. Raises DlpsimError where there is none, or none with such sizes."""
    from dlpsim.networks.load import check_dimensions, content_of  # noqa: PLC0415
    from dlpsim.networks.zoo.table import find_built_in  # noqa: PLC0415

    check_dimensions(given, sizes)
    found = find_built_in(given)
    return Network(found.name if found else Path(given).name, given, content_of(given))


@lru_cache(maxsize=64)
def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
