"""Parts that would lie side by side in rows of a few bytes."""

import pytest

from dlpsim.compiler.choosing.crumbs import is_crumbled
from dlpsim.compiler.compile import Compiled
from dlpsim.compiler.layouts.layout import dense
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)


@pytest.mark.parametrize(
    ("shape", "axis", "sizes", "expected"),
    [
        ((5, 16, 3), 2, (1, 1, 1), True),
        ((5, 16, 3), 0, (2, 3), False),
        ((5, 64), 1, (32, 32), False),
        ((5, 64), 1, (4,) * 16, False),
        ((50, 64), 1, (1,) * 64, True),
        ((3,), 0, (1, 1, 1), False),
    ],
)
def test_crumbs(shape: tuple[int, ...], axis: int, sizes: tuple[int, ...], expected: bool) -> None:
    assert is_crumbled(dense(shape), axis, sizes, 16) is expected


@pytest.mark.parametrize("on", [ONE, SIX])
def test_single_elements_are_stacked_part_by_part(on: MachineConfig) -> None:
    """Along a new last axis, parts come one after the other; what takes them goes through them so."""
    net = Builder("stacked")
    x = net.input("x", (10, 48))
    experts = [
        net.add("Unsqueeze", [net.add(op, [x], op)], f"expert{op}", {"axes": (2,)}) for op in ("Relu", "Tanh", "Exp")
    ]
    stacked = net.add("Concat", experts, "stacked", {"axis": 2})
    weighed = net.add("Mul", [stacked, net.input("w", (10, 1, 3))], "weighed")
    compiled = assert_right(net.finish(net.add("ReduceSum", [weighed], "y", {"axes": (2,), "keepdims": 0})), on)
    assert _steps(compiled, "Concat") == [0]
    assert compiled.activations["stacked"].layout.axes[2] == ((3, 480),)


@pytest.mark.parametrize("on", [ONE, SIX])
def test_halves_that_are_shuffled_lie_side_by_side(on: MachineConfig) -> None:
    """Each half is written as it is, though channels of both take turns in what follows."""
    net = Builder("shuffled")
    x = net.input("x", (1, 8, 4, 4))
    halves = [net.conv(x, "left", 24, 1), net.conv(x, "right", 24, 1)]
    joined = net.add("Concat", halves, "joined", {"axis": 1})
    apart = net.add("Reshape", [joined], "apart", {"shape": (1, 2, 24, 4, 4)})
    turned = net.add("Transpose", [apart], "turned", {"perm": (0, 2, 1, 3, 4)})
    shuffled = net.add("Reshape", [turned], "shuffled", {"shape": (1, 48, 4, 4)})
    parts = net.split("Split", [shuffled], "parts", ("one", "other"), {"axis": 1})
    again = net.add("Concat", [parts[0], net.conv(parts[1], "conv", 24, 1)], "again", {"axis": 1})
    compiled = assert_right(net.finish(net.relu(again, "y")), on)
    assert _steps(compiled, "Concat")[0] == 0
    assert [compiled.activations[name].layout.axes[1] for name in ("left", "right")] == [((24, 1),), ((24, 1),)]


def _steps(compiled: Compiled, op: str) -> list[int]:
    return [len(plan.steps) for plan in compiled.plans if plan.op == op]
