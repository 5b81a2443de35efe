"""Operators on sequences of tensors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from onnx import NodeProto

from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, node, random, save

INPUTS = {"x": (2, 6, 3)}

WEIGHTS: dict[str, Array] = {
    "first": np.array(0, np.int64),
    "last": np.array(-1, np.int64),
    "two": np.array(2, np.int64),
    "four": np.array(4, np.int64),
    "parts": np.array([1, 3, 2], np.int64),
    "w": random(2, 6, 3),
}

SPELLINGS: dict[str, tuple[Sequence[NodeProto], list[str]]] = {
    "sizes": (
        [
            node("SplitToSequence", "x parts", "s", axis=1),
            node("SequenceAt", "s first", "a"),
            node("SequenceAt", "s last", "b"),
            node("Concat", "b a", "y", axis=-2),
        ],
        ["Split", "Concat"],
    ),
    "one size, the last smaller": (
        [
            node("SplitToSequence", "x four", "s", axis=-2),
            node("SequenceAt", "s last", "a"),
            node("Relu", "a", "y"),
        ],
        ["Split", "Relu"],
    ),
    "single, then stacked": (
        [
            node("SplitToSequence", "x", "s", axis=2, keepdims=0),
            node("ConcatFromSequence", "s", "y", axis=0, new_axis=1),
        ],
        ["Split", *["Squeeze"] * 3, *["Unsqueeze"] * 3, "Concat"],
    ),
    "made by hand": (
        [
            node("SequenceEmpty", "", "none"),
            node("Relu", "x", "r"),
            node("SequenceInsert", "none r", "one"),
            node("SequenceInsert", "one x first", "more"),
            node("SequenceConstruct", "w r", "other"),
            node("SequenceErase", "more last", "left"),
            node("SequenceAt", "left first", "a"),
            node("SequenceAt", "other first", "b"),
            node("Add", "a b", "sum"),
            node("SequenceLength", "more", "n"),
            node("Cast", "n", "number", to=1),
            node("Mul", "sum number", "y"),
        ],
        ["Add", "Mul"],
    ),
    "of a constant": (
        [
            node("SplitToSequence", "w two", "s", axis=1),
            node("SequenceAt", "s first", "a"),
            node("ConcatFromSequence", "s", "b", axis=1),
            node("Add", "x b", "sum"),
            node("Concat", "sum a", "y", axis=1),
        ],
        ["Add", "Concat"],
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("opset", [11, 13, 17])
def test_sequences_stand_for_their_tensors(tmp_path: Path, name: str, opset: int) -> None:
    nodes, ops = SPELLINGS[name]
    network = check_file(save(tmp_path / "m.onnx", graph(nodes, INPUTS, "y", WEIGHTS), opset))
    assert [one.op for one in network.nodes] == ops


FAULTS: dict[str, tuple[Sequence[NodeProto], str]] = {
    "an operator on tensors": (
        [node("SequenceConstruct", "x x", "s"), node("Relu", "s", "y")],
        "node 'y' (Relu): takes 's': of sequences, only operators on them are supported",
    ),
    "an operator on sequences": (
        [node("SequenceAt", "x first", "y")],
        "node 'y' (SequenceAt): 'x' is a tensor, expected a sequence",
    ),
    "a place that is not there": (
        [node("SequenceConstruct", "x x", "s"), node("SequenceAt", "s two", "y")],
        "node 'y' (SequenceAt): position 2 is not in a sequence of 2",
    ),
    "an output": (
        [node("SequenceConstruct", "x x", "y")],
        "output 'y' is a sequence of tensors, which is not supported",
    ),
    "parts of another size": (
        [node("SplitToSequence", "w parts", "s", axis=2), node("SequenceAt", "s first", "y")],
        "node 's' (SplitToSequence): parts of 1, 3, 2 do not make up 3",
    ),
    "an axis too many": (
        [node("SplitToSequence", "x parts", "s", axis=3), node("SequenceAt", "s first", "y")],
        "node 's' (SplitToSequence): axis 3 is none of the 3 of 'x'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_sequences_is_told(tmp_path: Path, name: str) -> None:
    nodes, said = FAULTS[name]
    path = save(tmp_path / "m.onnx", graph(nodes, INPUTS, "y", WEIGHTS))
    with pytest.raises(DlpsimError) as raised:
        load_onnx(path)
    assert raised.value.messages == (f"{path}: {said}",)
