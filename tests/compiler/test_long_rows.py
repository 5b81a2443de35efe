"""Nodes that combine more elements than have room on chip."""

import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from tests.compiler.comparison import assert_right, single
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
SIX = machine(nram=2048, wram=2048, shared=40_000, clusters=2, cores=3)


@pytest.mark.parametrize("on", [ONE, SIX])
@pytest.mark.parametrize(
    ("op", "shape", "attributes"),
    [
        ("Softmax", (2, 1031), {"axis": 1}),
        ("Softmax", (2, 700, 3), {"axis": -2}),
        ("LogSoftmax", (2, 1031), {"axis": 1}),
        ("ArgMax", (2, 1031), {"axis": 1}),
        ("GlobalAveragePool", (1, 3, 41, 37), {}),
        ("GlobalMaxPool", (2, 3, 5, 401), {}),
        ("GlobalAveragePool", (2, 3, 1031), {}),
        ("ReduceSum", (3, 5, 7, 100), {"axes": (0, 2, 3), "keepdims": 0}),
        ("ReduceMean", (2, 1031), {"axes": (-1,)}),
        ("ReduceMin", (2, 3, 1031), {"axes": (2,), "keepdims": 0}),
    ],
)
def test_what_is_combined_in_parts(op: str, shape: tuple[int, ...], attributes: Attributes, on: MachineConfig) -> None:
    assert_right(single(op, {"x": shape}, attributes), on)


@pytest.mark.parametrize("shape", [(3, 1031), (2, 13, 80)])
def test_normalization_in_parts(shape: tuple[int, ...]) -> None:
    net = Builder("normalized")
    weights = [net.normal(name, shape[1:], 1) for name in ("scale", "bias")]
    assert_right(net.finish(net.add("LayerNormalization", [net.input("x", shape), *weights], "y", {"axis": 1})), ONE)


def test_rows_that_fit_stay_whole() -> None:
    found = [
        [plan.op for plan in compile_network(single("Softmax", {"x": (3, size)}), ONE).plans] for size in (240, 241)
    ]
    assert found[0] == ["Softmax"]
    assert "ReduceMax" in found[1]
