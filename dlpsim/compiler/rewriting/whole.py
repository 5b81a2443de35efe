"""Whole numbers of few bits as the f32 that they lie as: what changes only their type goes away."""

from dataclasses import replace

from dlpsim.compiler.recipes.elementwise import ROUNDING, WHOLE
from dlpsim.networks.draft import Draft
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from dlpsim.networks.value import Value
from dlpsim.networks.weight import Weight

SMALL = ("i8", "u8", "i16", "u16")
"""Types all of whose numbers f32 has, as well as their sums and products that a network computes."""

_ROUNDED = ("Round", "Floor", "Ceil", "Sign", "ArgMax", "ArgMin")
"""Operators whose results are whole whatever they take."""

_KEEPING = (
    *("Add", "Sub", "Mul", "Max", "Min", "Neg", "Abs", "Relu", "Sum", "Conv", "Gemm", "MatMul", "MaxPool", "Identity"),
    *("Reshape", "Transpose", "Slice", "Split", "Concat", "Gather", "Expand", "Squeeze", "Unsqueeze", "Flatten"),
    *("GlobalMaxPool", "ReduceMax", "ReduceMin", "ReduceSum", "Where"),
)
"""Operators whose results are whole if all that they take is."""

_LOOKED_AT = 64
"""So many numbers of a weight tell in most cases that they are not whole."""


def without_small(network: Network) -> Network:
    """Return what computes the same with f32 in place of whole numbers of few bits, and fewer casts.

    A cast of a number that is whole already is nothing; nor is one to whole numbers and back. What is limited to
    numbers that are not too large is rounded by adding one that leaves no room behind the point, and taking it away.
    """
    has_small = any(value.dtype in SMALL for value in network.values.values())
    return _Rewriting(network).network() if has_small or any(node.op == "Round" for node in network.nodes) else network


class _Rewriting:
    def __init__(self, network: Network) -> None:
        self._network = network
        weights = {name: _wide_weight(weight) for name, weight in network.weights.items()}
        self._draft = Draft(values={name: _wide(network.values[name]) for name in network.inputs}, weights=weights)
        self._whole: dict[str, bool] = {name: not network.values[name].is_float for name in network.inputs}
        self._limited: set[str] = set()
        self._before: dict[str, str] = {}
        """What whole numbers were cast from to be integers."""

    def network(self) -> Network:
        """Return the network rewritten."""
        for node in self._network.nodes:
            if node.op != "Cast" or not self._is_gone(node):
                self._take(node)
        return self._draft.network(self._network.name, self._network.inputs, self._network.outputs)

    def _is_gone(self, node: Node) -> bool:
        """Whether a cast is nothing, and its result only another name."""
        x, to = self._draft.resolve(node.inputs[0]), str(node.attributes["to"])
        kind = self._draft.operand(x).dtype
        if to in SMALL and kind == "f32" and self._is_whole(x):
            self._draft.aliases[node.outputs[0]] = x
        elif to == "f32" and (kind == "f32" or x in self._before):
            self._draft.aliases[node.outputs[0]] = self._before.get(x, x)
        else:
            return False
        return True

    def _take(self, node: Node) -> None:
        draft, to = self._draft, str(node.attributes.get("to", ""))
        is_whole = self._makes_whole(node)
        if node.op == "Cast" and to in SMALL:
            integer = draft.step("Cast", node.inputs, f"{node.outputs[0]}/integer", {"to": "i32"})
            draft.add("Cast", [integer], node.outputs, node.name, {"to": "f32"})
        elif node.op == "Round" and draft.resolve(node.inputs[0]) in self._limited:
            number = draft.fill(draft.fresh(f"{node.outputs[0]}/number"), (), ROUNDING)
            high = draft.step("Add", [node.inputs[0], number], f"{node.outputs[0]}/high")
            draft.add("Sub", [high, number], node.outputs, node.name)
        else:
            draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)
        if node.op == "Clip" and draft.operand(node.outputs[0]).dtype == "f32" and _is_small(node):
            self._limited.add(node.outputs[0])
        self._whole |= dict.fromkeys(filter(None, node.outputs), is_whole)
        x = draft.resolve(node.inputs[0]) if node.inputs else ""
        if to in {"i32", "i64"} and node.op == "Cast" and draft.operand(x).dtype == "f32" and self._is_whole(x):
            self._before[node.outputs[0]] = x

    def _makes_whole(self, node: Node) -> bool:
        results = self._network.results(node)
        if node.op in _ROUNDED or not any(result.is_float for result in results):
            return True
        limits = [node.attributes[name] for name in ("min", "max") if name in node.attributes]
        if node.op == "Clip":
            return all(isinstance(one, float) and one.is_integer() for one in limits) and self._is_whole(node.inputs[0])
        padding = node.attributes.get("value", 0.0)
        factors = {node.attributes.get(name, 1.0) for name in ("alpha", "beta")}
        is_kept = (node.op in _KEEPING and factors == {1.0}) or (
            node.op == "Pad" and isinstance(padding, float) and padding.is_integer()
        )
        return is_kept and all(self._is_whole(name) for name in node.inputs if name)

    def _is_whole(self, name: str) -> bool:
        """Whether all numbers of a value or weight are whole."""
        found = self._draft.resolve(name)
        if found not in self._whole:
            self._whole[found] = self._is_whole_weight(found)
        return self._whole[found]

    def _is_whole_weight(self, name: str) -> bool:
        import numpy as np  # noqa: PLC0415

        weight = self._network.weights.get(name)
        if weight is None:
            return False
        numbers = weight.array().reshape(-1)
        return all(np.array_equal(part, np.rint(part)) for part in (numbers[:_LOOKED_AT], numbers))


def _wide(value: Value) -> Value:
    return replace(value, dtype="f32") if value.dtype in SMALL else value


def _wide_weight(weight: Weight) -> Weight:
    return replace(weight, dtype="f32") if weight.dtype in SMALL else weight


def _is_small(node: Node) -> bool:
    """Whether a Clip limits numbers to those that are rounded right in the simple way."""
    limits = [node.attributes.get(name) for name in ("min", "max")]
    return all(isinstance(limit, int | float) and abs(limit) <= WHOLE for limit in limits)
