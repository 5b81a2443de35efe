"""Normalizations of channels and of groups of them, as files spell them: an image that is reshaped before and after."""

import pytest

from dlpsim.compiler.compile import Compiled
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.networks.weight import Filled
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)


def normalized(groups: int, *, is_scaled: bool = False, is_given: bool = False, between: bool = False) -> Network:
    """Return a network that normalizes 16 channels of 6 × 10 pixels in groups, then scales each channel."""
    net = Builder("groups")
    x = net.conv(net.input("x", (2, 3, 6, 10)), "conv", 16, 3, pad=1)
    seen = net.add("Reshape", [x], "apart", {"shape": (2, groups, -1)})
    if between:
        seen = net.relu(seen, "between")
    scale = net.normal("s", (groups,), 1) if is_scaled else net.weight("s", (groups,), Filled(1.0))
    bias = net.normal("b", (groups,), 1) if is_scaled else net.weight("b", (groups,), Filled(0.0))
    if is_given:
        scale = net.input("scale", (groups,))
    seen = net.add("InstanceNormalization", [seen, scale, bias], "norm")
    image = net.add("Reshape", [seen], "image", {"shape": (2, 16, 6, 10)})
    scaled = net.add("Mul", [image, net.normal("gamma", (16, 1, 1), 1)], "scaled")
    return net.finish(net.relu(net.add("Add", [scaled, net.normal("beta", (16, 1, 1), 1)], "shifted"), "y"))


@pytest.mark.parametrize("on", [ONE, SIX])
@pytest.mark.parametrize("groups", [1, 4, 16])
@pytest.mark.parametrize("kind", ["plain", "scaled", "given", "between"])
def test_groups_of_channels(on: MachineConfig, groups: int, kind: str) -> None:
    network = normalized(groups, is_scaled=kind == "scaled", is_given=kind == "given", between=kind == "between")
    assert_right(network, on)


def test_groups_are_normalized_where_they_lie() -> None:
    """An image is read for the mean, for the variance and for the result, and all its channels are moved together."""
    compiled = assert_right(normalized(4), ONE)
    _, *large = [plan for plan in compiled.plans if plan.steps and plan.compulsory_bytes > 2 * 16 * 60 * 4]
    assert [plan.op for plan in large] == ["ReduceSum", "Sub+Mul+ReduceSum", "Add+Sqrt+Sub+Div+ScaleShift+Relu"]
    assert min(_shortest(compiled, plan.name, "conv") for plan in large[:2]) >= 64


def test_an_image_that_is_reshaped_and_back_is_the_same() -> None:
    assert "image" in {node.name for node in normalized(4).nodes}
    assert "image" not in {node.name for node in lowered(normalized(4)).nodes}


@pytest.mark.parametrize("op", ["GlobalAveragePool", "ReduceMax", "ReduceSum"])
@pytest.mark.parametrize("channels", [16, 40])
def test_pixels_of_large_images_are_combined_line_by_line(op: str, channels: int) -> None:
    net = Builder("large")
    x = net.conv(net.input("x", (1, 2, 12, 14)), "conv", channels, 1)
    y = net.add(op, [x], "y", {} if op.startswith("Global") else {"axes": (2, 3), "keepdims": 1})
    compiled = assert_right(net.finish(y), ONE)
    _, lines, *_ = compiled.plans
    assert lines.op == op.replace("GlobalAveragePool", "ReduceSum")
    assert _shortest(compiled, lines.name, "conv") >= 64


def _shortest(compiled: Compiled, name: str, value: str) -> int:
    """Return the bytes of the shortest row of a value that a layer loads on the first core."""
    (plan,) = (plan for plan in compiled.plans if plan.name == name)
    moves = [move for step in plan.steps for need in step.needs for move in need.moves(0, 0, 0)]
    return min(move.size for move in moves if move.src.base == compiled.activations[value].tensor.name)
