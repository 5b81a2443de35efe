"""What a network asks for, layer by layer: parameters, work and bytes. It follows from the shapes alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from dlpsim.networks.operators.operator import Call, Work
from dlpsim.networks.operators.table import OPERATORS
from dlpsim.networks.value import BYTES, Shape, Value


@dataclass(frozen=True)
class LayerCount:
    """What one node asks for.

    `macs` counts padding as any other input. `additions` includes those of the MACs and of biases. `neurons` are the
    results of products with weights. Bytes are those of operands and results, each once; what has no result with
    elements of its own (a reshape) moves none.
    """

    name: str
    op: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    parameters: int
    macs: int
    additions: int
    others: int
    neurons: int
    weight_bytes: int
    input_bytes: int
    output_bytes: int

    @property
    def flop(self) -> int:
        """Two for each MAC; where there is none, additions and other operations."""
        return 2 * self.macs if self.macs else self.additions + self.others

    @property
    def bytes(self) -> int:
        """Weights, inputs and outputs, each once."""
        return self.weight_bytes + self.input_bytes + self.output_bytes

    @property
    def intensity(self) -> float:
        """FLOP per byte, if each byte crosses DRAM once."""
        return self.flop / self.bytes if self.bytes else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the layer as `--json` prints it."""
        derived = {"flop": self.flop, "bytes": self.bytes, "intensity": self.intensity}
        return {**asdict(self), **derived}


@dataclass(frozen=True)
class NetworkCount:
    """The layers of a network, and their sums; weights that several layers share count once."""

    network: str
    dtype: str
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    layers: tuple[LayerCount, ...]
    parameters: int
    weight_bytes: int

    @property
    def macs(self) -> int:
        """All multiply-accumulates."""
        return sum(layer.macs for layer in self.layers)

    @property
    def flop(self) -> int:
        """All operations."""
        return sum(layer.flop for layer in self.layers)

    @property
    def bytes(self) -> int:
        """What crosses DRAM if each layer reads its operands and writes its results once."""
        return sum(layer.bytes for layer in self.layers)

    def total(self, name: str) -> int:
        """Return the sum of a number over the layers."""
        return sum(getattr(layer, name) for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim network --json` prints."""
        return {
            "network": self.network,
            "dtype": self.dtype,
            "inputs": dict(self.inputs),
            "outputs": dict(self.outputs),
            "parameters": self.parameters,
            "macs": self.macs,
            "additions": self.total("additions"),
            "others": self.total("others"),
            "neurons": self.total("neurons"),
            "flop": self.flop,
            "weight_bytes": self.weight_bytes,
            "input_bytes": self.total("input_bytes"),
            "output_bytes": self.total("output_bytes"),
            "bytes": self.bytes,
            "intensity": self.flop / self.bytes if self.bytes else 0.0,
            "layers": [layer.to_dict() for layer in self.layers],
        }


def count(network: Network, dtype: str = "f32") -> NetworkCount:
    """Count what `network` asks for, with its floating-point numbers stored as elements of type `dtype`."""
    weights = network.weights.items()
    return NetworkCount(
        network=network.name,
        dtype=dtype,
        inputs={name: network.values[name].shape for name in network.inputs},
        outputs={name: network.operand(name).shape for name in network.outputs},
        layers=tuple(_layer(network, node, dtype) for node in network.nodes),
        parameters=sum(weight.size for _, weight in weights if weight.is_trained),
        weight_bytes=sum(_bytes(network.operand(name), dtype) for name, _ in weights),
    )


def work_of(network: Network, node: Node) -> Work:
    """Return the work of one node."""
    call = Call(node.op, network.operands(node), node.attributes, len(node.outputs))
    results = [(value.shape, value.dtype) for value in network.results(node)]
    return OPERATORS[node.op].work(call, results)


def _layer(network: Network, node: Node, dtype: str) -> LayerCount:
    operands = [network.operand(name) for name in dict.fromkeys(node.inputs) if name]
    constants = [value for value in operands if value.name in network.weights]
    taken = [value for value in operands if value.name not in network.weights]
    results = network.results(node)
    work = work_of(network, node)
    is_renaming = node.op in RENAMING
    return LayerCount(
        name=node.name,
        op=node.op,
        inputs=tuple(value.shape for value in taken),
        outputs=tuple(value.shape for value in results),
        parameters=sum(value.size for value in constants if network.weights[value.name].is_trained),
        macs=work.macs,
        additions=work.additions,
        others=work.others,
        neurons=results[0].size if work.macs and constants else 0,
        weight_bytes=sum(_bytes(value, dtype) for value in constants),
        input_bytes=0 if is_renaming else sum(_bytes(value, dtype) for value in taken),
        output_bytes=0 if is_renaming else sum(_bytes(value, dtype) for value in results),
    )


RENAMING = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity")
"""Operators whose result is their operand under another shape: no byte need move."""


def _bytes(value: Value, dtype: str) -> int:
    return value.size * BYTES[dtype] if value.is_float else value.bytes
