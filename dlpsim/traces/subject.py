"""What a trace is of: the program, the machine, the cores, and what there is to know of each instruction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.costs import beats, operation_cycles
from dlpsim.views.excerpt import check_cores
from dlpsim.views.source_line import shortened, source_text
from isa.listing import listing
from isa.program import Code, Compute, Move, Program, Sync
from isa.vocabulary import Scope

LONGEST = 80
"""Characters of a source line that a trace shows."""


@dataclass(frozen=True)
class Instruction:
    """What a trace says of an instruction, wherever and whenever it is executed.

    `text` is its source line without the comment, or what the disassembler makes of it where it has no line (`line`
    is 0 then). `unit` is empty where it occupies none. `amount` is what it moves in bytes, or its operations; `what`
    the path or the type. `work_cycles` are those of its beats or operations, `bytes_per_cycle` its mean over them.
    """

    text: str
    line: int
    kind: str
    unit: str = ""
    what: str = ""
    amount: int = 0
    work_cycles: int = 0
    setup_cycles: int = 0
    bytes_per_cycle: float = 0.0


@dataclass(frozen=True)
class PortInstance:
    """A port as it exists once for the chip, for a cluster or for a core; `cores` are those that share it."""

    name: str
    group: int
    scope: Scope
    cores: Sequence[int]


@dataclass(frozen=True)
class Subject:
    """A program on a machine, of which a trace shows `cores`.

    Raises DlpsimError if the machine lacks one of them.
    """

    program: Program
    config: MachineConfig
    cores: Sequence[int]

    def __post_init__(self) -> None:
        check_cores(self.cores, self.config.name, self.config.total_cores)

    @classmethod
    def of(cls, program: Program, config: MachineConfig, cores: Sequence[int] = ()) -> "Subject":
        """Return the program on the machine with these cores shown, or all where none are named."""
        return cls(program, config, tuple(sorted(set(cores))) or tuple(range(config.total_cores)))

    @cached_property
    def shown(self) -> frozenset[int]:
        """The cores that are shown, as a set."""
        return frozenset(self.cores)

    @cached_property
    def instructions(self) -> Sequence[Sequence[Instruction]]:
        """For each core of the machine, its instructions by their index; cores with one code share them."""
        described: dict[int, Sequence[Instruction]] = {}
        for code in self.program.cores:
            if id(code) not in described:
                described[id(code)] = self._describe(code)
        return [described[id(code)] for code in self.program.cores]

    @cached_property
    def ports(self) -> Sequence[PortInstance]:
        """The instances of ports that a shown core reaches: those of the chip, of clusters, of cores."""
        return [instance for port in self.config.ports for instance in self._instances(port)]

    def _instances(self, port: PortConfig) -> list[PortInstance]:
        total = self.config.total_cores
        shared_by = {Scope.CHIP: total, Scope.CLUSTER: self.config.cores, Scope.CORE: 1}[port.scope]
        every = [
            PortInstance(port.name, group, port.scope, range(group * shared_by, (group + 1) * shared_by))
            for group in range(total // shared_by)
        ]
        return [instance for instance in every if not self.shown.isdisjoint(instance.cores)]

    def _describe(self, code: Code) -> Sequence[Instruction]:
        found: list[Instruction] = []
        ports: Mapping[tuple[str, str], PortConfig] = self.config.port_of
        for row, instruction in zip(listing(code), code, strict=True):
            text = shortened(source_text(self.program.text(row.line)) or row.text, LONGEST)
            match instruction:
                case Move(src=src, dst=dst):
                    port = ports[src, dst]
                    work = beats(instruction.size, port.beat_bytes, instruction.rows) * port.beat_cycles
                    path, moved = f"{src}->{dst}", instruction.bytes
                    found.append(
                        Instruction(text, row.line, "move", port.name, path, moved, work, port.setup, moved / work)
                    )
                case Compute(type=type_, num=num):
                    compute = self.config.compute
                    work = operation_cycles(num, compute.rate[type_])
                    found.append(Instruction(text, row.line, "compute", "compute", type_, num, work, compute.setup))
                case Sync(scope=scope):
                    found.append(Instruction(text, row.line, "sync", what=scope.value))
                case _:
                    found.append(Instruction(text, row.line, "loop"))
        return found
