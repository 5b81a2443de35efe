"""Nodes on each element, alone and together, with operands that broadcast."""

import numpy as np
import pytest

from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.draft import Draft
from dlpsim.networks.value import Value
from tests.compiler.comparison import assert_right, constant, numbers, single
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
SIX = machine(nram=4096, wram=4096, shared=40_000, clusters=2, cores=3)

UNARY = (
    *("Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Gelu", "Erf", "Exp", "Log", "Sqrt"),
    *("Reciprocal", "Neg", "Abs", "Sign", "Floor", "Ceil", "Round", "Sin", "Cos"),
)

SHAPES = (
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((2, 3, 4, 5), (3, 1, 1)),
    ((2, 3, 4, 5), (1, 3, 4, 1)),
    ((2, 3, 4, 5), (5,)),
    ((2, 3, 4, 5), ()),
    ((3, 1), (1, 5)),
    ((4, 1, 5), (1, 6, 1)),
    ((2, 1, 3, 1), (4, 1, 6)),
)


@pytest.mark.parametrize("op", UNARY)
def test_operators_of_one_operand(op: str) -> None:
    scale = 5 if op in {"Floor", "Ceil", "Round", "Sin", "Cos"} else 1
    x = numbers(3, 7, 23, is_positive=op in {"Log", "Sqrt"}) * np.float32(scale)
    assert_right(single(op, {"x": x.shape}), SIX, {"x": x})


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("Gelu", {"approximate": "tanh"}),
        ("LeakyRelu", {"alpha": 0.3}),
        ("HardSigmoid", {"alpha": 0.4, "beta": 0.1}),
        ("Clip", {"min": -0.5, "max": 0.7}),
        ("Clip", {"max": 0.7}),
        ("Clip", {}),
        ("Cast", {"to": "i64"}),
        ("Cast", {"to": "bool"}),
        ("Cast", {"to": "f32"}),
    ],
)
def test_attributes(op: str, attributes: Attributes) -> None:
    x = numbers(3, 50) * np.float32(3)
    x[0, :5] = 0
    assert_right(single(op, {"x": x.shape}, attributes), ONE, {"x": x})


@pytest.mark.parametrize("exponent", [2.0, 3.0, 0.5, -0.5, -1.0, 1.0, 0.0, 1.7, -3.0, 2.5])
def test_constant_powers(exponent: float) -> None:
    net = Builder("power")
    x = net.input("x", (4, 30))
    network = net.finish(net.add("Pow", [x, net.filled("e", (), exponent)], "y"))
    assert_right(network, ONE, {"x": numbers(4, 30, is_positive=True)})


