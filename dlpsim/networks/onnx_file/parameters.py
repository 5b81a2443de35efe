"""Which constants of a file count as parameters: numbers that training has set."""

from collections.abc import Iterable, Iterator, Mapping

from dlpsim.networks.node import Node
from dlpsim.networks.value import FLOATS
from dlpsim.networks.weight import Weight

_PLACES: Mapping[str, tuple[int, ...]] = {
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "Gemm": (0, 1, 2),
    "MatMul": (0, 1),
    "LSTM": (1, 2, 3, 7),
    "GRU": (1, 2, 3),
    "RNN": (1, 2, 3),
    "BatchNormalization": (1, 2),
    "InstanceNormalization": (1, 2),
    "LayerNormalization": (1, 2),
    "PRelu": (1,),
    "Gather": (0,),
    "GatherElements": (0,),
    "GatherND": (0,),
}
"""The places of trained operands. A batch normalization's mean and variance are measured, not trained."""

_ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Concat")
"""Operators of which any constant operand may be trained; a single number is taken for part of a formula."""


def trained(nodes: Iterable[Node], weights: Mapping[str, Weight]) -> set[str]:
    """Return the names of the weights that count as parameters."""
    return {name for node in nodes for name in _of_node(node, weights) if weights[name].dtype in FLOATS}


def _of_node(node: Node, weights: Mapping[str, Weight]) -> Iterator[str]:
    for place, name in enumerate(node.inputs):
        if name in weights:
            is_arithmetic = node.op in _ARITHMETIC and weights[name].size > 1
            if is_arithmetic or place in _PLACES.get(node.op, ()):
                yield name
