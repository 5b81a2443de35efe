import numpy as np
import pytest

from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.network import Network
from dlpsim.networks.to_onnx import to_onnx
from dlpsim.networks.zoo.table import build
from isa.errors import DlpsimError


@pytest.fixture
def lookup() -> Network:
    """Return a network that looks rows of a table up, and adds something."""
    net = Builder("lookup")
    table = net.normal("table", (5, 3), 1.0)
    rows = net.add("Gather", [table, net.input("which", (7,), "i64")], "rows")
    return net.finish(net.add("Add", [rows, net.input("more", (3,))], "sum"))


def test_values(lookup: Network) -> None:
    inputs = {"which": np.array([4, 0, 1, 2, 3, 4, 4]), "more": np.ones(3, np.float32)}
    results = evaluate(lookup, inputs)
    table = lookup.weights["table"].array()
    assert np.array_equal(results["rows"], table[inputs["which"]])
    assert np.array_equal(results["sum"], results["rows"] + 1)
    assert list(evaluate(lookup, inputs, ["sum", "more"])) == ["more", "sum"]


def test_random_inputs_are_indices_where_they_are_used_so(lookup: Network) -> None:
    first, second = random_inputs(lookup), random_inputs(lookup)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert set(first["which"]) <= set(range(5))
    assert not np.array_equal(first["more"], random_inputs(lookup, seed=1)["more"])


def test_inputs_that_do_not_fit_are_told_at_once(lookup: Network) -> None:
    with pytest.raises(DlpsimError) as caught:
        evaluate(lookup, {"which": np.zeros((2, 7), np.float32), "mere": np.ones(3, np.float32), "z": np.ones(1)})
    assert caught.value.messages == (
        "lookup: input 'more' is missing",
        "lookup: input 'which' is 2×7 float32, expected 7 i64",
        "lookup: there is no input 'mere'\n    hint: did you mean 'more'?",
        "lookup: there is no input 'z'\n    hint: the inputs are which, more",
    )


def test_what_onnxruntime_refuses(lookup: Network) -> None:
    with pytest.raises(DlpsimError, match=r"^lookup: onnxruntime cannot execute it: .*indices element out of data"):
        evaluate(lookup, {"which": np.full(7, 9), "more": np.zeros(3, np.float32)})


def test_a_model_has_its_weights_within_or_as_inputs() -> None:
    network = build("mlp", {"features": 3, "hidden": 4})
    within, without = to_onnx(network), to_onnx(network, weights_are_inputs=True)
    assert [entry.name for entry in within.graph.input] == ["image"]
    assert {entry.name for entry in within.graph.initializer} == set(network.weights)
    assert {entry.name for entry in without.graph.input} == {"image", *network.weights}
    assert list(without.graph.initializer) == []


@pytest.mark.parametrize(
    ("op", "shape", "attributes", "end"),
    [
        ("Gather", (3, 2), {"axis": 1}, 7),
        ("GatherElements", (9, 5), {"axis": 0}, 9),
        ("GatherND", (4, 2), {}, 7),
        ("GatherND", (9, 4, 1), {"batch_dims": 1}, 7),
    ],
)
def test_random_indices_are_there(op: str, shape: tuple[int, ...], attributes: Attributes, end: int) -> None:
    """They are as many as there are elements along the axis, also if the indices are moved first."""
    net = Builder("indices")
    i = net.input("i", shape[::-1], "i64")
    turned = net.add("Transpose", [i], "turned", {})
    network = net.finish(net.add(op, [net.input("x", (9, 7)), turned], "y", attributes))
    drawn = np.concatenate([random_inputs(network, seed)["i"].reshape(-1) for seed in range(20)])
    assert (drawn.min(), drawn.max()) == (0, end - 1)
