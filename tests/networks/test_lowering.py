"""What lowering makes of single nodes and of pairs; that it computes the same is checked by onnxruntime."""

from collections.abc import Callable

import numpy as np
import pytest

from dlpsim.networks.builder import Builder
from dlpsim.networks.draft import Draft
from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.value import Value
from dlpsim.networks.weight import Stored, Weight
from tests.networks.compare import difference

Attributes = dict[str, Attribute]
IMAGE = (2, 4, 6, 6)


def one(op: str, x: tuple[int, ...], attributes: Attributes | None = None, operands: int = 1) -> Network:
    """Return a network of one node, all of whose operands are the input."""
    net = Builder("net")
    return net.finish(net.add(op, [net.input("x", x)] * operands, "y", attributes))


def average(include: int, ceil_mode: int) -> Network:
    """Return a pooling whose last windows reach one element beyond the padding if ceil_mode is 1."""
    windows: Attributes = {"kernel_shape": (4, 4), "strides": (3, 3), "pads": (1, 1, 1, 1)}
    return one("AveragePool", IMAGE, {**windows, "count_include_pad": include, "ceil_mode": ceil_mode})


def gather(*indices: int) -> Network:
    draft = Draft(values={"x": Value("x", IMAGE)})
    draft.weights["i"] = Weight((len(indices),), Stored(np.array(indices)), "i64")
    draft.add("Gather", ["x", "i"], ["y"], "y", {"axis": 1})
    return draft.network("net", ["x"], ["y"])


def power(exponent: float) -> Network:
    net = Builder("net")
    x = net.add("Abs", [net.input("x", IMAGE)], "positive")
    return net.finish(net.add("Pow", [x, net.filled("e", (1, 1), exponent)], "y"))


def padded(value: float = 0.0, channels: int = 0) -> Network:
    """Return a padding and a convolution that pads too."""
    net = Builder("net")
    around: Attributes = {"pads": (0, channels, 0, 2, 0, 0, 1, 0), "value": value}
    x = net.add("Pad", [net.input("x", IMAGE)], "pad", around)
    return net.finish(net.conv(x, "y", 3, 3, pad=1))


@pytest.mark.parametrize(
    ("build", "ops"),
    [
        (lambda: one("Flatten", IMAGE), "Reshape"),
        (lambda: one("Squeeze", (1, 4, 1)), "Reshape"),
        (lambda: one("Unsqueeze", (3, 4), {"axes": (0,)}), "Reshape"),
        (lambda: one("Reshape", (3, 4), {"shape": (3, 4)}), "Identity"),
        (lambda: one("Transpose", (1, 4, 1, 3), {"perm": (1, 0, 2, 3)}), "Reshape"),
        (lambda: one("Transpose", (2, 4, 1, 3), {"perm": (1, 0, 2, 3)}), "Transpose"),
        (lambda: one("Slice", (3, 4), {"starts": (0,), "ends": (9,)}), "Identity"),
        (lambda: one("Slice", (3, 4), {"starts": (2,), "ends": (-9,), "steps": (-1,)}), "Slice"),
        (lambda: one("Pad", (3, 4), {"pads": (1, 0, -1, 0)}), "Pad"),
        (lambda: one("Sum", (3, 4), operands=3), "Add Add"),
        (lambda: one("Max", (3, 4), operands=4), "Max Max Max"),
        (lambda: one("Concat", (3, 4)), "Identity"),
        (lambda: one("ReduceMean", IMAGE, {"axes": (2, 3)}), "GlobalAveragePool"),
        (lambda: one("ReduceMean", IMAGE, {"axes": (2, 3), "keepdims": 0}), "GlobalAveragePool Reshape"),
        (lambda: one("ReduceMean", IMAGE, {"axes": (1, 2)}), "ReduceMean"),
        (lambda: one("AveragePool", IMAGE, {"kernel_shape": (6, 6)}), "GlobalAveragePool"),
        (lambda: one("MaxPool", IMAGE, {"kernel_shape": (1, 1)}), "Identity"),
        (lambda: one("MaxPool", IMAGE, {"kernel_shape": (1, 1), "strides": (2, 2)}), "MaxPool"),
        (lambda: average(0, ceil_mode=1), "AveragePool"),
        (lambda: average(1, ceil_mode=1), "Pad AveragePool"),
        (lambda: average(1, ceil_mode=0), "AveragePool"),
        (lambda: gather(2), "Slice"),
        (lambda: gather(-3, -2), "Slice"),
        (lambda: gather(2, 1), "Gather"),
        (lambda: power(2.0), "Abs Mul"),
        (lambda: power(3.0), "Abs Mul Mul"),
        (lambda: power(0.5), "Abs Sqrt"),
        (lambda: power(1.5), "Abs Pow"),
        (padded, "Conv"),
        (lambda: padded(value=1.0), "Pad Conv"),
        (lambda: padded(channels=1), "Pad Conv"),
    ],
)
def test_lowered(build: Callable[[], Network], ops: str) -> None:
    network = build()
    simple = lowered(network)
    assert " ".join(node.op for node in simple.nodes) == ops
    inputs = random_inputs(network)
    assert difference(evaluate(simple, inputs, network.outputs), evaluate(network, inputs, network.outputs)) < 1e-6


@pytest.mark.parametrize("include", [0, 1])
def test_no_window_of_a_lowered_pooling_reaches_beyond_its_padding(include: int) -> None:
    pool = lowered(average(include, ceil_mode=1)).nodes[-1]
    assert pool.attributes["ceil_mode"] == pool.attributes["count_include_pad"] == 0
    assert pool.attributes["pads"] == ((0, 0, 2, 2) if include else (1, 1, 3, 3))


def test_folded_layers_have_the_name_of_the_layer_and_the_result_of_the_last() -> None:
    net = Builder("net")
    x = net.conv(net.input("x", IMAGE), "conv", 3, 3, has_bias=False)
    network = net.finish(net.relu(net.batch_norm(x, "norm"), "relu"))
    conv, relu = lowered(network).nodes
    assert (conv.name, conv.outputs) == ("conv", ("norm",))
    assert relu == Node("relu", "Relu", ("norm",), ("relu",))
