"""Windows of one dimension."""

import pytest

from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
FOUR = machine(nram=4096, wram=4096, shared=16_384, cores=4)


@pytest.mark.parametrize("on", [ONE, FOUR])
@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("Conv", {"kernel_shape": (3,), "pads": (2, 0), "strides": (2,)}),
        ("Conv", {"kernel_shape": (3,), "pads": (4, 4), "dilations": (4,), "group": 2}),
        ("ConvTranspose", {"kernel_shape": (3,), "strides": (2,), "pads": (1, 0), "output_padding": (1,)}),
        ("MaxPool", {"kernel_shape": (3,), "strides": (2,), "pads": (1, 1), "ceil_mode": 1}),
        ("AveragePool", {"kernel_shape": (4,), "strides": (3,), "pads": (1, 2), "count_include_pad": 1}),
    ],
)
def test_windows_along_a_sequence(op: str, attributes: Attributes, on: MachineConfig) -> None:
    net = Builder("sequence")
    x = net.relu(net.input("x", (2, 8, 31)), "x0")
    shape = (8, 6, 3) if op == "ConvTranspose" else (6, 8 // int(str(attributes.get("group", 1))), 3)
    operands = [x, net.normal("w", shape, 0.3), net.normal("b", (6,), 0.3)] if op.startswith("Conv") else [x]
    assert_right(net.finish(net.relu(net.add(op, operands, "y", attributes), "out")), on)


def test_a_sequence_of_few_channels_is_dealt_out_along_it() -> None:
    net = Builder("narrow")
    attributes: Attributes = {"kernel_shape": (3,), "pads": (1, 1)}
    y = net.add("Conv", [net.input("x", (1, 4, 200)), net.normal("w", (4, 4, 3), 0.3)], "y", attributes)
    (plan,) = (plan for plan in assert_right(net.finish(y), FOUR).plans if plan.choice)
    assert plan.choice is not None
    assert plan.choice.taken.deal.by == "rows"
