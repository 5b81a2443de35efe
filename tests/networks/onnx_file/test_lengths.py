"""Recurrent layers on sequences of different lengths."""

from pathlib import Path

import numpy as np
import pytest
from onnx import GraphProto, TensorProto

from dlpsim.networks.evaluate import random_inputs
from dlpsim.networks.onnx_file.importer import load_onnx
from dlpsim.networks.operators.recurrent import GATES
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, node, random, save

STEPS, BATCH, WIDTH, HIDDEN = 4, 3, 5, 6

SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)


def layer(op: str, direction: str, lengths: list[int] | None) -> GraphProto:
    """Return a layer with an initial state, whose sequences have constant lengths, or those of an i64 input."""
    ways, gates = (2 if direction == "bidirectional" else 1), GATES[op]
    weights: dict[str, Array] = {
        "w": random(ways, gates * HIDDEN, WIDTH),
        "r": random(ways, gates * HIDDEN, HIDDEN, seed=1),
        "b": random(ways, 2 * gates * HIDDEN, seed=2),
        "h0": random(ways, BATCH, HIDDEN, seed=3),
    }
    nodes = [node(op, "x w r b lens h0", "y h", direction=direction, hidden_size=HIDDEN)]
    if lengths is not None:
        return graph(nodes, {"x": (STEPS, BATCH, WIDTH)}, "y h", {**weights, "lens": np.array(lengths, np.int32)})
    cast = node("Cast", "n", "lens", to=TensorProto.INT32)
    inputs = {"x": (STEPS, BATCH, WIDTH), "n": (BATCH,)}
    return graph([cast, *nodes], inputs, "y h", weights, {"n": TensorProto.INT64})


@pytest.mark.parametrize("op", GATES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("lengths", [[4, 1, 2], [1, 1, 1], None])
def test_sequences_end_where_they_say(op: str, direction: str, lengths: list[int] | None, tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", layer(op, direction, lengths)))
    given = random_inputs(network, seed=5)
    if lengths is None:
        assert given["n"].min() >= 1
        assert given["n"].max() <= STEPS
    if direction == "bidirectional":
        assert_right(network, SIX, given)


def test_sequences_of_all_steps_need_no_choice(tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", layer("LSTM", "forward", [STEPS] * BATCH)))
    (one,) = network.nodes
    assert one.inputs[4] == ""


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        (np.array([1, 2], np.int32), "sequence_lens 'lens' is 2, expected 3"),
        (np.array([1, 2, 3], np.int64), "sequence_lens is i64, expected i32"),
    ],
)
def test_lengths_that_do_not_fit(lengths: Array, said: str, tmp_path: Path) -> None:
    body = layer("GRU", "forward", [1, 1, 1])
    (tensor,) = (one for one in body.initializer if one.name == "lens")
    tensor.CopyFrom(graph([], {}, "", {"lens": lengths}).initializer[0])
    path = save(tmp_path / "m.onnx", body)
    with pytest.raises(DlpsimError) as raised:
        load_onnx(path)
    assert raised.value.messages == (f"{path}: node 'y' (GRU): {said}",)
