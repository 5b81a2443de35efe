"""A network in the making, as nodes of a file are translated one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.onnx_file.types import dtype_of_numpy
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.table import apply, unsupported
from dlpsim.networks.value import Shape, Value
from dlpsim.networks.weight import Filled, Stored, Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class Draft:
    """Values, constants and nodes so far. A name may stand for another (`aliases`), or for nothing that is known.

    `unknown` has the names that a node should have made which could not be translated: what takes them is skipped, so
    that one problem is told once.
    """

    opset: int
    folder: Path
    values: dict[str, Value] = field(default_factory=dict)
    constants: dict[str, Weight] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    unsupported: dict[str, list[str]] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _arrays: dict[str, "NDArray[Any]"] = field(default_factory=dict)

    def resolve(self, name: str) -> str:
        """Return what a name stands for."""
        while name in self.aliases:
            name = self.aliases[name]
        return name

    def is_known(self, name: str) -> bool:
        """Whether a name stands for a value or a constant."""
        found = self.resolve(name)
        return found in self.values or found in self.constants

    def operand(self, name: str) -> Value:
        """Return a value, or a constant as one."""
        found = self.resolve(name)
        if found in self.values:
            return self.values[found]
        constant = self.constants[found]
        return Value(found, constant.shape, constant.dtype)

    def is_constant(self, name: str) -> bool:
        """Whether a name stands for a constant."""
        return self.resolve(name) in self.constants

    def array(self, name: str) -> "NDArray[Any] | None":
        """Return the numbers of a constant, None for what is none."""
        found = self.resolve(name)
        if found not in self.constants:
            return None
        if found not in self._arrays:
            array = self.constants[found].array()
            if array.size > _KEPT:
                return array
            self._arrays[found] = array
        return self._arrays[found]

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
        while found in self.values or found in self.constants or found in self.aliases:
            number += 1
            found = f"{name}_{number}"
        return found

    def hold(self, name: str, array: "NDArray[Any]") -> str:
        """Add a constant. Raises Unfit where its type is not supported."""
        dtype = dtype_of_numpy(array.dtype.name)
        if dtype is None:
            raise Unfit(f"constant '{name}' has elements {array.dtype.name}, which are not supported")
        self.constants[name] = Weight(array.shape, Stored(array), dtype)
        return name

    def fill(self, name: str, shape: Shape, number: float, dtype: str) -> None:
        """Add a constant that is the same number everywhere."""
        self.constants[name] = Weight(shape, Filled(number), dtype)

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        name: str,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        """Add a node of the table. Raises Unfit where operands or attributes do not fit."""
        taken = [self.resolve(operand) if operand else "" for operand in inputs]
        while taken and not taken[-1]:
            taken.pop()
        operands = [self.operand(operand) if operand else None for operand in taken]
        applied = apply(op, operands, attributes or {}, len(outputs))
        node = Node(self.unique(name), op, tuple(taken), tuple(outputs), applied.attributes)
        self.nodes.append(node)
        for output, (shape, dtype) in zip(outputs, applied.results, strict=False):
            if output:
                self.values[output] = Value(output, shape, dtype)

    def step(self, op: str, inputs: Sequence[str], base: str, attributes: Mapping[str, Attribute] | None = None) -> str:
        """Add a node with one result, both named after `base`; return the result."""
        output = self.fresh(base)
        self.add(op, inputs, [output], output, attributes)
        return output

    def messages(self) -> Iterator[str]:
        """Yield every problem; operators that are not supported once each, with their nodes."""
        yield from self.problems
        for op, nodes in self.unsupported.items():
            shown = ", ".join(f"'{name}'" for name in nodes[:3])
            more = f" and {len(nodes) - 3:,} more" if len(nodes) > 3 else ""
            yield f"node{'s' if len(nodes) > 1 else ''} {shown}{more}: {unsupported(op)}"


_KEPT = 1 << 16
"""Elements of a constant whose numbers are kept once they have been asked for."""
