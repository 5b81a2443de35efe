"""What the planners of layers share: the network, the machine, and where each value lies or is going to lie."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.choosing.crumbs import is_crumbled
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.layouts.foresight import images
from dlpsim.compiler.layouts.layout import Layout, dense, packed
from dlpsim.compiler.layouts.view import Tensor, View
from dlpsim.compiler.plan import Constant
from dlpsim.compiler.step import Step
from dlpsim.compiler.tiling.choice import PoolingChoice
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.networks.counting import work_of
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from isa.vocabulary import MEMORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = 1 << 40
"""Bytes of a memory without limit."""


WORTH_OF_STEPS = 1_000_000
"""So many steps are as bad as twice the time."""


class Desk:
    """Views of all values that are planned so far, and the constants that must lie in DRAM.

    `pending` are steps of the layer that is being planned: operands that are moved into a layout that it can take.
    `wishes` are tilings that are set by hand, by layer.
    """

    def __init__(self, network: Network, machine: MachineConfig, wishes: Mapping[str, Wish] | None = None) -> None:
        self.network = network
        self.machine = machine
        self.wishes = wishes or {}
        macs = sum(work_of(network, node).macs for node in network.nodes)
        self.step_cost = macs / (machine.compute.rate.get("MAC_32", 1) * machine.total_cores * WORTH_OF_STEPS)
        """Cycles that a step is charged when tilings are compared: so programs are no longer than is good."""
        self.cores = machine.total_cores
        self.views: dict[str, View] = {}
        self.indices: dict[str, View] = {}
        """Inputs that rows are chosen by, as i32."""
        self.constants: dict[str, Constant] = {}
        self.moved: list[View] = []
        """Copies of values in other layouts."""
        self.pending: list[Step] = []
        self.poolings: dict[str, PoolingChoice] = {}
        """Of each product that could take a pooling with it, whether it does."""
        self._images = images(network)
        self._names: dict[str, None] = {}
        self._ahead: dict[str, View] = {}

    def room(self, memory: str) -> int:
        """Return the bytes of a memory."""
        return self.machine.memories.get(memory) or NONE

    @property
    def line(self) -> int:
        """How many elements a beat of DRAM brings into NRAM; 1 without such a path."""
        port = self.machine.port_of.get(("DRAM", "NRAM"))
        return max(1, port.beat_bytes // ELEMENT) if port else 1

    def view(self, name: str) -> View:
        """Return where a value lies, or a weight, which is laid out row by row."""
        if name not in self.views and name in self.network.weights:
            weight = self.network.weights[name]
            self.views[name] = self.hold(name, self.usual(weight.shape), partial(_floats, weight.array))
        return self.views[name]

    def is_constant(self, name: str) -> bool:
        """Whether a name is that of a weight."""
        return name in self.network.weights

    def usual(self, shape: tuple[int, ...], *, is_image: bool = False) -> Layout:
        """Return the layout of an array if nothing asks for another: images pixel by pixel, all else row by row."""
        return dense(shape, (0, *range(2, len(shape)), 1) if is_image and len(shape) > 2 else None)

    def usual_of(self, value: str, shape: tuple[int, ...] | None = None) -> Layout:
        """Return the layout of a value if nothing asks for another; or of an array of a shape that becomes one."""
        return self.usual(shape or self.network.values[value].shape, is_image=value in self._images)

    def hold(self, name: str, layout: Layout, numbers: "Callable[[], NDArray[Any]]", dtype: str = "f32") -> View:
        """Return where a constant lies that the program finds in DRAM."""
        view = self.new(name, layout, dtype)
        self.constants[view.tensor.name] = Constant(view.tensor.elements, partial(_laid_out, view, numbers), dtype)
        return view

    def new(self, name: str, layout: Layout, dtype: str = "f32") -> View:
        """Return a view of a new tensor."""
        elements = layout.limits[1]
        inner = next((prod(n for n, _ in axis) for axis in layout.axes if any(s == 1 for _, s in axis)), 1)
        shape = (elements // inner, inner) if elements % inner == 0 else (1, elements)
        return View(Tensor(self.name(name), shape, dtype), layout)

    def place(self, value: str, usual: Layout, fits: Callable[[View], bool]) -> View:
        """Decide where a value lies: where what takes it would like it to, if that `fits`, else in the `usual` way."""
        if value not in self.views:
            wanted = self._home(value)
            self.views[value] = wanted if wanted and fits(wanted) else self.new(value, usual)
        return self.views[value]

    def ahead(self, value: str) -> View:
        """Return where a value is going to lie that parts may be written into already."""
        if value in self.views:
            return self.views[value]
        if value not in self._ahead:
            node = self.network.producers.get(value)
            if node and node.op == "Concat":
                self._ahead[value] = self._joined(node)
            else:
                self._ahead[value] = self._home(value) or self.new(value, self.usual_of(value))
        return self._ahead[value]

    def _joined(self, node: Node) -> View:
        """Return where parts are put side by side: where their whole is wanted, unless they would lie in crumbs."""
        (value,), axis = node.outputs, node.attributes["axis"]
        assert isinstance(axis, int)
        sizes = [self.network.operand(name).shape[axis] for name in node.inputs]
        home, usual = self._home(value), self.usual_of(value)
        if home and not is_crumbled(home.layout, axis, sizes, self.line):
            return home
        is_turned = is_crumbled(usual, axis, sizes, self.line)
        return self.new(value, packed(usual, outermost=[axis]) if is_turned else usual)

    def is_expected(self, value: str) -> bool:
        """Whether parts of a value may have been written already."""
        return value in self._ahead

    def name(self, name: str) -> str:
        """Return a new name for a tensor that says what it is."""
        word = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "value"
        if word[0].isdigit() or word.lower() in _RESERVED or len(word) == 1:
            word = f"t_{word}"
        unique, number = word, 2
        while unique in self._names:
            unique, number = f"{word}_{number}", number + 1
        self._names[unique] = None
        return unique

    def _home(self, value: str) -> View | None:
        """Return where the nodes that take a value want it to lie: so that they need not move it."""
        if value not in self.network.values:
            return None
        consumers = self.network.consumers[value]
        joins = [node for node in consumers if node.op == "Concat" and node.inputs.count(value) == 1]
        if joins:
            return self._part(value, max(joins, key=lambda node: self.network.values[node.outputs[0]].size))
        if len(consumers) != 1 or consumers[0].op not in ("Transpose", "Reshape"):
            return None
        (node,) = consumers
        after = self.ahead(node.outputs[0])
        if node.op == "Transpose":
            order = node.attributes["perm"]
            assert isinstance(order, tuple)
            return after.with_layout(after.layout.permuted([order.index(axis) for axis in range(len(order))]))
        layout = after.layout.reshaped(self.network.values[value].shape)
        return after.with_layout(layout) if layout else None

    def _part(self, value: str, node: Node) -> View | None:
        """Return the place of an operand in the result of a Concat."""
        whole, axis = self.ahead(node.outputs[0]), node.attributes["axis"]
        assert isinstance(axis, int)
        sizes = [self.network.operand(name).shape[axis] for name in node.inputs]
        index = node.inputs.index(value)
        layout = whole.layout.sliced(axis, sum(sizes[:index]), sizes[index])
        return whole.with_layout(layout) if layout else None


def _floats(array: "Callable[[], NDArray[Any]]") -> "NDArray[Any]":
    return array().astype("float32", copy=False)


def _laid_out(view: View, numbers: "Callable[[], NDArray[Any]]") -> "NDArray[Any]":
    return view.laid_out(numbers())


_RESERVED = {"core", "cores", "cluster", "clusters", "cores_per_cluster", "core_in_cluster", *map(str.lower, MEMORIES)}
