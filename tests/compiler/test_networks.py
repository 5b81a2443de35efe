"""Networks of any nodes in any order, and layers that stand for many nodes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.network import Network
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)

PLAIN: dict[str, Attributes] = {
    "Relu": {},
    "HardSwish": {},
    "Clip": {"min": -0.5, "max": 1.0},
    "Softmax": {"axis": 1},
    "MaxPool": {"kernel_shape": (3, 3), "pads": (1, 1, 1, 1)},
    "Add": {},
    "Mul": {},
    "Concat": {"axis": 1},
}
"""Operators with their attributes; the last three take another value as well."""

KINDS = (*PLAIN, "convolution", "depthwise", "less the largest", "turned", "half")


def extended(net: Builder, kind: str, name: str, x: str, others: Sequence[str]) -> str:
    """Add a node, or a few; `others` are values of which it may take one as well."""
    shape = net.shape(x)
    if kind in PLAIN:
        alike = next((other for other in others if net.shape(other) == shape), x)
        return net.add(kind, [x, alike] if kind in {"Add", "Mul", "Concat"} else [x], name, PLAIN[kind])
    if kind == "half":
        at: Attributes = {"starts": (0,), "ends": ((shape[1] + 1) // 2,), "axes": (1,), "steps": (1,)}
        return net.add("Slice", [x], name, at)
    if kind == "less the largest":
        return net.add("Sub", [x, net.add("ReduceMax", [x], f"{name}.largest", {"axes": (2, 3)})], name)
    if kind == "turned":
        turned = net.add("Transpose", [x], f"{name}.turned", {"perm": (0, 2, 3, 1)})
        return net.add("Transpose", [net.add("Tanh", [turned], f"{name}.tanh")], name, {"perm": (0, 3, 1, 2)})
    made, group = (shape[1], shape[1]) if kind == "depthwise" else (6, 1)
    return net.conv(x, name, made, 3, pad=1, group=group)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network each of whose nodes takes one of the last three values; outputs are those that no other takes."""
    net = Builder("any")
    images, channels = draw(st.integers(1, 2)), draw(st.sampled_from((4, 8)))
    values = [net.input("x", (images, channels, draw(st.integers(4, 5)), draw(st.integers(5, 6))))]
    taken = set()
    for number in range(draw(st.integers(1, 7))):
        x = values[-draw(st.integers(1, min(3, len(values))))]
        values.append(extended(net, draw(st.sampled_from(KINDS)), f"node{number}", x, values[::-1]))
        taken.add(x)
    return net.finish(*(value for value in values[1:] if value not in taken))


@settings(max_examples=25, deadline=None)
@given(networks(), st.sampled_from((machine(nram=8192, wram=8192), SIX)))
def test_any_nodes(network: Network, on: MachineConfig) -> None:
    assert_right(network, on)


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
@pytest.mark.parametrize(("op", "gates"), [("LSTM", 4), ("GRU", 3), ("RNN", 1)])
def test_recurrent_layers(op: str, gates: int, direction: str) -> None:
    ways, hidden = (2 if direction == "bidirectional" else 1), 6
    net = Builder(op)
    x, h = net.input("x", (4, 3, 5)), net.input("h", (ways, 3, hidden))
    w, r = (net.normal(name, (ways, gates * hidden, size), 0.5) for name, size in (("w", 5), ("r", hidden)))
    b = net.normal("b", (ways, 2 * gates * hidden), 0.5)
    attributes: Attributes = {"hidden_size": hidden, "direction": direction}
    outputs = net.split(op, [x, w, r, b, "", h], "layer", ("every", "last"), attributes)
    assert_right(net.finish(*outputs), SIX)


def test_normalizations_that_are_not_folded() -> None:
    net = Builder("normalized")
    x = net.relu(net.input("x", (2, 5, 6, 7)), "x0")
    instance = net.add("InstanceNormalization", [x, net.normal("s", (5,), 1), net.normal("b", (5,), 1)], "instance")
    assert_right(net.finish(net.batch_norm(x, "batch"), net.batch_norm(instance, "both")), SIX)


@pytest.mark.parametrize(("strides", "pads", "group"), [((2, 2), (1, 1, 0, 1), 1), ((1, 3), (0, 0, 0, 0), 2)])
def test_transposed_convolutions(strides: tuple[int, ...], pads: tuple[int, ...], group: int) -> None:
    net = Builder("transposed")
    x, w, b = net.input("x", (2, 4, 5, 6)), net.normal("w", (4, 6 // group, 3, 3), 0.3), net.normal("b", (6,), 1)
    y = net.add("ConvTranspose", [x, w, b], "y", {"strides": strides, "pads": pads, "group": group})
    assert_right(net.finish(net.relu(y, "z")), SIX)
