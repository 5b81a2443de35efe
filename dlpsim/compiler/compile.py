"""Compiles a network for a machine: the steps from one to the other, in their order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.activation import Activation
from dlpsim.compiler.demand import compulsory_bytes, macs
from dlpsim.compiler.elementwise import elementwise
from dlpsim.compiler.fusion import RENAMINGS, Layer, is_product, layers
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.product_layer import Places, plan_product
from dlpsim.compiler.schedule import Schedule
from dlpsim.compiler.text import Line, lines
from dlpsim.compiler.windows import POOLINGS, pooling
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.errors import DlpsimError
from isa.vocabulary import MEMORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Compiled:
    """A network as a program for one machine.

    `text` is the program; `layers_of_lines` has for each line the index of the layer in `plans` that it serves, if it
    serves one. `activations` says where the values of the network lie; `constants` what must lie in DRAM
    besides its inputs when it begins, by the names of the tensors. `plans` are the layers.
    """

    network: Network
    machine: MachineConfig
    text: str
    layers_of_lines: tuple[int | None, ...]
    activations: Mapping[str, Activation]
    constants: Mapping[str, Constant]
    plans: tuple[LayerPlan, ...]

    def inputs(self, arrays: "Arrays") -> "dict[str, NDArray[Any]]":
        """Return what the program takes, by the names of its tensors, for inputs of the network."""
        found = {name: constant.numbers() for name, constant in self.constants.items()}
        for name in self.network.inputs:
            activation = self.activations[name]
            found[activation.tensor] = activation.laid_out(arrays[name])
        return found

    def values(self, tensors: "Arrays") -> "dict[str, NDArray[Any]]":
        """Return the values of the network that lie in DRAM at the end, by name, in its own shapes."""
        return {
            name: activation.read(tensors[activation.tensor])
            for name, activation in self.activations.items()
            if activation.tensor in tensors
        }


def compile_network(network: Network, machine: MachineConfig) -> Compiled:
    """Compile `network` for `machine`. Raises DlpsimError with all layers that cannot be."""
    return _Compilation(network, machine).compiled()


class _Compilation:
    def __init__(self, network: Network, machine: MachineConfig) -> None:
        self._network = network
        self._machine = machine
        self._names: dict[str, str] = {}
        self._activations: dict[str, Activation] = {}
        for name in network.inputs:
            self._place(name)

    def compiled(self) -> Compiled:
        problems: list[str] = []
        plans = []
        for layer in layers(self._network):
            try:
                plans.append(self._described(layer, self._plan(layer)))
            except DlpsimError as error:
                problems += error.messages
        if problems:
            raise DlpsimError(problems)
        schedule = Schedule(self._machine, [plan.steps for plan in plans])
        constants = {name: constant for plan in plans for name, constant in plan.constants.items()}
        program: list[Line] = [*((line, None) for line in self._head(constants)), *self._body(plans, schedule)]
        text = "".join(f"{line}\n" for line, _ in program)
        layers_of_lines = tuple(layer for _, layer in program)
        return Compiled(self._network, self._machine, text, layers_of_lines, self._activations, constants, tuple(plans))

    def _described(self, layer: Layer, plan: LayerPlan) -> LayerPlan:
        ops = "+".join(node.op for node in layer.nodes)
        asked = macs(self._network, layer), compulsory_bytes(self._network, layer)
        return replace(plan, op=ops, macs=asked[0], compulsory_bytes=asked[1])

    def _plan(self, layer: Layer) -> LayerPlan:
        network, node = self._network, layer.node
        if node.op in RENAMINGS:
            return self._rename(layer)
        x = self._activations[node.inputs[0]]
        cores, room = self._machine.total_cores, self._machine.memories["NRAM"] or 1 << 40
        if is_product(network, node):
            added = self._activations[layer.added] if layer.added else None
            y = self._place(layer.y)
            return plan_product(network, layer, Places(x, y, added), self._tensor(f"{node.name}_w"), self._machine)
        if node.op in POOLINGS:
            return pooling(node, x, self._place(layer.y), self._tensor(f"{node.name}_c"), cores, room)
        operands = [self._activations[name] for name in node.inputs]
        return elementwise(node, operands, self._place(layer.y), cores, room)

    def _rename(self, layer: Layer) -> LayerPlan:
        """Call an activation by another shape, where it lies."""
        node = layer.node
        x, shape = self._activations[node.inputs[0]], self._network.values[layer.y].shape
        image = x.image
        if x.is_image and x.shape[2:] != (1, 1):
            if len(shape) != 2 or x.pitch != x.channels:
                raise DlpsimError(f"node '{node.name}' ({node.op}) would have to move data, which is not supported yet")
            image = (x.shape[1], x.shape[2], x.shape[3])
        channels = shape[1] if len(shape) == 4 else shape[-1]
        self._activations[layer.y] = Activation(x.tensor, shape, channels, x.first, image)
        return LayerPlan(node.name, [])

    def _place(self, value: str) -> Activation:
        """Give a value a tensor of its own."""
        if value not in self._activations:
            shape = self._network.values[value].shape
            placed = Activation(self._tensor(value), shape, 1)
            self._activations[value] = Activation(placed.tensor, shape, placed.channels)
        return self._activations[value]

    def _tensor(self, name: str) -> str:
        """Return a name for a tensor that says what it is, and that no other has."""
        word = re.sub(r"\W+", "_", name).strip("_") or "value"
        if word[0].isdigit() or word.lower() in _RESERVED or len(word) == 1:
            word = f"t_{word}"
        unique, number = word, 2
        while unique in self._names.values():
            unique, number = f"{word}_{number}", number + 1
        return self._names.setdefault(name, unique)

    def _head(self, constants: Mapping[str, Constant]) -> Iterator[str]:
        network, machine = self._network, self._machine
        yield f"; {network.name} for {machine.name}, {machine.total_cores} cores: written by dlpsim compile."
        seen: set[str] = set()
        for activation in self._activations.values():
            if activation.tensor not in seen:
                seen.add(activation.tensor)
                yield f".tensor {activation.tensor} DRAM f32 {activation.pixels} {activation.pitch}"
        for name, constant in constants.items():
            yield f".tensor {name} DRAM f32 {constant.elements}"

    def _body(self, plans: list[LayerPlan], schedule: Schedule) -> Iterator[Line]:
        for index, codes in schedule.code():
            plan = plans[index]
            yield "", None
            yield f"; {plan.name}: {plan.note}" if plan.note else f"; {plan.name}", None
            yield from lines(codes)


_RESERVED = {"core", "cores", "cluster", "clusters", "cores_per_cluster", "core_in_cluster", *map(str.lower, MEMORIES)}
