"""Comparing what networks compute, and what files do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.networks.onnx_file.importer import load_onnx

Arrays = Mapping[str, NDArray[Any]]


def difference(ours: Arrays, theirs: Arrays) -> float:
    """Return the largest max |a - b| ÷ max |b| of the arrays that both have; there must be some, of equal shapes."""
    both = ours.keys() & theirs.keys()
    assert both
    return max(_difference(ours[name], theirs[name]) for name in both)


def _difference(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    if not theirs.size:
        return 0.0
    scale = float(np.abs(theirs.astype(np.float64)).max())
    return float(np.abs(ours.astype(np.float64) - theirs.astype(np.float64)).max()) / (scale or 1.0)


def run_file(path: Path, inputs: Arrays) -> dict[str, NDArray[Any]]:
    """Return what onnxruntime computes from a file, as it is."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    taken = {entry.name for entry in session.get_inputs()}
    return dict(zip(names, session.run(names, {key: inputs[key] for key in inputs if key in taken}), strict=True))


def check_file(path: Path, limit: float = 1e-5) -> Network:
    """Load a file, and check that the network and its lowered form compute what onnxruntime does from the file."""
    network = load_onnx(path)
    inputs = random_inputs(network)
    expected = run_file(path, inputs)
    assert difference(evaluate(network, inputs, network.outputs), expected) <= limit
    assert difference(evaluate(lowered(network), inputs, network.outputs), expected) <= limit
    return network
