"""Builds a network, node after node; shapes follow from the table of operators."""

from collections.abc import Mapping, Sequence
from math import prod

from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node, check_count
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.table import apply
from dlpsim.networks.value import Shape, Value
from dlpsim.networks.weight import Filled, Normal, Source, Uniform, Weight, he_deviation, lecun_deviation
from isa.errors import DlpsimError

Attributes = Mapping[str, Attribute]


class Builder:
    """Collects the parts of a network. Methods return the name of what they add; a result has its node's name.

    Weights are seeded random numbers that keep the variance from layer to layer. Raises DlpsimError where operands
    do not fit.
    """

    def __init__(self, name: str, seed: int = 0) -> None:
        self._name = name
        self._seed = seed
        self._inputs: list[str] = []
        self._nodes: list[Node] = []
        self._values: dict[str, Value] = {}
        self._weights: dict[str, Weight] = {}

    def input(self, name: str, shape: Shape, dtype: str = "f32") -> str:
        """Add an input of the network."""
        self._inputs.append(name)
        self._values[name] = Value(name, shape, dtype)
        return name

    def shape(self, name: str) -> Shape:
        """Return the shape of a value or weight."""
        return self._operand(name).shape

    def weight(self, name: str, shape: Shape, source: Source, *, is_trained: bool = True) -> str:
        """Add a weight of type f32."""
        self._weights[name] = Weight(shape, source, is_trained=is_trained)
        return name

    def normal(self, name: str, shape: Shape, deviation: float, mean: float = 0.0) -> str:
        """Add a weight of random numbers of a normal distribution."""
        return self.weight(name, shape, Normal(name, mean, deviation, self._seed))

    def filled(self, name: str, shape: Shape, number: float) -> str:
        """Add a constant of one number everywhere, which training does not set."""
        return self.weight(name, shape, Filled(number), is_trained=False)

    def add(self, op: str, inputs: Sequence[str], name: str, attributes: Attributes | None = None) -> str:
        """Add a node with one result."""
        return self.split(op, inputs, name, (name,), attributes)[0]

    def split(
        self,
        op: str,
        inputs: Sequence[str],
        name: str,
        outputs: tuple[str, ...],
        attributes: Attributes | None = None,
    ) -> tuple[str, ...]:
        """Add a node with several results."""
        operands = [self._operand(operand) if operand else None for operand in inputs]
        try:
            applied = apply(op, operands, attributes or {}, len(outputs))
        except Unfit as problem:
            raise DlpsimError(f"{self._name}: node '{name}' ({op}): {problem}") from None
        check_count(len(self._nodes) + 1)
        self._nodes.append(Node(name, op, tuple(inputs), outputs, applied.attributes))
        for output, (shape, dtype) in zip(outputs, applied.results, strict=False):
            self._values[output] = Value(output, shape, dtype)
        return outputs

    def finish(self, *outputs: str) -> Network:
        """Return the network that computes `outputs`."""
        return Network(self._name, tuple(self._inputs), outputs, tuple(self._nodes), self._values, self._weights)

    def conv(
        self,
        x: str,
        name: str,
        channels: int,
        kernel: int,
        *,
        stride: int = 1,
        pad: int = 0,
        group: int = 1,
        has_bias: bool = True,
    ) -> str:
        """Add a convolution with square windows; its weights suit a relu after it."""
        shape = (channels, self.shape(x)[1] // group, kernel, kernel)
        w = self.normal(f"{name}.weight", shape, he_deviation(prod(shape[1:])))
        b = [self.normal(f"{name}.bias", (channels,), 0.05)] if has_bias else []
        attributes: Attributes = {"strides": (stride, stride), "pads": (pad,) * 4, "group": group}
        return self.add("Conv", [x, w, *b], name, attributes)

    def batch_norm(self, x: str, name: str, gain: float = 1.0) -> str:
        """Add a batch normalization as it is after training: scales near `gain`, statistics near 0 and 1."""
        shape = (self.shape(x)[1],)
        uniform = {"mean": (-0.1, 0.1), "var": (0.8, 1.25)}
        scale = self.weight(f"{name}.weight", shape, Uniform(f"{name}.weight", 0.9 * gain, 1.1 * gain, self._seed))
        bias = self.normal(f"{name}.bias", shape, 0.05)
        statistics = [
            self.weight(f"{name}.{key}", shape, Uniform(f"{name}.{key}", *limits, self._seed), is_trained=False)
            for key, limits in uniform.items()
        ]
        return self.add("BatchNormalization", [x, scale, bias, *statistics], name)

    def gemm(self, x: str, name: str, outputs: int, gain: float = 1.0) -> str:
        """Add a fully connected layer on a batch of vectors, its weights as outputs × inputs."""
        inputs = self.shape(x)[1]
        w = self.normal(f"{name}.weight", (outputs, inputs), lecun_deviation(inputs, gain))
        b = self.normal(f"{name}.bias", (outputs,), 0.05)
        return self.add("Gemm", [x, w, b], name, {"transB": 1})

    def linear(self, x: str, name: str, outputs: int, gain: float = 1.0) -> str:
        """Add a fully connected layer on the last of any number of dimensions: a product, and the bias added."""
        inputs = self.shape(x)[-1]
        w = self.normal(f"{name}.weight", (inputs, outputs), lecun_deviation(inputs, gain))
        b = self.normal(f"{name}.bias", (outputs,), 0.05)
        product = self.add("MatMul", [x, w], f"{name}.product")
        return self.add("Add", [product, b], name)

    def relu(self, x: str, name: str) -> str:
        """Add a rectifier."""
        return self.add("Relu", [x], name)

    def max_pool(self, x: str, name: str, kernel: int, stride: int, pad: int = 0) -> str:
        """Add a pooling with square windows."""
        attributes = {"kernel_shape": (kernel, kernel), "strides": (stride, stride), "pads": (pad,) * 4}
        return self.add("MaxPool", [x], name, attributes)

    def flatten(self, x: str, name: str) -> str:
        """Make a batch of vectors of what is there."""
        return self.add("Flatten", [x], name)

    def _operand(self, name: str) -> Value:
        if name in self._values:
            return self._values[name]
        weight = self._weights[name]
        return Value(name, weight.shape, weight.dtype)
