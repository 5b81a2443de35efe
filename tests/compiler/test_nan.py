"""What is infinite or not a number, through tests and choices: as masks of attention have it."""

from itertools import product
from math import inf, nan

import numpy as np
import pytest

from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.evaluate import evaluate
from dlpsim.networks.network import Network
from tests.compiler.comparison import single
from tests.compiler.small import computed, machine

ONE = machine(nram=4096, wram=4096)
SIX = machine(nram=4096, wram=4096, shared=40_000, clusters=2, cores=3)

NUMBERS = (0.0, 1.0, -2.5, 1e-45, -1e-45, 3.4e38, -3.4e38, inf, -inf, nan)
PAIRS = np.array(list(product(NUMBERS, repeat=2)), np.float32).T.copy()
A, B = PAIRS


def assert_equal(network: Network, inputs: dict[str, np.ndarray]) -> None:
    """Compare every element with onnxruntime's, NaN equal to NaN."""
    (y,) = network.outputs
    expected = evaluate(network, inputs, [y])[y]
    for on in (ONE, SIX):
        np.testing.assert_array_equal(computed(network, on, inputs)[y], expected.astype(np.float32))


@pytest.mark.parametrize("op", ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"])
def test_comparisons(op: str) -> None:
    assert_equal(single(op, {"a": A.shape, "b": B.shape}), {"a": A, "b": B})


@pytest.mark.parametrize("number", [inf, -inf, 1.0])
@pytest.mark.parametrize("op", ["Equal", "Greater"])
def test_comparisons_with_a_constant(op: str, number: float) -> None:
    net = Builder("constant")
    x = net.input("a", A.shape)
    assert_equal(net.finish(net.add(op, [x, net.filled("c", (), number)], "y")), {"a": A})


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("IsNaN", {}),
        ("IsInf", {}),
        ("IsInf", {"detect_negative": 0}),
        ("IsInf", {"detect_positive": 0}),
        ("Cast", {"to": "bool"}),
    ],
)
def test_of_one_operand(op: str, attributes: Attributes) -> None:
    assert_equal(single(op, {"a": A.shape}, attributes), {"a": A})


@pytest.mark.parametrize("constant", ["", "one", "other"])
@pytest.mark.parametrize("number", [0.0, -inf])
def test_what_is_not_chosen_leaves_no_trace(constant: str, number: float) -> None:
    net = Builder("choice")
    a, b = net.input("a", A.shape), net.input("b", B.shape)
    condition = net.add("Less", [a, net.filled("limit", (), 1.0)], "condition")
    filler = net.filled("number", (), number)
    one, other = (filler if constant == "one" else a), (filler if constant == "other" else b)
    assert_equal(net.finish(net.add("Where", [condition, one, other], "y")), {"a": A, "b": B})


def test_rows_whose_every_key_is_masked_are_0_where_they_are_chosen_to_be() -> None:
    """Softmax makes them NaN, here and in onnxruntime; what exporters choose instead is what is left."""
    net = Builder("masked")
    x, bias = net.input("x", (2, 3, 5)), net.input("bias", (3, 5))
    weights = net.add("Softmax", [net.add("Add", [x, bias], "masked")], "weights")
    zero = net.filled("zero", (), 0.0)
    worst = net.add("ReduceMax", [bias], "worst", {"axes": (-1,)})
    is_none = net.add("Equal", [worst, net.filled("inf", (), -inf)], "none")
    by_mask = net.add("Where", [is_none, zero, weights], "by_mask")
    by_nan = net.add("Where", [net.add("IsNaN", [weights], "nan"), zero, weights], "by_nan")
    network = net.finish(net.add("Add", [by_mask, by_nan], "y"))
    given = np.random.default_rng(1).standard_normal((2, 3, 5)).astype(np.float32)
    mask = np.array([[0, -inf, 0, 0, -inf], [-inf] * 5, [0] * 5], np.float32)
    expected = evaluate(network, {"x": given, "bias": mask}, ["y"])["y"]
    assert not expected[:, 1].any()
    for on in (ONE, SIX):
        np.testing.assert_allclose(computed(network, on, {"x": given, "bias": mask})["y"], expected, atol=1e-6)
