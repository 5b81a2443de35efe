"""Executes a network by onnxruntime, which knows nothing of this project. Importing this module imports NumPy."""

from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlpsim.networks.indexed import sizes_indexed
from dlpsim.networks.needed import needed
from dlpsim.networks.network import Network
from dlpsim.networks.operators.recurrent import GATES, LENGTHS, X
from dlpsim.networks.to_onnx import to_onnx
from dlpsim.networks.value import NUMPY, Value
from isa.errors import DlpsimError, nearest

_BYTES = {"u8": (0, 256), "i8": (-128, 128)}

Arrays = Mapping[str, NDArray[Any]]


def evaluate(network: Network, inputs: Arrays, outputs: Iterable[str] | None = None) -> dict[str, NDArray[Any]]:
    """Return `outputs`, or every value that a node computes, by name. Weights are taken as they are, without a copy.

    Raises DlpsimError where inputs do not fit or onnxruntime refuses the model.
    """
    wanted = [name for node in network.nodes for name in node.outputs if name] if outputs is None else list(outputs)
    feeds = checked_inputs(network, inputs)
    given = {name: feeds[name] for name in wanted if name in feeds}
    computed = [name for name in wanted if name not in feeds]
    if not computed:
        return given
    arrays = {name: np.ascontiguousarray(weight.array()) for name, weight in network.weights.items()}
    shaped = {name: array.reshape(network.weights[name].shape) for name, array in arrays.items()}
    model = to_onnx(network, weights_are_inputs=True, outputs=computed)
    return given | _run(network.name, model.SerializeToString(), {**feeds, **shaped}, computed)


def evaluate_file(path: Path, inputs: Arrays) -> dict[str, NDArray[Any]]:
    """Return the outputs of an ONNX file, as onnxruntime computes them from the file itself.

    Raises DlpsimError where it refuses the file.
    """
    return _run(str(path), str(path), inputs)


def _run(name: str, model: str | bytes, feeds: Arrays, outputs: list[str] | None = None) -> dict[str, NDArray[Any]]:
    """Return some of the values of a model, or all of its outputs, from the inputs that it takes."""
    runtime = needed("onnxruntime", "to execute a network")
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    try:
        session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        names = outputs or [output.name for output in session.get_outputs()]
        taken = {entry.name for entry in session.get_inputs()}
        results = session.run(names, {name: array for name, array in feeds.items() if name in taken})
    except Exception as error:  # onnxruntime raises what its C++ part threw, each kind as a class of its own
        raise DlpsimError(f"{name}: onnxruntime cannot execute it: {error}") from None
    return dict(zip(names, results, strict=True))


def checked_inputs(network: Network, inputs: Arrays, source: str = "") -> dict[str, NDArray[Any]]:
    """Return the inputs of the network, each of the right shape and type, and none that it has not.

    Raises DlpsimError with all that is wrong in `source`, the file that they come from if they come from one.
    """
    source = source or network.name
    problems = [f"{source}: input '{name}' is missing" for name in network.inputs if name not in inputs]
    for name in network.inputs:
        value, array = network.values[name], inputs.get(name)
        if array is not None and (array.shape, array.dtype) != (value.shape, np.dtype(NUMPY[value.dtype])):
            given = f"{'×'.join(map(str, array.shape)) or 'one number'} {array.dtype}"
            problems.append(f"{source}: input '{name}' is {given}, expected {str(value).partition(': ')[2]}")
    problems += [
        f"{source}: there is no input '{name}'\n    hint: {nearest(name, network.inputs) or _listed(network)}"
        for name in inputs
        if name not in network.inputs
    ]
    if problems:
        raise DlpsimError(problems)
    return {name: inputs[name] for name in network.inputs}


def _listed(network: Network) -> str:
    return f"the inputs are {', '.join(network.inputs)}" if network.inputs else "the network has no inputs"


def random_inputs(network: Network, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Return seeded random inputs: normal numbers, or integers that are valid indices where they are used as such.

    Others are 0 or 1; those of a byte, which are steps of quantized numbers, have its whole range.
    """
    generator = np.random.default_rng(seed)
    return {name: _random(network, network.values[name], generator) for name in network.inputs}


def _steps_counted(network: Network, name: str) -> int:
    """Return the steps of a recurrent layer whose sequences have lengths `name`; 0 if there is none."""
    for node in network.consumers[name]:
        if node.op == "Cast":
            return _steps_counted(network, node.outputs[0])
        if node.op in GATES and len(node.inputs) > LENGTHS and node.inputs[LENGTHS] == name:
            return network.operand(node.inputs[X]).shape[1 if node.attributes["layout"] == 1 else 0]
    return 0


def _random(network: Network, value: Value, generator: np.random.Generator) -> NDArray[Any]:
    if value.is_float:
        drawn: NDArray[Any] = generator.standard_normal(value.shape, dtype=np.float32)
    else:
        sizes = sizes_indexed(network, value.name)
        low, high = _BYTES.get(value.dtype, (0, 2)) if not sizes else (0, min(sizes))
        if steps := _steps_counted(network, value.name):
            low, high = 1, steps + 1
        drawn = generator.integers(low, high, prod(value.shape)).reshape(value.shape)
    return drawn.astype(NUMPY[value.dtype])
