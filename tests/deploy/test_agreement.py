"""What is held against onnxruntime, and what difference is allowed."""

import pytest

from dlpsim.deploy.agreement import STEPS, agreement
from dlpsim.deploy.deployment import deploy
from dlpsim.networks.draft import Draft
from dlpsim.networks.evaluate import random_inputs
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
