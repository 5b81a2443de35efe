"""Writes what nodes compute together as a recipe, and tells which operands it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from dlpsim.compiler.recipes import elementwise, rowwise
from dlpsim.compiler.recipes.recipe import Recipe
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node


@dataclass(frozen=True, slots=True)
class Operand:
    """What a register of a recipe holds: a value or weight, seen as an array of `shape`, which broadcasts."""

    name: str
    shape: tuple[int, ...]
    register: int


def written(network: Network, nodes: Sequence[Node], y: str) -> tuple[Recipe, list[Operand]]:
    """Return the recipe that makes `y` by nodes in their order, and its operands; single numbers are its constants."""
    writer = _Writer(network)
    registers: dict[str, int] = {}
    for node in nodes:
        taken = [writer.register(node, index, registers) for index, name in enumerate(node.inputs) if name]
        registers[node.outputs[0]] = writer.write(node, taken)
    recipe = writer.recipe
    if not recipe.operations or recipe.result != registers[y]:
        recipe.apply("copy", registers[y])
    return recipe, list(writer.operands.values())


class _Writer:
    def __init__(self, network: Network) -> None:
        self._network = network
        self.recipe = Recipe()
        self.operands: dict[tuple[str, tuple[int, ...]], Operand] = {}

    def write(self, node: Node, taken: Sequence[int]) -> int:
        if node.op in rowwise.RULES:
            shape = self._network.operand(node.inputs[0]).shape
            count = prod(shape[axis] for axis in rowwise.axes_of(node, len(shape)))
            return rowwise.of_rows(self.recipe, node, taken, count)
        if node.op == "Pow" and (exponent := self._scalar(node.inputs[1])) is not None:
            found = elementwise.constant_power(self.recipe, taken[0], exponent)
            if found is not None:
                return found
        return elementwise.of_node(self.recipe, node, taken)

    def register(self, node: Node, index: int, registers: Mapping[str, int]) -> int:
        """Return the register of an operand of a node, of which `registers` are there already."""
        name = node.inputs[index]
        if name in registers:
            return registers[name]
        scalar = self._scalar(name)
        if scalar is not None:
            return self.recipe.constant(scalar)
        shape = self._network.operand(name).shape
        if node.op == "ScaleShift" and index:
            shape = (*shape, *(1 for _ in self._network.operand(node.inputs[0]).shape[2:]))
        if (name, shape) not in self.operands:
            self.operands[name, shape] = Operand(name, shape, self.recipe.operand(f"{name} {shape}"))
        return self.operands[name, shape].register

    def _scalar(self, name: str) -> float | None:
        weight = self._network.weights.get(name)
        return float(weight.array().reshape(())) if weight and weight.size == 1 else None
