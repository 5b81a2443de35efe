"""Windows of any number of dimensions, and convolutions of one and of three."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.compiler.compile import compile_network
from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.network import Network
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right, single
from tests.compiler.small import machine

ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)


@st.composite
def poolings(draw: st.DrawFn) -> Network:
    """A pooling of one to three dimensions, whose windows may reach beyond the image on any side."""
    op = draw(st.sampled_from(("MaxPool", "AveragePool")))
    rank = draw(st.integers(1, 3))

    def each(strategy: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(strategy) for _ in range(rank))

    kernel = each(st.integers(1, 3))
    attributes: dict[str, Any] = {
        "kernel_shape": kernel,
        "strides": each(st.integers(1, 3)),
        "pads": tuple(draw(st.integers(0, size - 1)) for size in (*kernel, *kernel)),
        "ceil_mode": draw(st.integers(0, 1)),
    }
    if op == "AveragePool":
        attributes["count_include_pad"] = draw(st.integers(0, 1))
    if draw(st.booleans()):
        attributes["dilations"] = each(st.integers(1, 2))
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 5)), *each(st.integers(6, 9)))
    return single(op, {"x": shape}, attributes)


@settings(max_examples=40, deadline=None)
@given(poolings(), st.sampled_from((ONE, SIX)))
def test_poolings(network: Network, on: Any) -> None:
    assert_right(network, on)


@pytest.mark.parametrize("op", ["GlobalMaxPool", "GlobalAveragePool"])
@pytest.mark.parametrize("shape", [(2, 3, 5), (2, 3, 5, 6), (1, 8, 3, 4, 2)])
def test_whole_images(op: str, shape: tuple[int, ...]) -> None:
    assert_right(single(op, {"x": shape}), SIX)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("group", [1, 2])
def test_convolutions_of_one_dimension(stride: int, group: int) -> None:
    net = Builder("conv1d")
    x, w, b = net.input("x", (2, 6, 13)), net.normal("w", (4, 6 // group, 3), 0.3), net.normal("b", (4,), 1)
    attributes: Attributes = {"pads": (1, 2), "strides": (stride,), "group": group, "dilations": (3 - stride,)}
    assert_right(net.finish(net.relu(net.add("Conv", [x, w, b], "conv", attributes), "y")), SIX)


@pytest.mark.parametrize("strides", [(1, 1, 2), (2, 1, 1), (3, 2, 1)])
@pytest.mark.parametrize("pads", [(1, 0, 1, 1, 1, 1), (0, 0, 0, 0, 0, 0)])
def test_convolutions_of_three_dimensions(strides: tuple[int, ...], pads: tuple[int, ...]) -> None:
    net = Builder("conv3d")
    x, w, b = net.input("x", (2, 4, 5, 6, 7)), net.normal("w", (6, 4, 3, 2, 3), 0.3), net.normal("b", (6,), 1)
    assert_right(net.finish(net.add("Conv", [x, w, b], "y", {"pads": pads, "strides": strides})), ONE)


def test_a_window_that_does_not_fit() -> None:
    with pytest.raises(DlpsimError) as raised:
        compile_network(single("MaxPool", {"x": (1, 2, 61, 61)}, {"kernel_shape": (60, 60)}), ONE)
    assert raised.value.messages == (
        "layer 'y' (MaxPool) does not fit on small: for two windows of one channel it needs 28,928 bytes of NRAM, "
        "which has 8,192: 20,736 too many",
    )


def test_no_window_begins_in_the_padding_at_the_end() -> None:
    """Along the first dimension a window reaches beyond the end; along the second one would begin in the padding."""
    attributes = {"kernel_shape": (2, 2), "strides": (2, 2), "pads": (1, 0, 0, 1)}
    both = {"ceil_mode": 1, "count_include_pad": 1}
    assert_right(single("AveragePool", {"x": (1, 3, 6, 6)}, {**attributes, **both}), machine(nram=8192, wram=8192))
