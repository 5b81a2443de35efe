"""Nodes that combine elements along axes."""

from itertools import combinations

import numpy as np
import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.machine_file import load_machine
from dlpsim.networks.builder import Builder
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right, numbers, single
from tests.compiler.small import machine

ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=4096, wram=4096, shared=40_000, clusters=2, cores=3)


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
@pytest.mark.parametrize("axis", range(4))
def test_softmax_along_any_axis(op: str, axis: int) -> None:
    assert_right(single(op, {"x": (2, 3, 4, 5)}, {"axis": axis}), SIX)


@pytest.mark.parametrize("op", ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd"])
def test_reductions_along_any_axes(op: str) -> None:
    for count in (1, 2, 3):
        for axes in combinations(range(3), count):
            for keeps in (0, 1):
                assert_right(single(op, {"x": (2, 3, 4)}, {"axes": axes, "keepdims": keeps}), ONE)


@pytest.mark.parametrize("axes", [(1,), (2, 3), (0, 2), (1, 3)])
def test_reductions_of_images(axes: tuple[int, ...]) -> None:
    net = Builder("image")
    x = net.conv(net.input("x", (2, 3, 6, 5)), "conv", 20, 3)
    y = net.add("ReduceMean", [x], "mean", {"axes": axes})
    assert_right(net.finish(net.add("Sub", [x, y], "y")), SIX)


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_layer_norm(axis: int) -> None:
    shape = (2, 3, 4, 5)
    net = Builder("norm")
    x, s, b = net.input("x", shape), net.normal("s", shape[axis:], 1), net.normal("b", shape[axis:], 1)
    assert_right(net.finish(net.add("LayerNormalization", [x, s, b], "y", {"axis": axis})), SIX)
    assert_right(net.finish(net.add("LayerNormalization", [x, s], "z", {"axis": axis})), ONE)


def test_what_comes_before_rows_is_computed_with_them() -> None:
    net = Builder("masked")
    x, mask = net.input("x", (2, 3, 7, 7)), net.input("mask", (2, 1, 1, 7))
    scaled = net.add("Mul", [x, net.filled("scale", (), 0.5)], "scaled")
    y = net.add("Softmax", [net.add("Add", [scaled, mask], "masked")], "y", {"axis": 3})
    compiled = assert_right(net.finish(y), SIX)
    assert [plan.op for plan in compiled.plans] == ["Mul+Add+Softmax"]


@pytest.mark.parametrize("size", [1, 3, 5])
def test_local_response(size: int) -> None:
    attributes = {"size": size, "alpha": 0.1, "beta": 0.75, "bias": 2.0}
    assert_right(single("LRN", {"x": (2, 7, 3, 4)}, attributes), SIX)


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize(("axis", "is_last"), [(0, 1), (1, 0), (2, 1)])
def test_places(op: str, axis: int, is_last: int) -> None:
    attributes = {"axis": axis, "keepdims": is_last, "select_last_index": is_last}
    assert_right(single(op, {"x": (2, 3, 4)}, attributes), ONE, {"x": np.round(numbers(2, 3, 4))})


def test_rows_that_do_not_fit() -> None:
    with pytest.raises(DlpsimError) as raised:
        compile_network(single("LRN", {"x": (1, 20000, 1, 1)}, {"size": 3}), load_machine("dlp-s"))
    assert raised.value.messages == (
        "layer 'y' (LRN) does not fit on dlp-s: for two of its smallest boxes it needs 480,000 bytes of NRAM, "
        "which has 131,072: 348,928 too many",
    )
