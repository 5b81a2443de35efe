"""Which nodes of a network become one layer.

A product takes with it what is done to each element of its result, and a pooling of it. A node on each element, or
along rows, takes with it those on each element before it whose results nobody else needs; so does a pooling, which
takes a normalization along channels as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import prod

from dlpsim.compiler.pooling.windows import POOLINGS, is_average, mean_of
from dlpsim.compiler.products.product import After
from dlpsim.compiler.recipes import elementwise, rowwise
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node

PRODUCTS = ("Conv", "Gemm", "MatMul")
"""Operators that multiply by weights, if their second operand is one."""

UNARY = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Gelu": "gelu"}
"""Operators on each element that a product can take with it, with the operation that computes them."""

MOST_OPERANDS = 6
"""Nodes on each element are not put together if they would take more operands in all."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Nodes that are computed together, those of `nodes` in their order. `node` is the one that it is about.

    `y` is their result. `added` is a value that is added to the result of a product, then each of `after` is applied.
    If the result is pooled by the node `pooling`, each of `after_pooling` is applied to what that makes.
    """

    node: Node
    nodes: tuple[Node, ...]
    y: str
    added: str = ""
    after: tuple[After, ...] = ()
    pooling: Node | None = None
    after_pooling: tuple[After, ...] = ()

    @property
    def name(self) -> str:
        """The name of the node that it is about."""
        return self.node.name


def layers(network: Network, is_pooled: Callable[[Layer, Layer], bool]) -> list[Layer]:
    """Return the layers of a network, in an order in which they can be computed.

    `is_pooled` decides whether a layer is computed together with a pooling, from both ways: the layer with it, and
    what is left without.
    """
    products: dict[str, Layer] = {}
    taken: set[str] = set()
    made = set(network.inputs)
    for node in network.nodes:
        if node.name not in taken and is_product(network, node):
            layer = _product(network, node, made, may_pool=True)
            if layer.pooling:
                apart = _product(network, node, made, may_pool=False)
                layer = layer if is_pooled(layer, apart) else apart
            products[node.name] = layer
            taken |= {one.name for one in layer.nodes}
            made |= {output for one in layer.nodes for output in one.outputs}
        made.update(node.outputs)
    groups: dict[str, Layer] = {}
    for node in reversed(network.nodes):
        if node.name not in taken:
            layer = _group(network, node, taken)
            if node.op in POOLINGS and len(layer.nodes) > 1:
                alone = _alone(node)
                layer = layer if is_pooled(layer, alone) else alone
            groups[node.name] = layer
            taken |= {one.name for one in layer.nodes}
    found = products | groups
    return [found[node.name] for node in network.nodes if node.name in found]


def is_product(network: Network, node: Node) -> bool:
    """Whether a node multiplies by weights."""
    is_weighted = node.op in PRODUCTS and node.inputs[1] in network.weights
    return is_weighted and (node.op == "Conv" or len(network.weights[node.inputs[1]].shape) == 2)


def is_renaming(network: Network, node: Node) -> bool:
    """Whether a node on each element changes nothing: numbers of every type lie as f32."""
    if node.op != "Cast":
        return False
    to, kind = str(node.attributes["to"]), network.operand(node.inputs[0]).dtype
    return to == kind or to.startswith("f") or (kind == "bool") or (to != "bool" and not kind.startswith("f"))


def _product(network: Network, node: Node, made: set[str], *, may_pool: bool) -> Layer:
    """Return a product with the nodes after it that nobody else needs the operand of."""
    nodes, y, added, first, pooling = [node], node.outputs[0], "", node, None
    before, behind = list[After](), list[After]()
    for following in _chain(network, y):
        is_sum = not (added or before or pooling)
        if found := _each(following):
            (behind if pooling else before).extend(found)
        elif following.op == "Add" and is_sum and (bias := _bias(network, first, following, y)):
            first = replace(first, inputs=(*first.inputs[:2], bias))
        elif following.op == "Add" and is_sum and (other := _other(network, following, y, made)):
            added = other
        elif may_pool and pooling is None and _is_poolable(network, following):
            pooling = following
        else:
            break
        nodes.append(following)
        y = following.outputs[0]
    return Layer(first, tuple(nodes), y, added, tuple(before), pooling, tuple(behind))


def _each(node: Node) -> list[After]:
    """Return what a node does to each element, if a product can take it with it."""
    if node.op == "Clip":
        return [After("relu") if limit == ("max", 0) else After(*limit) for limit in elementwise.limits(node)]
    is_usual = node.attributes.get("approximate", "none") == "none"
    return [After(UNARY[node.op])] if node.op in UNARY and is_usual else []


def _is_poolable(network: Network, node: Node) -> bool:
    """Whether a node combines windows of an image, and divides all of their sums by the same."""
    return node.op in POOLINGS and not (is_average(node) and mean_of(network, node) is None)


def _chain(network: Network, value: str) -> Iterator[Node]:
    """Yield the only consumer of a value, the only consumer of its result, and so on."""
    while _is_private(network, value):
        (node,) = network.consumers[value]
        yield node
        value = node.outputs[0]


def _other(network: Network, node: Node, value: str, made: set[str]) -> str:
    """Return the other operand of an addition if it has the same shape and is there already, else nothing."""
    others = [name for name in node.inputs if name != value]
    is_fit = len(others) == 1 and others[0] in made
    return others[0] if is_fit and network.values[others[0]].shape == network.values[value].shape else ""


def _bias(network: Network, node: Node, addition: Node, value: str) -> str:
    """Return the weight that is added to each channel of the result of a product that has no bias, else nothing."""
    others = [name for name in addition.inputs if name != value]
    if (len(node.inputs) > 2 and node.inputs[2]) or len(others) != 1 or others[0] not in network.weights:
        return ""
    shape, result = network.weights[others[0]].shape, network.values[value].shape
    axis = 1 if node.op == "Conv" else len(result) - 1
    aligned = (*(1 for _ in range(len(result) - len(shape))), *shape)
    fits = len(aligned) == len(result) and all(n == (result[i] if i == axis else 1) for i, n in enumerate(aligned))
    return others[0] if fits else ""


def _alone(node: Node) -> Layer:
    return Layer(node, (node,), node.outputs[0])


def _group(network: Network, root: Node, taken: set[str]) -> Layer:
    """Return a node with those before it on each element whose results only it needs."""
    if root.op in POOLINGS:
        return _pooling_group(network, root, taken)
    if (root.op not in elementwise.RULES and root.op not in rowwise.RULES) or is_renaming(network, root):
        return _alone(root)
    names = {root.name}
    waiting = list(root.inputs[:1] if root.op in rowwise.RULES else root.inputs)
    operands = set(filter(None, root.inputs))
    while waiting:
        value = waiting.pop()
        node = network.producers.get(value)
        if node is None or not _is_taken_along(network, node, value, names | taken):
            continue
        if root.op in rowwise.RULES and network.values[value].shape != network.operand(root.inputs[0]).shape:
            continue
        together = (operands - {value}) | set(filter(None, node.inputs))
        if len(together - network.weights.keys()) <= MOST_OPERANDS:
            operands = together
            names.add(node.name)
            waiting += node.inputs
    return Layer(root, tuple(node for node in network.nodes if node.name in names), root.outputs[0])


def _pooling_group(network: Network, root: Node, taken: set[str]) -> Layer:
    """Return a pooling with the nodes before it that give each pixel of an image from the same pixel of others."""
    node = network.producers.get(root.inputs[0])
    if node is None or node.name in taken or not _is_private(network, root.inputs[0]):
        return _alone(root)
    if node.op != "LRN" and (node.op not in elementwise.RULES or is_renaming(network, node)):
        return _alone(root)
    before = _group(network, node, taken).nodes
    made = {output for one in before for output in one.outputs}
    image = network.values[root.inputs[0]].shape
    operands = {name for one in before for name in one.inputs if name and name not in made}
    if any(not _is_by_pixel(network, name, image) for name in operands):
        return _alone(root)
    return Layer(root, (*before, root), root.outputs[0])


def _is_by_pixel(network: Network, name: str, image: tuple[int, ...]) -> bool:
    """Whether an operand is an image of that shape, or constants that are the same for all of its pixels."""
    if name not in network.weights:
        return network.values[name].shape == image
    shape = network.weights[name].shape
    is_for_scaling = shape == image[1:2]
    return prod(shape) == 1 or shape in ((image[1], 1, 1), (1, image[1], 1, 1)) or is_for_scaling


def _is_private(network: Network, value: str) -> bool:
    """Whether a value is needed by one node only, and not outside."""
    return value not in network.outputs and len(network.consumers[value]) == 1


def _is_taken_along(network: Network, node: Node, value: str, taken: set[str]) -> bool:
    """Whether a node on each element is computed where its only consumer, which takes it along, is."""
    return (
        node.name not in taken
        and node.op in elementwise.RULES
        and not is_renaming(network, node)
        and _is_private(network, value)
    )
