"""One step of a network: an operator with its operands, results and attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from isa.errors import DlpsimError

MOST_NODES = 100_000
"""Nodes of a network: more come of a number of layers or steps that is set by mistake, and would fill the memory."""

Attribute = int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An operator of `dlpsim.networks.operators` applied to values and weights by name.

    An optional operand or result that is not there has the empty name. Attributes that are not there have the
    operator's default.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def __str__(self) -> str:
        """`node 'conv1' (Conv)`."""
        return f"node '{self.name}' ({self.op})"


def check_count(nodes: int) -> None:
    """Raise DlpsimError if a network with so many nodes is too large."""
    if nodes > MOST_NODES:
        raise DlpsimError(
            f"the network has more than {MOST_NODES:,} nodes, which is too many\n"
            "    hint: a layer or step more is several nodes more: see what --dim sets"
        )
