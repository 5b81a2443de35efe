"""Names within graphs and functions of a file, which say nothing outside of them."""

from pathlib import Path

import numpy as np
import pytest
from onnx import parser

from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.networks.compare import check_file

HEAD = '<ir_version: 8, opset_import: ["" : 18, "own" : 1]>\n'

BRANCHES = """g (float[2,3] x) => (float[2,3] y) {
  c = Constant <value = bool {1}> ()
  a = If (c) <
    then_branch = t () => (float[2,3] o) { u = Relu (x) o = Neg (u) },
    else_branch = e () => (float[2,3] o) { o = Neg (x) }>
  b = If (c) <
    then_branch = t () => (float[2,3] o) <float[1] k = {2.0}> { u = Mul (x, k) o = Exp (u) },
    else_branch = e () => (float[2,3] o) { o = Neg (x) }>
  y = Add (a, b)
}"""

OLDER = """g (float[2,3] x) => (float[2,1] y) { z = Relu (x) y = own.f (z) }
<domain: "own", opset_import: ["" : 13]>
f (x) => (y) {
  z = Exp (x)
  c = Constant <value = bool {1}> ()
  w = If (c) <
    then_branch = t () => (float[2,3] o) { u = Neg (z) o = Add (u, x) },
    else_branch = e () => (float[2,3] o) { o = Neg (x) }>
  y = ReduceMean <axes = [1]> (w)
}"""

ENDLESS = """g (float[2,3] x) => (float[2,3] y) { y = own.f (x) }
<domain: "own", opset_import: ["" : 18, "own" : 1]>
f (x) => (y) { z = Relu (x) y = own.f (z) }"""


def saved(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "m.onnx"
    path.write_bytes(parser.parse_model(HEAD + text).SerializeToString())
    return path


def test_branches_may_use_the_same_names(tmp_path: Path) -> None:
    network = check_file(saved(tmp_path, BRANCHES))
    assert [node.op for node in network.nodes] == ["Relu", "Neg", "Mul", "Exp", "Add"]


def test_a_function_has_a_version_of_its_own(tmp_path: Path) -> None:
    """onnxruntime takes no function that is older than the file where an operator has changed."""
    network = load_onnx(saved(tmp_path, OLDER))
    inputs = random_inputs(network)
    x = np.maximum(inputs["x"], 0)
    expected = (x - np.exp(x)).mean(axis=1, keepdims=True)
    np.testing.assert_allclose(evaluate(network, inputs)["y"], expected, rtol=1e-5)


def test_a_function_that_calls_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match="the model's functions cannot be put in place"):
        load_onnx(saved(tmp_path, ENDLESS))
