"""Compiles a network for a machine: the steps from one to the other, in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.choosing.indices import from_first, only_indices
from dlpsim.compiler.demand import compulsory_bytes, macs
from dlpsim.compiler.desk import NONE, Desk
from dlpsim.compiler.fusion import Layer, is_product, layers
from dlpsim.compiler.lacking import lacking, lacking_before, lacks_for
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.limits import check_sizes, check_steps
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.planners import planned
from dlpsim.compiler.pooling.pooled import is_pooled
from dlpsim.compiler.rewriting.long_rows import with_short_rows
from dlpsim.compiler.rewriting.long_tables import with_short_tables
from dlpsim.compiler.rewriting.prepare import prepared
from dlpsim.compiler.scheduling.placement import NoRoomError
from dlpsim.compiler.scheduling.schedule import Schedule
from dlpsim.compiler.shortage import LackError
from dlpsim.compiler.tiling.wish import Wish, not_poolable, unknown_layers
from dlpsim.compiler.writing.text import Line, lines
from dlpsim.config import MachineConfig
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Compiled:
    """A network as a program for one machine.

    `text` is the program; `layers_of_lines` has for each line the index of the layer in `plans` that it serves, if it
    serves one. `activations` says where the values of the network lie, `indices` where inputs lie that rows are chosen
    by; `constants` what must lie in DRAM besides its inputs when it begins, by the names of the tensors. `plans` are
    the layers.
    """

    network: Network
    machine: MachineConfig
    text: str
    layers_of_lines: tuple[int | None, ...]
    activations: Mapping[str, View]
    indices: Mapping[str, View]
    constants: Mapping[str, Constant]
    plans: tuple[LayerPlan, ...]

    def inputs(self, arrays: "Arrays") -> "dict[str, NDArray[Any]]":
        """Return what the program takes, by the names of its tensors, for inputs of the network.

        Raises DlpsimError for integers that f32, in which it computes, does not have.
        """
        problems = [
            f"{self.network.name}: input '{name}' has {lost:,}, which f32 does not have: it would be rounded"
            for name in self.network.inputs
            if name in self.activations and (lost := _not_in_f32(arrays[name])) is not None
        ]
        if problems:
            raise DlpsimError(problems)
        found = {name: constant.numbers() for name, constant in self.constants.items()}
        for name in self.network.inputs:
            given = arrays[name]
            if name in self.activations:
                found.update([self.activations[name].filled(given)])
            if name in self.indices:
                found.update([self.indices[name].filled(from_first(self.network, name, given))])
        return found

    def values(self, tensors: "Arrays") -> "dict[str, NDArray[Any]]":
        """Return the values of the network that lie in DRAM at the end, by name, in its own shapes."""
        return {
            name: view.read(tensors[view.tensor.name])
            for name, view in self.activations.items()
            if view.tensor.name in tensors
        }


def compile_network(network: Network, machine: MachineConfig, wishes: Mapping[str, Wish] | None = None) -> Compiled:
    """Compile `network` for `machine`, with tilings set by hand for the layers in `wishes`.

    Raises DlpsimError with all layers that cannot be.
    """
    check_sizes(network, machine)
    return _Compilation(network, machine, wishes or {}).compiled()


class _Compilation:
    def __init__(self, network: Network, machine: MachineConfig, wishes: Mapping[str, Wish]) -> None:
        room = machine.memories.get("NRAM") or NONE
        short = with_short_tables(lowered(network), machine.memories.get("WRAM") or NONE)
        self._network = with_short_rows(prepared(short), room)
        self._machine = machine
        self._desk = Desk(self._network, machine, wishes)
        self._counted: set[str] = set()
        """Weights of the layers that are described so far."""
        self._unseen = only_indices(self._desk)
        """Values that lie nowhere as f32."""
        for name in self._network.inputs:
            if name not in self._unseen:
                self._desk.views[name] = self._desk.new(name, self._desk.usual_of(name))

    def compiled(self) -> Compiled:
        found = layers(self._network, partial(is_pooled, self._desk))
        products = [layer.name for layer in found if is_product(self._network, layer.node)]
        problems = unknown_layers(self._desk.wishes, products)
        problems += not_poolable(self._desk.wishes, {*self._desk.poolings} | ({*self._desk.wishes} - {*products}))
        plans: list[LayerPlan] = []
        lacks: dict[str, list[Layer]] = {}
        for layer in found:
            if all(output in self._unseen for output in layer.node.outputs):
                continue
            missing = lacking_before(self._network, layer, self._machine)
            try:
                plan = LayerPlan(layer.name, []) if missing else self._plan(layer)
            except DlpsimError as error:
                problems += error.messages
                self._pass_over(layer)
                continue
            plans.append(self._described(layer, plan))
            check_steps(layer.name, sum(len(plan.steps) for plan in plans), self._machine)
            if missing:
                self._pass_over(layer)
            for what in missing or lacking(plan.steps, self._machine):
                lacks.setdefault(what, []).append(layer)
        problems += [lacks_for(self._machine, what, of) for what, of in lacks.items()]
        if problems:
            raise DlpsimError(problems)
        schedule = self._scheduled(plans)
        constants = {**self._desk.constants, **{key: one for plan in plans for key, one in plan.constants.items()}}
        program: list[Line] = [*((line, None) for line in self._head(constants)), *self._body(plans, schedule)]
        text = "".join(f"{line}\n" for line, _ in program)
        layers_of_lines = tuple(layer for _, layer in program)
        views = {name: view for name, view in self._desk.views.items() if name in self._network.values}
        return Compiled(
            self._network, self._machine, text, layers_of_lines, views, self._desk.indices, constants, tuple(plans)
        )

    def _pass_over(self, layer: Layer) -> None:
        """Act as if the results of a layer were there: so the problems of those after it are told too."""
        for output in (*layer.node.outputs, layer.y):
            self._desk.views.setdefault(output, self._desk.new(output, self._desk.usual_of(output)))

    def _scheduled(self, plans: list[LayerPlan]) -> Schedule:
        try:
            return Schedule(self._machine, [plan.steps for plan in plans])
        except NoRoomError as error:
            raise DlpsimError(
                self._does_not_fit(plans[index].name, plans[index].op, lack) for index, lack in error.found
            ) from None

    def _does_not_fit(self, name: str, op: str, lack: str) -> str:
        return f"layer '{name}' ({op}) does not fit on {self._machine.name}: {lack}"

    def _described(self, layer: Layer, plan: LayerPlan) -> LayerPlan:
        network, ops = self._network, "+".join(node.op for node in layer.nodes)
        weights = {name for node in layer.nodes for name in node.inputs if name in network.weights}
        again = sum(network.operand(name).bytes for name in weights & self._counted)
        self._counted |= weights
        asked = compulsory_bytes(network, layer) - again
        return replace(plan, op=ops, macs=macs(network, layer), compulsory_bytes=asked, repeated_bytes=again)

    def _plan(self, layer: Layer) -> LayerPlan:
        self._desk.pending = []
        try:
            plan = planned(self._desk, layer)
        except LackError as lack:
            raise DlpsimError(self._does_not_fit(layer.name, layer.node.op, str(lack))) from None
        return replace(plan, steps=[*self._desk.pending, *plan.steps])

    def _head(self, constants: Mapping[str, Constant]) -> Iterator[str]:
        network, machine, desk = self._network, self._machine, self._desk
        name = " ".join(network.name.split())
        yield f"; {name} for {machine.name}, {_cores(machine)}: written by dlpsim compile."
        views = (*desk.views.values(), *desk.indices.values(), *desk.moved)
        for tensor in dict.fromkeys(view.tensor for view in views):
            if tensor.name not in constants:
                yield f".tensor {tensor.name} DRAM {tensor.dtype} {' '.join(map(str, tensor.shape))}"
        for name, constant in constants.items():
            yield f".tensor {name} DRAM {constant.dtype} {constant.elements}"

    def _body(self, plans: list[LayerPlan], schedule: Schedule) -> Iterator[Line]:
        for index, codes in schedule.code():
            plan = plans[index]
            yield "", None
            name = " ".join(plan.name.split())
            yield f"; {name}: {plan.note}" if plan.note else f"; {name}", None
            yield from lines(codes)


def _not_in_f32(array: "NDArray[Any]") -> int | None:
    """Return an integer among numbers that f32 does not have, None if there is none."""
    if array.dtype.kind not in "iu":
        return None
    lost = array[array.astype("float32").astype("float64") != array]
    return int(lost[0]) if lost.size else None


def _cores(machine: MachineConfig) -> str:
    return "1 core" if machine.total_cores == 1 else f"{machine.total_cores:,} cores"
