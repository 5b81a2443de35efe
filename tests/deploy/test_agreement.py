"""What is held against onnxruntime, and what difference is allowed."""

from dataclasses import replace
from pathlib import Path

import pytest

from dlpsim.deploy.agreement import STEPS, UNREAD, agreement
from dlpsim.deploy.deployment import deploy
from dlpsim.networks.builder import Builder
from dlpsim.networks.draft import Draft
from dlpsim.networks.evaluate import random_inputs
from dlpsim.networks.network import Network
from dlpsim.networks.to_onnx import to_onnx
from dlpsim.networks.value import Value
from isa.interpreter import interpret
from tests.deploy.small_network import MACHINES


@pytest.mark.parametrize(("dtype", "allowed"), [("f32", 1e-4), ("f16", 2e-2)])
def test_what_is_rounded_to_f16_may_differ_by_more(dtype: str, allowed: float) -> None:
    draft = Draft(values={"x": Value("x", (4, 30), dtype)})
    draft.add("Softmax", ["x"], ["y"], "softmax")
    network = draft.network("net", ["x"], ["y"])
    deployment, inputs = deploy(network, MACHINES["one core"]), random_inputs(network)
    found = agreement(deployment, inputs, interpret(deployment.program, deployment.compiled.inputs(inputs)))
    assert [(one.tensor, one.allowed, one.is_good) for one in found] == [("y", allowed, True)]
    assert (found[0].error < 1e-5) == (dtype == "f32")


def test_numbers_that_are_rounded_to_steps_may_be_on_the_neighbouring_one() -> None:
    draft = Draft(values={"x": Value("x", (4, 30))})
    draft.fill("step", (), 0.4)
    scaled = draft.step("Div", ["x", "step"], "scaled")
    draft.add("Round", [scaled], ["steps"], "steps")
    draft.add("Mul", ["steps", "step"], ["y"], "y")
    network = draft.network("net", ["x"], ["steps", "y"])
    deployment, inputs = deploy(network, MACHINES["one core"]), random_inputs(network)
    found = agreement(deployment, inputs, interpret(deployment.program, deployment.compiled.inputs(inputs)))
    largest = abs(inputs["x"] / 0.4).round().max()
    assert {one.tensor: one.allowed for one in found} == {"steps": 1 / largest, "y": 0.02}
    assert {one.reason for one in found} == {STEPS}
    assert all(one.is_good for one in found)


def two_layers(seed: int) -> Network:
    """Return two products; networks with other seeds have the same names and shapes, and other weights."""
    net = Builder("two", seed)
    return net.finish(net.gemm(net.relu(net.gemm(net.input("x", (3, 8)), "first", 12), "relu"), "second", 5))


def test_what_was_read_counts_rather_than_what_was_made_of_it(tmp_path: Path) -> None:
    """A fault between network and program shows in every value, one in reading the file in the outputs."""
    network, other = two_layers(0), two_layers(1)
    deployment, inputs = deploy(network, MACHINES["one core"]), random_inputs(network)
    tensors = interpret(deployment.program, deployment.compiled.inputs(inputs))
    path = tmp_path / "two.onnx"
    path.write_bytes(to_onnx(other).SerializeToString())
    good = {"relu": True, "second": True}
    for compared, expected in (
        (deployment, good),
        (replace(deployment, network=other), {"relu": False, "second": False}),
        (replace(deployment, file=path), {"relu": True, "second": False}),
        (replace(deployment, file=tmp_path / "none.onnx"), good),
    ):
        found = agreement(compared, inputs, tensors)
        assert {one.tensor: one.is_good for one in found} == expected
    assert {one.reason for one in found} == {UNREAD}
