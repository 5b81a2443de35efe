"""What is held against onnxruntime, and what difference is allowed."""

import pytest

from dlpsim.deploy.agreement import agreement
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