@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize("op", ["Add", "Sub", "Div", "Max", "Pow", "Mod"])
def test_operands_broadcast(op: str, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    attributes: Attributes = {"fmod": 1} if op == "Mod" else {}
    for a, b in ((left, right), (right, left)):
        inputs = {"a": numbers(*a, is_positive=op == "Pow"), "b": numbers(*b, seed=1, is_positive=op in {"Div", "Mod"})}
        assert_right(single(op, {"a": a, "b": b}, attributes), SIX, inputs)
        net = Builder("constant operand")
        net.input("a", a)
        constant(net, "b", inputs["b"])
        assert_right(net.finish(net.add(op, ["a", "b"], "y", attributes)), ONE, {"a": inputs["a"]})


@pytest.mark.parametrize("op", ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"])
def test_comparisons(op: str) -> None:
    a, b = np.round(numbers(3, 40)), np.round(numbers(40, seed=1))
    assert_right(single(op, {"a": a.shape, "b": b.shape}), ONE, {"a": a, "b": b})


@pytest.mark.parametrize("op", ["And", "Or", "Xor"])
def test_logic(op: str) -> None:
    net = Builder("logic")
    a, b = net.input("a", (3, 40)), net.input("b", (3, 40))
    both = [net.add("Less", [a, b], "less"), net.add("Greater", [a, net.filled("half", (), 0.5)], "greater")]
    assert_right(net.finish(net.add("Not", [net.add(op, both, "result")], "y")), ONE)


def test_a_choice_may_be_infinite() -> None:
    net = Builder("choice")
    a, b = net.input("a", (3, 40)), net.input("b", (40,))
    condition = net.add("Less", [a, b], "less")
    network = net.finish(net.add("Where", [condition, net.filled("none", (), -np.inf), a], "y"))
    assert_right(network, ONE)


def test_a_slope_for_each_channel() -> None:
    net = Builder("slope")
    x = net.conv(net.input("x", (2, 3, 5, 5)), "conv", 6, 3)
    network = net.finish(net.add("PRelu", [x, net.normal("slope", (6, 1, 1), 0.3)], "y"))
    assert_right(network, ONE)


def test_large_constants_lie_as_the_values_that_they_meet() -> None:
    net = Builder("large constant")
    x = net.conv(net.input("x", (1, 3, 9, 9)), "conv", 16, 3)
    y = net.add("Mul", [x, net.normal("mask", (1, 16, 7, 7), 1)], "y")
    compiled = assert_right(net.finish(y), ONE)
    operations = {line.split(" : ")[1].split()[0] for line in compiled.text.splitlines() if " : " in line}
    assert operations == {"conv", "add", "mul"}


def test_a_chain_becomes_one_layer_that_keeps_what_others_need() -> None:
    net = Builder("chain")
    x, z = net.input("x", (4, 6, 5, 5)), net.input("z", (6, 1, 1))
    gate = net.add("Sigmoid", [net.add("Mul", [x, z], "scaled")], "gate")
    kept = net.add("Mul", [x, gate], "kept")
    y = net.add("Add", [net.add("Tanh", [kept], "bent"), net.add("Neg", [x], "less")], "y")
    compiled = assert_right(net.finish(y, kept), SIX)
    assert [plan.op for plan in compiled.plans] == ["Mul+Sigmoid+Mul", "Tanh+Neg+Add"]
    assert {"scaled", "gate", "bent"}.isdisjoint(compiled.activations)


def test_operands_in_different_layouts() -> None:
    net = Builder("layouts")
    x, z = net.input("x", (2, 6, 5, 3)), net.input("z", (3, 5, 6, 2))
    turned = net.add("Transpose", [z], "turned", {"perm": (3, 2, 1, 0)})
    y = net.add("Sub", [net.conv(x, "conv", 6, 3, pad=1), turned], "y")
    assert_right(net.finish(net.add("Transpose", [y], "back", {"perm": (3, 0, 2, 1)})), SIX)


@pytest.mark.parametrize("op", ["Equal", "Less", "LessOrEqual"])
def test_infinite_numbers_are_compared(op: str) -> None:
    some = np.array([-np.inf, -1, 0, 1, np.inf], np.float32)
    x, y = np.repeat(some, 5), np.tile(some, 5)
    net = Builder("compared")
    chosen = net.add(op, [net.input("x", (25,)), net.input("y", (25,))], "chosen")
    assert_right(net.finish(net.add("Where", [chosen, "x", "y"], "z")), ONE, {"x": x, "y": y})


def test_quotients_of_integers() -> None:
    net = Draft(values={name: Value(name, (2, 6), "i64") for name in ("a", "b")})
    net.add("Div", ["a", "b"], ["y"], "div")
    a, b = np.array([[7, -7, 6, -6, 0, 1]] * 2), np.array([[2, 2, 3, 3, 5, 9], [-2, -2, -3, -3, -5, -9]])
    assert_right(net.network("div", ["a", "b"], ["y"]), ONE, {"a": a, "b": b})


@pytest.mark.parametrize("limits", [(-100.5, 90.0), (-(2.0**22), 2.0**22), (-1e9, 1e9)])
def test_rounding_what_is_limited(limits: tuple[float, float]) -> None:
    net = Builder("limited")
    x = net.input("x", (3, 50))
    clip = net.add("Clip", [x], "clip", {"min": limits[0], "max": limits[1]})
    given = numbers(3, 50) * np.float32(100)
    given[0, :6] = [0.5, 1.5, -0.5, -2.5, 2**22 + 1.0, -(2**24) - 2.0]
    assert_right(net.finish(net.add("Round", [clip], "y")), ONE, {"x": given})
