"""Which nodes of a network become one layer: a product takes with it what is done to each element of its result."""

from collections.abc import Iterator
from dataclasses import dataclass

from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

PRODUCTS = ("Conv", "Gemm", "MatMul")
"""Operators that multiply by weights, if their second operand is one."""

UNARY = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Gelu": "gelu"}
"""Operators on each element, with the operation that computes them."""

RENAMINGS = ("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout")
"""Operators that may do nothing but call an array by another shape."""


@dataclass(frozen=True)
class Layer:
    """Nodes that are computed together, by the first of them, `node`; the others follow it. `y` is their result.

    `added` is a value that is added to the result of a product, then each of `after` is applied.
    """

    node: Node
    nodes: tuple[Node, ...]
    y: str
    added: str = ""
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the node that it is about."""
        return self.node.name


def layers(network: Network) -> list[Layer]:
    """Return the layers of a network, in an order in which they can be computed."""
    found: list[Layer] = []
    taken: set[str] = set()
    made = set(network.inputs)
    for node in network.nodes:
        if node.name in taken:
            continue
        layer = _fused(network, node, made) if is_product(network, node) else Layer(node, (node,), node.outputs[0])
        found.append(layer)
        taken |= {one.name for one in layer.nodes}
        made |= {output for one in layer.nodes for output in one.outputs}
    return found


def is_product(network: Network, node: Node) -> bool:
    """Whether a node multiplies by weights."""
    return node.op in PRODUCTS and node.inputs[1] in network.weights


def _fused(network: Network, node: Node, made: set[str]) -> Layer:
    """Return a product with the nodes after it that nobody else needs the operand of."""
    nodes, y, added, after = [node], node.outputs[0], "", list[str]()
    for following in _chain(network, y):
        if following.op in UNARY:
            after.append(UNARY[following.op])
        elif following.op == "Add" and not added and not after and (other := _other(network, following, y, made)):
            added = other
        else:
            break
        nodes.append(following)
        y = following.outputs[0]
    return Layer(node, tuple(nodes), y, added, tuple(after))


def _chain(network: Network, value: str) -> Iterator[Node]:
    """Yield the only consumer of a value, the only consumer of its result, and so on."""
    while value not in network.outputs and len(network.consumers[value]) == 1:
        (node,) = network.consumers[value]
        yield node
        value = node.outputs[0]


def _other(network: Network, node: Node, value: str, made: set[str]) -> str:
    """Return the other operand of an addition if it has the same shape and is there already, else nothing."""
    others = [name for name in node.inputs if name != value]
    is_fit = len(others) == 1 and others[0] in made
    return others[0] if is_fit and network.values[others[0]].shape == network.values[value].shape else ""
