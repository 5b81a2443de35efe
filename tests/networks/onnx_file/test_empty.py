"""Constants and results without elements."""

from pathlib import Path

import numpy as np
import pytest
from onnx import GraphProto

from dlpsim.networks.evaluate import random_inputs
from tests.compiler.small import computed, machine
from tests.networks.compare import check_file, difference, run_file
from tests.networks.onnx_file.models import graph, integers, node, number, random, save

EMPTY = np.zeros(0, np.float32)
NO_AXES = np.zeros(0, np.int64)
IMAGE = {"x": (1, 2, 4, 4)}
DOUBLE = np.array([1, 1, 2, 2], np.float32)

FILES: dict[str, GraphProto] = {
    "regions and scales of a resize": graph(
        [node("Resize", "x roi scales sizes", "y", mode="nearest")],
        IMAGE,
        "y",
        {"roi": EMPTY, "scales": EMPTY, "sizes": integers(1, 2, 8, 8)},
    ),
    "regions made by a node": graph(
        [node("ConstantOfShape", "none", "roi"), node("Resize", "x roi scales", "y", mode="nearest")],
        IMAGE,
        "y",
        {"none": integers(0), "scales": DOUBLE},
    ),
    "axes of a sum": graph([node("ReduceSum", "x axes", "y")], IMAGE, "y", {"axes": NO_AXES}),
    "axes of a sum, none meant": graph(
        [node("ReduceSum", "x axes", "y", noop_with_empty_axes=1)], IMAGE, "y", {"axes": NO_AXES}
    ),
    "axes of a squeeze": graph([node("Squeeze", "x axes", "y")], IMAGE, "y", {"axes": NO_AXES}),
    "axes of an unsqueeze": graph([node("Unsqueeze", "x axes", "y")], IMAGE, "y", {"axes": NO_AXES}),
    "part of a shape": graph(
        [node("Shape", "x", "rest", start=4), node("Concat", "rest new", "s", axis=0), node("Reshape", "x s", "y")],
        IMAGE,
        "y",
        {"new": integers(2, 16)},
    ),
    "operand of a concatenation": graph(
        [node("Concat", "x e", "y", axis=2)], IMAGE, "y", {"e": np.zeros((1, 2, 0, 4), np.float32)}
    ),
    "constant output": graph([node("Relu", "x", "y"), node("Identity", "e", "z")], IMAGE, "y z", {"e": EMPTY}),
    "slice": graph(
        [node("Relu", "x", "y"), node("Slice", "x begin end", "z")],
        IMAGE,
        "y z",
        {"begin": integers(0, 1), "end": integers(1, 1)},
    ),
    "one part of two": graph([node("Split", "x sizes", "y z", axis=2)], IMAGE, "y z", {"sizes": integers(4, 0)}),
    "product": graph([node("MatMul", "x e", "y")], {"x": (2, 3)}, "y", {"e": np.zeros((3, 0), np.float32)}),
    "product of what is empty": graph(
        [node("Slice", "x none none", "e"), node("MatMul", "e w", "p"), node("Concat", "p x", "y", axis=0)],
        {"x": (2, 3)},
        "y",
        {"none": integers(0), "w": random(3, 3)},
    ),
    "sum of nothing": graph(
        [node("Slice", "x none none", "e"), node("ReduceSum", "e", "s", keepdims=0), node("Add", "x s", "y")],
        {"x": (2, 3)},
        "y",
        {"none": integers(0)},
    ),
    "repeated no times": graph([node("Tile", "x times", "y")], {"x": (2, 3)}, "y", {"times": integers(0, 2)}),
    "broadcast": graph([node("Mul", "x e", "y")], {"x": (2, 1)}, "y", {"e": EMPTY}),
    "single number": graph(
        [node("ConstantOfShape", "s", "c"), node("Add", "x c", "p"), node("Mul", "p k", "y")],
        {"x": (2, 3)},
        "y",
        {"s": NO_AXES, "k": number(2)},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", FILES[name])
    network = check_file(path)
    inputs = random_inputs(network)
    ours = computed(network, machine(nram=4096, wram=4096), inputs)
    expected = run_file(path, inputs)
    assert difference({output: ours[output] for output in network.outputs}, expected) < 1e-5
