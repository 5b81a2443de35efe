"""Layers whose weights, biases or statistics are computed, as in dynamic convolutions and hypernetworks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.counting import count
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute
from tests.compiler.comparison import assert_right, numbers
from tests.compiler.small import machine
from tests.reference.examples import examples

ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)


@st.composite
def convolutions(draw: st.DrawFn) -> Network:
    """Draw a convolution, perhaps a transposed one, of one to three dimensions; its operands may be computed."""
    rank, group = draw(st.sampled_from((2, 2, 1, 3))), draw(st.sampled_from((1, 1, 2, 3)))
    each, made = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel, strides, dilations = (tuple(draw(st.integers(1, most)) for _ in range(rank)) for most in (3, 3, 2))
    reach = [(size - 1) * dilation for size, dilation in zip(kernel, dilations, strict=True)]
    pads = tuple(draw(st.integers(0, reach[i % rank])) for i in range(2 * rank))
    sizes = tuple(reach[axis] + draw(st.integers(1, 3)) for axis in range(rank))
    attributes: dict[str, Attribute] = {"strides": strides, "dilations": dilations, "pads": pads, "group": group}
    is_turned = draw(st.booleans())
    if is_turned:
        attributes["output_padding"] = tuple(draw(st.integers(0, stride - 1)) for stride in strides)
        sizes = tuple(size + 3 for size in sizes)
    net = Builder("convolution")
    x = net.input("x", (draw(st.integers(1, 2)), group * each, *sizes))
    w = net.input("w", (group * each, made, *kernel) if is_turned else (group * made, each, *kernel))
    operands = [x, net.relu(w, "weight") if draw(st.booleans()) else w]
    bias = draw(st.sampled_from(("none", "constant", "computed")))
    if bias == "constant":
        operands.append(net.normal("b", (group * made,), 1.0))
    if bias == "computed":
        operands.append(net.add("Tanh", [net.input("b", (group * made,))], "bias"))
    return net.finish(net.relu(net.add("ConvTranspose" if is_turned else "Conv", operands, "conv", attributes), "y"))


@examples(30)
@given(convolutions(), st.sampled_from([ONE, SIX]))
def test_weights_are_computed(network: Network, on: MachineConfig) -> None:
    assert_right(network, on)


def test_windows_are_no_more_work() -> None:
    net = Builder("work")
    operands = [net.input("x", (2, 4, 9, 7)), net.input("w", (6, 2, 3, 2))]
    network = net.finish(net.add("Conv", operands, "y", {"group": 2, "strides": (2, 1), "pads": (1, 0, 1, 1)}))
    assert count(lowered(network)).macs == count(network).macs == 2 * 6 * 5 * 7 * 2 * 3 * 2


@pytest.mark.parametrize("op", ["Conv", "ConvTranspose"])
def test_only_the_bias_is_computed(op: str) -> None:
    net = Builder("bias")
    x, b = net.input("x", (1, 4, 6, 6)), net.add("Exp", [net.input("b", (4,))], "bias")
    y = net.add(op, [x, net.normal("w", (4, 4, 3, 3), 0.3), b], "y", {"pads": (1, 1, 1, 1)})
    assert [node.op for node in lowered(net.finish(y)).nodes][-1] == "Add"
    assert_right(net.finish(y), SIX)


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (4, 3), (2, 3, 7)])
@pytest.mark.parametrize("computed", range(5))
def test_batch_normalization(shape: tuple[int, ...], computed: int) -> None:
    """Scale, bias, mean or variance, or all of them, are results of nodes."""
    net = Builder("norm")
    names = ["scale", "bias", "mean", "variance"]
    operands = [net.input("x", shape)]
    for place, name in enumerate(names):
        if computed in (place, 4):
            operands.append(net.add("Exp", [net.input(name, (3,))], f"{name}.exp"))
        else:
            operands.append(net.filled(name, (3,), 0.5 + place))
    assert_right(net.finish(net.relu(net.add("BatchNormalization", operands, "norm"), "y")), SIX)


def test_scales_of_instances_are_computed() -> None:
    net = Builder("style")
    scale, bias = (net.add("Exp", [net.input(name, (3,))], f"{name}.exp") for name in ("scale", "bias"))
    y = net.add("InstanceNormalization", [net.input("x", (2, 3, 4, 5)), scale, bias], "y")
    assert_right(net.finish(y), ONE)


def test_a_kernel_is_chosen_by_attention() -> None:
    """Kernels are mixed by the softmax of what the image looks like, as CondConv and dynamic convolutions do."""
    net = Builder("mixed")
    x = net.input("x", (1, 4, 8, 8))
    pooled = net.flatten(net.add("GlobalAveragePool", [x], "pooled"), "flat")
    mix = net.add("Softmax", [net.gemm(pooled, "gate", 3)], "mix", {"axis": 1})
    kernels = net.normal("kernels", (3, 8 * 4 * 3 * 3), 0.2)
    attributes: Attributes = {"shape": (8, 4, 3, 3)}
    w = net.add("Reshape", [net.add("MatMul", [mix, kernels], "kernel")], "weight", attributes)
    y = net.relu(net.add("Conv", [x, w], "conv", {"pads": (1, 1, 1, 1), "strides": (2, 2)}), "y")
    assert_right(net.finish(y), SIX, {"x": numbers(1, 4, 8, 8)})
