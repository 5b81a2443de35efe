"""Patterns of nodes, and how a network matches them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from math import isclose

from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node

COMMUTATIVE = ("Add", "Mul")

RELATIVE = 1e-3
"""How much a constant of a formula may differ: exporters round them."""


@dataclass(frozen=True)
class Any_:  # noqa: N801  (Any is a word of typing)
    """Anything, by a name; the same name elsewhere is the same thing."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A constant of one number: a certain one, or any by a name."""

    number: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Step:
    """A node of an operator on what the patterns of its operands match. `name` gives the node."""

    op: str
    operands: "tuple[Pattern, ...]"
    name: str = ""


@dataclass(frozen=True)
class Either:
    """One of several patterns."""

    patterns: "tuple[Pattern, ...]"


Pattern = Any_ | Constant | Step | Either


@dataclass(frozen=True)
class Match:
    """What the names of a pattern stand for: values and weights, numbers, nodes."""

    values: Mapping[str, str]
    numbers: Mapping[str, float]
    nodes: Mapping[str, Node]

    def with_value(self, name: str, value: str) -> "Match | None":
        """Return the match with one name more, None where it stands for something else already."""
        return Match({**self.values, name: value}, self.numbers, self.nodes) if self._may_be(name, value) else None

    def _may_be(self, name: str, value: str) -> bool:
        return self.values.get(name, value) == value

    def attribute(self, node: str, name: str) -> Attribute:
        """Return an attribute of a node by its name in the pattern."""
        return self.nodes[node].attributes[name]


NOTHING = Match({}, {}, {})


def step(op: str, *operands: Pattern, name: str = "") -> Step:
    """Return the pattern of a node."""
    return Step(op, operands, name)


def either(*patterns: Pattern) -> Either:
    """Return the pattern of one of several."""
    return Either(patterns)


def match(network: Network, value: str, pattern: Pattern, so_far: Match = NOTHING) -> Iterator[Match]:
    """Yield every way in which what makes `value` matches."""
    if isinstance(pattern, Any_):
        found = so_far.with_value(pattern.name, value)
        if found:
            yield found
    elif isinstance(pattern, Constant):
        yield from _match_number(network, value, pattern, so_far)
    elif isinstance(pattern, Either):
        for one in pattern.patterns:
            yield from match(network, value, one, so_far)
    else:
        yield from _match_step(network, value, pattern, so_far)


def _match_number(network: Network, value: str, pattern: Constant, so_far: Match) -> Iterator[Match]:
    weight = network.weights.get(value)
    if weight is None or weight.size != 1:
        return
    number = float(weight.array().item())
    if pattern.number is None:
        yield Match(so_far.values, {**so_far.numbers, pattern.name: number}, so_far.nodes)
    elif isclose(number, pattern.number, rel_tol=RELATIVE):
        yield so_far


def _match_step(network: Network, value: str, pattern: Step, so_far: Match) -> Iterator[Match]:
    node = network.producers.get(value)
    if node is None or node.op != pattern.op or len(node.inputs) != len(pattern.operands):
        return
    orders = permutations(node.inputs) if pattern.op in COMMUTATIVE else [node.inputs]
    for order in orders:
        named = {**so_far.nodes, pattern.name: node} if pattern.name else so_far.nodes
        found = [Match(so_far.values, so_far.numbers, named)]
        for operand, inner in zip(order, pattern.operands, strict=True):
            found = [further for one in found for further in match(network, operand, inner, one)]
        yield from found
