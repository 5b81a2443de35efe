"""Compiled products compute what NumPy does, whatever they are cut into."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from tests.compiler.comparison import assert_right
from tests.compiler.small import computed, convolution, machine

CLOSE = 1e-4


@dataclass(frozen=True)
class Case:
    """A convolution, on what a pointwise one made before it; what that made may be added to its result."""

    images: int
    height: int
    width: int
    channels: int
    made: int
    kernel: tuple[int, int]
    settings: Mapping[str, Any]
    is_added: bool
    is_rectified: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a convolution whose kernel fits its image."""
    group = draw(st.sampled_from((1, 1, 1, 2, 3, 8)))
    channels = group * draw(st.integers(1, 24 // group))
    made = group * draw(st.integers(1, 40 // group))
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    dilations = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    pads = draw(st.tuples(*[st.integers(0, 2)] * 4))
    kernel = tuple(
        draw(st.integers(1, max(1, min(4, (size + pads[axis] + pads[axis + 2] - 1) // dilations[axis] + 1))))
        for axis, size in enumerate((height, width))
    )
    pads = tuple(min(pad, (kernel[axis % 2] - 1) * dilations[axis % 2]) for axis, pad in enumerate(pads))
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    kernel = tuple(
        size if (extent + pads[axis] + pads[axis + 2] - 1) >= (size - 1) * dilations[axis] else 1
        for axis, (size, extent) in enumerate(zip(kernel, (height, width), strict=True))
    )
    if kernel == (1, 1):
        pads = (0, 0, 0, 0)
    attributes = {"pads": pads, "strides": strides, "dilations": dilations, "group": group}
    return Case(
        draw(st.integers(1, 2)),
        height,
        width,
        channels,
        made,
        (kernel[0], kernel[1]),
        attributes,
        draw(st.booleans()),
        draw(st.booleans()),
    )


@st.composite
def machines(draw: st.DrawFn) -> MachineConfig:
    """Draw a machine with little memory, of which not all have sizes that are multiples of anything."""
    cores, clusters = draw(st.sampled_from(((1, 1), (4, 1), (2, 2), (3, 1))))
    return machine(
        nram=draw(st.integers(3000, 20_000)),
        wram=draw(st.integers(3000, 20_000)),
        shared=draw(st.sampled_from((0, 9000, 40_000))) if cores * clusters > 1 else 0,
        cores=cores,
        clusters=clusters,
        beat_bytes=draw(st.sampled_from((16, 64, 128))),
    )


def network_of(case: Case) -> Network:
    """Return two layers: a pointwise convolution, then the one of the case."""
    build = Builder("case")
    return build.finish(layers_of(case, build))


def layers_of(case: Case, build: Builder) -> str:
    """Add the same layers; return their result."""
    x = build.input("x", (case.images, case.channels, case.height, case.width))
    first = build.relu(build.conv(x, "first", case.channels, 1), "first.relu")
    w = build.normal("w", (case.made, case.channels // case.settings["group"], *case.kernel), 0.3)
    b = build.normal("b", (case.made,), 0.3)
    y = build.add("Conv", [first, w, b], "second", case.settings)
    if case.is_added:
        y = build.add("Add", [y, build.input("r", build.shape(y))], "sum")
    return build.relu(y, "last") if case.is_rectified else y


@settings(max_examples=60, deadline=None)
@given(cases(), machines())
def test_convolutions(case: Case, config: MachineConfig) -> None:
    """Two layers one after the other agree with NumPy, and `check` finds nothing."""
    network = network_of(case)
    numbers = np.random.default_rng(0)
    inputs = {name: numbers.standard_normal(network.values[name].shape).astype(np.float32) for name in network.inputs}
    weights = {name: weight.array() for name, weight in network.weights.items()}
    plain = {"pads": (0, 0, 0, 0), "strides": (1, 1), "dilations": (1, 1), "group": 1}
    first = convolution(inputs["x"], weights["first.weight"], plain) + weights["first.bias"][:, None, None]
    expected = convolution(np.maximum(first, 0), weights["w"], case.settings) + weights["b"][:, None, None]
    expected = expected + inputs["r"] if case.is_added else expected
    expected = np.maximum(expected, 0) if case.is_rectified else expected
    (output,) = network.outputs
    found = computed(network, config, inputs)[output]
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= CLOSE * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize(("cores", "clusters"), [(1, 1), (4, 1), (2, 2)])
def test_matrix_product(cores: int, clusters: int) -> None:
    """A Gemm, its weights transposed, and one more after it."""
    build = Builder("gemms")
    hidden = build.relu(build.gemm(build.input("x", (9, 70)), "one", 50), "relu")
    network = build.finish(build.gemm(hidden, "two", 33))
    config = machine(nram=4096, wram=8192, shared=16_384 if cores > 1 else 0, cores=cores, clusters=clusters)
    x = np.random.default_rng(1).standard_normal((9, 70)).astype(np.float32)
    weights = {name: weight.array() for name, weight in network.weights.items()}
    hidden_numbers = np.maximum(x @ weights["one.weight"].T + weights["one.bias"], 0)
    expected = hidden_numbers @ weights["two.weight"].T + weights["two.bias"]
    assert np.allclose(computed(network, config, {"x": x})[network.outputs[0]], expected, atol=CLOSE)


@pytest.mark.parametrize("cores", [1, 4])
def test_limits_lie_behind_the_bias(cores: int) -> None:
    net = Builder("limited")
    made = net.conv(net.input("x", (1, 3, 9, 9)), "conv", 10, 3)
    network = net.finish(net.add("Clip", [made], "y", {"min": -0.5, "max": 0.25}))
    assert_right(network, machine(nram=8192, wram=4096, shared=8192, cores=cores))
