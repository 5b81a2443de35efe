"""What a machine lacks that layers need: paths between memories, and rates of computing."""

from collections.abc import Iterator, Sequence

from dlpsim.compiler.fusion import Layer, is_product
from dlpsim.compiler.layouts.renaming import RENAMERS
from dlpsim.compiler.step import Step
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.vocabulary import OPERATIONS

ALWAYS = ("path DRAM->NRAM", "path NRAM->DRAM")
"""What every layer needs that computes anything."""

OF_PRODUCTS = ("path DRAM->WRAM", "rate for MAC_32", "rate for ADD_32")
"""What layers that multiply by weights need besides: they add a bias."""

TYPES = tuple(f"{operation}_32" for operation in OPERATIONS)
"""The types of what is computed."""


def lacking_before(network: Network, layer: Layer, machine: MachineConfig) -> list[str]:
    """Return what a machine lacks without which a layer cannot even be cut."""
    needed: tuple[str, ...] = () if layer.node.op in RENAMERS else ALWAYS
    if is_product(network, layer.node):
        needed = (*ALWAYS, *OF_PRODUCTS)
    there = set(_there(machine))
    return [what for what in needed if what not in there]


def lacking(steps: Sequence[Step], machine: MachineConfig) -> list[str]:
    """Return what a machine lacks that the steps of a layer need."""
    there = set(_there(machine))
    if {f"rate for {kind}" for kind in TYPES} <= there and {*ALWAYS, *OF_PRODUCTS} <= there:
        return []
    return [what for what in dict.fromkeys(_needed(steps, machine.total_cores)) if what not in there]


def lacks_for(machine: MachineConfig, what: str, layers: Sequence[Layer]) -> str:
    """Say that a machine lacks something, and which layers need it."""
    others = len(layers) - 1
    more = f" and {others} more need it" if others else " needs it"
    return f"{machine.name} has no {what}: layer '{layers[0].name}' ({layers[0].node.op}){more}"


def _there(machine: MachineConfig) -> Iterator[str]:
    yield from (f"path {source}->{target}" for source, target in machine.port_of)
    yield from (f"rate for {kind}" for kind in machine.compute.rate)


def _needed(steps: Sequence[Step], cores: int) -> Iterator[str]:
    for step in steps:
        for need in step.needs:
            yield f"path {'SharedRAM' if need.via else 'DRAM'}->{need.memory}"
        if step.makes:
            yield ALWAYS[1]
        for core in range(cores):
            yield from (f"rate for {compute.type}" for compute in step.computes(core, _anywhere))


def _anywhere(_: object) -> int:
    return 0
