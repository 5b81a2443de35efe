"""What the parts of the reference chip remember between two boundaries: plain records without behaviour."""

from dataclasses import dataclass, field

from dlpsim.config import PortConfig
from isa.program import Code, Compute, Move
from isa.vocabulary import Scope


@dataclass
class Instance:
    """An instruction on its way through a unit; a boundary that has not come yet is -1."""

    index: int
    instruction: Move | Compute
    dispatched: int
    started: int = -1
    freed: int = -1
    completed: int = -1


@dataclass
class Unit:
    """A compute unit (`port` is None) or the DMA channel of one core to one port."""

    port: PortConfig | None
    latency: int
    queue: list[Instance] = field(default_factory=list)
    served: Instance | None = None
    setup_end: int = 0
    beats_to_ask: int = 0
    progress_end: int = 0
    """Boundary at which the operations, or the beat in progress, end."""
    draining: list[Instance] = field(default_factory=list)
    """Instructions that the unit is through with and that are not complete yet, oldest first."""
    history: list[Instance] = field(default_factory=list)
    cycles: list[int] = field(default_factory=lambda: [0, 0, 0, 0])


@dataclass
class Port:
    """One instance of a port: the cores that share it, lowest first, and the position of the round robin pointer."""

    config: PortConfig
    cores: list[int]
    pointer: int = 0
    free_at: int = 0


@dataclass
class Core:
    """A decoder: the instruction that it holds or takes next (`pc`), and the iterations left of each open loop."""

    code: Code
    units: dict[str, Unit]
    pc: int = 0
    taken: bool = False
    decoded_at: int = 0
    arrived: Scope | None = None
    loops: list[int] = field(default_factory=list)
    end: int = -1
