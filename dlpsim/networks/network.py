"""A network as data: nodes in an order in which they can be computed, the values between them, the weights."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dlpsim.networks.node import Node
from dlpsim.networks.value import Value
from dlpsim.networks.weight import Weight
from isa.errors import DlpsimError


@dataclass(frozen=True)
class Network:
    """Inputs, outputs, nodes, values and weights by name, valid when constructed.

    Nodes come after those whose results they take. `values` has the inputs and every result of a node; a name
    is a value or a weight, and each value has one maker. Raises DlpsimError with all that is wrong.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    values: Mapping[str, Value]
    weights: Mapping[str, Weight]

    def __post_init__(self) -> None:
        problems = [f"{self.name}: {problem}" for problem in self._problems()]
        if problems:
            raise DlpsimError(problems)

    @cached_property
    def producers(self) -> Mapping[str, Node]:
        """The node that computes each value; inputs have none."""
        return {name: node for node in self.nodes for name in node.outputs if name}

    @cached_property
    def consumers(self) -> Mapping[str, tuple[Node, ...]]:
        """The nodes that take each value or weight, in their order, once each."""
        found: dict[str, dict[str, Node]] = {name: {} for name in (*self.values, *self.weights)}
        for node in self.nodes:
            for name in filter(None, node.inputs):
                found[name][node.name] = node
        return {name: tuple(nodes.values()) for name, nodes in found.items()}

    def operands(self, node: Node) -> tuple[Value | None, ...]:
        """Return what a node takes, values and weights alike; None for what is not there."""
        return tuple(self.operand(name) if name else None for name in node.inputs)

    def operand(self, name: str) -> Value:
        """Return a value, or a weight as one."""
        if name in self.values:
            return self.values[name]
        weight = self.weights[name]
        return Value(name, weight.shape, weight.dtype)

    def results(self, node: Node) -> tuple[Value, ...]:
        """Return what a node computes."""
        return tuple(self.values[name] for name in node.outputs if name)

    def _problems(self) -> Iterator[str]:
        names = Counter(node.name for node in self.nodes)
        yield from (f"{times} nodes have the name '{name}'" for name, times in names.items() if times > 1)
        yield from (f"'{name}' is a value and a weight" for name in sorted(self.values.keys() & self.weights.keys()))
        known = {*self.inputs, *self.weights}
        for node in self.nodes:
            yield from (
                f"{node} takes '{name}', which nothing before it makes"
                for name in node.inputs
                if name and name not in known
            )
            made = [name for name in node.outputs if name]
            yield from (f"{node} makes '{name}', which is there already" for name in made if name in known)
            known.update(made)
        yield from (f"output '{name}' is made by nothing" for name in self.outputs if name not in known)
        values = known - self.weights.keys()
        yield from (f"value '{name}' has no shape" for name in sorted(values - self.values.keys()))
        yield from (f"value '{name}' is made by nothing" for name in sorted(self.values.keys() - known))
