"""One step of a network: an operator with its operands, results and attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
