"""Products of two values, and of constants and values."""

import pytest

from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from tests.compiler.comparison import assert_right, single
from tests.compiler.small import machine

ONE = machine(nram=2048, wram=2048)
SIX = machine(nram=4096, wram=4096, shared=40_000, clusters=2, cores=3)

SHAPES = (
    ((4, 9), (9, 7)),
    ((2, 3, 4, 9), (2, 3, 9, 7)),
    ((2, 3, 4, 9), (9, 7)),
    ((2, 1, 4, 9), (1, 3, 9, 7)),
    ((9,), (9, 7)),
    ((3, 4, 9), (9,)),
    ((9,), (9,)),
    ((40, 70), (70, 50)),
)


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_products(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    assert_right(single("MatMul", {"a": left, "b": right}), SIX)
    net = Builder("weights on the right")
    assert_right(net.finish(net.add("MatMul", [net.input("a", left), net.normal("b", right, 1)], "y")), ONE)
    net = Builder("weights on the left")
    assert_right(net.finish(net.add("MatMul", [net.normal("a", left, 1), net.input("b", right)], "y")), ONE)


@pytest.mark.parametrize("left", [(0, 2, 1, 3), (0, 2, 3, 1), (3, 0, 2, 1)])
@pytest.mark.parametrize("right", [(0, 2, 1, 3), (0, 2, 3, 1), (1, 0, 2, 3)])
def test_operands_lie_in_any_order(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    net = Builder("turned")
    x, z = net.input("x", (4, 4, 4, 4)), net.input("z", (4, 4, 4, 4))
    a = net.add("Transpose", [x], "a", {"perm": left})
    b = net.add("Transpose", [z], "b", {"perm": right})
    y = net.add("Transpose", [net.add("MatMul", [a, b], "y")], "turned", {"perm": (0, 2, 1, 3)})
    compiled = assert_right(net.finish(net.add("Reshape", [y], "joined", {"shape": (4, 4, 16)})), SIX)
    assert len({compiled.activations[name].tensor for name in ("y", "joined")}) == 1


@pytest.mark.parametrize("on", [machine(nram=8192, wram=8192), SIX])
def test_matrices_that_lie_element_by_element_are_moved_first(on: MachineConfig) -> None:
    """Of an image that lies pixel by pixel, one element of each channel would be loaded at a time."""
    net = Builder("images")
    x = net.input("x", (2, 3, 16, 16))
    a, b = net.conv(x, "a", 16, 1), net.conv(x, "b", 16, 1)
    compiled = assert_right(net.finish(net.add("MatMul", [a, b], "y")), on)
    (plan,) = (plan for plan in compiled.plans if plan.name == "y")
    moves = [move for step in plan.steps for need in step.needs for move in need.moves(0, 0, 0)]
    assert min(move.size for move in moves) >= 64


@pytest.mark.parametrize("flips", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("is_constant", [False, True])
@pytest.mark.parametrize("bias", [None, (7,), (4, 7), (4, 1)])
def test_gemm(flips: tuple[int, int], is_constant: bool, bias: tuple[int, ...] | None) -> None:
    net = Builder("gemm")
    a = net.input("a", (9, 4) if flips[0] else (4, 9))
    shape = (7, 9) if flips[1] else (9, 7)
    b = net.normal("b", shape, 1) if is_constant else net.input("b", shape)
    c = [] if bias is None else [net.normal("c", bias, 1) if is_constant else net.input("c", bias)]
    attributes = {"transA": flips[0], "transB": flips[1], "alpha": 0.5, "beta": 2.0}
    assert_right(net.finish(net.add("Gemm", [a, b, *c], "y", attributes)), ONE)
