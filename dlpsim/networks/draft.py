"""A network in the making, from a file or from another network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node, check_count
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.table import apply
from dlpsim.networks.value import NUMPY, Shape, Value
from dlpsim.networks.weight import Computed, Filled, Stored, Weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DTYPES = {numpy: name for name, numpy in NUMPY.items()}
"""The types by NumPy's names."""


@dataclass
class Draft:
    """Values, weights and nodes so far; a name may stand for another (`aliases`)."""

    values: dict[str, Value] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def resolve(self, name: str) -> str:
        """Return what a name stands for."""
        while name in self.aliases:
            name = self.aliases[name]
        return name

    def is_known(self, name: str) -> bool:
        """Whether a name stands for a value or a weight."""
        found = self.resolve(name)
        return found in self.values or found in self.weights

    def operand(self, name: str) -> Value:
        """Return a value, or a weight as one."""
        found = self.resolve(name)
        if found in self.values:
            return self.values[found]
        weight = self.weights[found]
        return Value(found, weight.shape, weight.dtype)

    def is_constant(self, name: str) -> bool:
        """Whether a name stands for a weight."""
        return self.resolve(name) in self.weights

    def unique(self, name: str) -> str:
        """Return a name that no node has yet, and keep it."""
        found, number = name, 1
        while found in self._names:
            number += 1
            found = f"{name}_{number}"
        self._names.add(found)
        return found

    def fresh(self, name: str) -> str:
        """Return the name of a value that is not there yet."""
        found, number = name, 1
        while found in self.values or found in self.weights or found in self.aliases:
            number += 1
            found = f"{name}_{number}"
        return found

    def hold(self, name: str, array: "NDArray[Any]") -> str:
        """Add a constant. Raises Unfit where its type is not supported."""
        dtype = DTYPES.get(array.dtype.name)
        if dtype is None:
            raise Unfit(f"constant '{name}' has elements {array.dtype.name}, which are not supported")
        self.weights[name] = Weight(array.shape, Stored(array), dtype)
        return name

    def fill(self, name: str, shape: Shape, number: float, dtype: str = "f32") -> str:
        """Add a constant that is the same number everywhere."""
        self.weights[name] = Weight(shape, Filled(number), dtype, is_trained=False)
        return name

    def compute(self, name: str, shape: Shape, numbers: "Callable[[], NDArray[Any]]", dtype: str = "f32") -> str:
        """Add a weight that follows from others when it is asked for; return its name, perhaps with a number."""
        found = self.fresh(name)
        self.weights[found] = Weight(shape, Computed(numbers), dtype)
        return found

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        name: str,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        """Add a node of the table. Raises Unfit where it does not fit, DlpsimError where there are too many nodes."""
        taken = [self.resolve(operand) if operand else "" for operand in inputs]
        while taken and not taken[-1]:
            taken.pop()
        operands = [self.operand(operand) if operand else None for operand in taken]
        applied = apply(op, operands, attributes or {}, len(outputs))
        node = Node(self.unique(name), op, tuple(taken), tuple(outputs), applied.attributes)
        self.nodes.append(node)
        check_count(len(self.nodes))
        for output, (shape, dtype) in zip(outputs, applied.results, strict=False):
            if output:
                self.values[output] = Value(output, shape, dtype)

    def step(self, op: str, inputs: Sequence[str], base: str, attributes: Mapping[str, Attribute] | None = None) -> str:
        """Add a node with one result, both named after `base`; return the result."""
        output = self.fresh(base)
        self.add(op, inputs, [output], output, attributes)
        return output

    def network(self, name: str, inputs: Sequence[str], outputs: Iterable[str]) -> Network:
        """Return the network of what `outputs` need; one that has a name already gets a node of its own."""
        wanted = tuple(dict.fromkeys(outputs))
        for output in wanted:
            self._keep(output, {*inputs, *wanted})
        needed = set(wanted)
        nodes = []
        for node in reversed(self.nodes):
            if needed & set(node.outputs):
                nodes.append(node)
                needed.update(node.inputs)
        nodes.reverse()
        made = {result for node in nodes for result in node.outputs if result}
        values = {key: value for key, value in self.values.items() if key in made or key in inputs}
        weights = {key: weight for key, weight in self.weights.items() if key in needed}
        return Network(name, tuple(inputs), wanted, tuple(nodes), values, weights)

    def _keep(self, output: str, kept: set[str]) -> None:
        """Make sure that an output is made by a node; names that are `kept` stay."""
        target = self.resolve(output)
        if target != output:
            del self.aliases[output]
        if target in self.weights or (target != output and target in kept):
            source = target
            if source == output:
                source = self.fresh(f"{output}/constant")
                self.weights[source] = self.weights.pop(output)
            self.add("Identity", [source], [output], output)
        elif target != output:
            self._rename(target, output)

    def _rename(self, old: str, new: str) -> None:
        """Give a value another name."""
        self.values[new] = replace(self.values.pop(old), name=new)
        self.nodes = [
            replace(node, inputs=_renamed(node.inputs, old, new), outputs=_renamed(node.outputs, old, new))
            for node in self.nodes
        ]


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)
