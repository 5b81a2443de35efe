"""Writes nodes that combine more elements than NRAM has room for as ones that combine some at a time."""

from collections.abc import Callable, Mapping
from math import prod

from dlpsim.compiler.layouts.foresight import Images
from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import keep
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node

COPIES = {"Softmax": 4, "LogSoftmax": 4, "LayerNormalization": 8}
"""How many times the elements that are combined must have room; for other operators twice."""

ELEMENT = 4
"""Bytes of an element."""

BESIDE = 32
"""Channels of an image that lie beside each other, and are moved together at least: a beat or two."""

TOGETHER = 4
"""So many results of parts are combined at a time."""


def with_short_rows(network: Network, room: int) -> Network:
    """Return what computes the same outputs with `room` bytes of NRAM. Results keep their names."""
    draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=dict(network.weights))
    images = Images(network)
    for node in network.nodes:
        rule = RULES.get(node.op)
        if rule is None or _has_room(draft, node, images, room - room // 16):
            keep(draft, node)
        else:
            rule(_Parts(draft, node, max(1, room // (8 * ELEMENT))))
    return draft.network(network.name, network.inputs, network.outputs)


class _Parts:
    """A node that is written as others, which combine `most` elements at a time at most."""

    def __init__(self, draft: Draft, node: Node, most: int) -> None:
        self.node = node
        self.draft = draft
        self.axes = _axes(draft, node)
        self._most = most

    def step(self, op: str, *inputs: str) -> str:
        """Add a node on elements; return its result."""
        return self.draft.step(op, inputs, f"{self.node.name}/{op.lower()}")

    def number(self, value: float) -> str:
        """Return a constant."""
        return self.draft.fill(self.draft.fresh(f"{self.node.name}/number"), (), value)

    def combined(self, op: str, x: str) -> str:
        """Add what combines x along all axes, one after the other; they stay, with one element each."""
        for axis in reversed(self.axes):
            x = self._along(op, x, axis)
        return x

    def mean(self, x: str) -> str:
        """Add the mean along all axes."""
        count = prod(self.draft.operand(x).shape[axis] for axis in self.axes)
        return self.step("Mul", self.combined("Sum", x), self.number(1 / count))

    def finish(self, y: str) -> None:
        """Give the node's result its shape and its name."""
        attributes, shape = self.node.attributes, list(self.draft.operand(y).shape)
        if self.node.op.startswith("Reduce") and not attributes["keepdims"]:
            shape = [size for axis, size in enumerate(shape) if axis not in self.axes]
        self.draft.add("Reshape", [y], self.node.outputs, self.node.name, {"shape": tuple(shape)})

    def _along(self, op: str, x: str, axis: int) -> str:
        size = self.draft.operand(x).shape[axis]
        found = []
        for start in range(0, size, self._most):
            at: dict[str, Attribute] = {
                "starts": (start,),
                "ends": (min(start + self._most, size),),
                "axes": (axis,),
                "steps": (1,),
            }
            part = self.draft.step("Slice", [x], f"{self.node.name}/part", at) if size > self._most else x
            along: dict[str, Attribute] = {"axes": (axis,), "keepdims": 1}
            found.append(self.draft.step(f"Reduce{op}", [part], f"{self.node.name}/of_part", along))
        while len(found) > 1:
            found = [self.step(op, *found[begin : begin + TOGETHER]) for begin in range(0, len(found), TOGETHER)]
        return found[0]


def _softmax(parts: _Parts) -> None:
    (x,) = parts.node.inputs
    powers = parts.step("Exp", parts.step("Sub", x, parts.combined("Max", x)))
    parts.finish(parts.step("Div", powers, parts.combined("Sum", powers)))


def _log_softmax(parts: _Parts) -> None:
    (x,) = parts.node.inputs
    less = parts.step("Sub", x, parts.combined("Max", x))
    parts.finish(parts.step("Sub", less, parts.step("Log", parts.combined("Sum", parts.step("Exp", less)))))


def _layer_norm(parts: _Parts) -> None:
    x, *weights = parts.node.inputs
    epsilon = parts.node.attributes["epsilon"]
    assert isinstance(epsilon, int | float)
    less = parts.step("Sub", x, parts.mean(x))
    variance = parts.mean(parts.step("Mul", less, less))
    result = parts.step("Div", less, parts.step("Sqrt", parts.step("Add", variance, parts.number(float(epsilon)))))
    for op, weight in zip(("Mul", "Add"), weights, strict=False):
        result = parts.step(op, result, weight)
    parts.finish(result)


def _mean(parts: _Parts) -> None:
    parts.finish(parts.mean(parts.node.inputs[0]))


def _combining(op: str) -> Callable[[_Parts], None]:
    return lambda parts: parts.finish(parts.combined(op, parts.node.inputs[0]))


def _combined(draft: Draft, node: Node) -> int:
    """Return how many elements a node combines."""
    shape = draft.operand(node.inputs[0]).shape
    return prod(shape[axis] for axis in _axes(draft, node))


def _has_room(draft: Draft, node: Node, images: Images, room: int) -> bool:
    """Whether what a node combines is there at a time: of an image, with channels that lie beside each other."""
    axes, taken = set(_axes(draft, node)), _combined(draft, node)
    name = node.inputs[0]
    if len(axes) > 1 and 1 not in axes:
        if name in images.whole:
            taken *= min(draft.operand(name).shape[1], BESIDE)
        elif name in images.grouped and draft.operand(name).shape[2] < BESIDE:
            return False
    return taken * ELEMENT * COPIES.get(node.op, 2) <= room


def _axes(draft: Draft, node: Node) -> tuple[int, ...]:
    rank = len(draft.operand(node.inputs[0]).shape)
    if node.op.startswith("Global"):
        return tuple(range(2, rank))
    if node.op.startswith("Reduce"):
        axes = node.attributes["axes"]
        assert isinstance(axes, tuple)
        return tuple(int(axis) % rank for axis in axes)
    axis = node.attributes["axis"]
    assert isinstance(axis, int)
    return (axis % rank,) if node.op.endswith("Softmax") else tuple(range(axis % rank, rank))


RULES: Mapping[str, Callable[[_Parts], None]] = {
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "LayerNormalization": _layer_norm,
    "GlobalAveragePool": _mean,
    "GlobalMaxPool": _combining("Max"),
    "ReduceMean": _mean,
    "ReduceSum": _combining("Sum"),
    "ReduceMax": _combining("Max"),
    "ReduceMin": _combining("Min"),
}
"""How nodes are rewritten."""
