"""Loads an ONNX file as a network."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlpsim.networks.indexed import indices_beyond
from dlpsim.networks.network import Network
from dlpsim.networks.onnx_file.dimensions import Dimensions
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.parameters import trained
from dlpsim.networks.onnx_file.reader import opset_of, read_model
from dlpsim.networks.onnx_file.tensors import weight_of
from dlpsim.networks.onnx_file.translate import OTHERS, translate
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.recognition.recognize import recognized
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from onnx import GraphProto


def load_onnx(path: Path, dimensions: Mapping[str, int] | None = None) -> Network:
    """Return the network in a file, with free dimensions set by name or as `INPUT.AXIS`; a free batch is 1.

    Constants are folded, and what training needs is left out. Raises DlpsimError with all that is wrong, each message
    with file and node or tensor.
    """
    model = read_model(path)
    outputs = [info.name for info in model.graph.output]
    functions = {(function.domain, function.name): function for function in model.functions}
    draft = FileDraft(opset=opset_of(model), folder=path.parent, functions=functions)
    inputs = _take_inputs(model.graph, draft, dimensions or {})
    if not draft.problems:
        translate(model.graph.node, draft, outputs)
        draft.problems += _missing(outputs, draft)
    problems = [f"{path}: {message}" for message in draft.messages(OTHERS)]
    if problems:
        raise DlpsimError(problems)
    network = draft.network(path.stem, inputs, outputs)
    beyond = [f"{path}: {message}" for message in indices_beyond(network)]
    if beyond:
        raise DlpsimError(beyond)
    parameters = trained(network.nodes, network.weights) - draft.helpers
    marked = {name: replace(weight, is_trained=name in parameters) for name, weight in network.weights.items()}
    return recognized(replace(network, weights=marked))


def problems_of_dimensions(path: Path, dimensions: Mapping[str, int]) -> list[str]:
    """Say which free dimensions of the network in a file are not set, and which of those set it does not have.

    Raises DlpsimError if the file cannot be read or is no ONNX model.
    """
    graph = read_model(path).graph
    weights = {tensor.name for tensor in graph.initializer}
    found = Dimensions(dimensions)
    for info in graph.input:
        if info.name not in weights:
            found.value(info)
    return [f"{path}: {message}" for message in found.problems()]


def _take_inputs(graph: "GraphProto", draft: FileDraft, given: Mapping[str, int]) -> list[str]:
    """Add inputs and weights to the draft; return the names of those inputs that are no weights."""
    for tensor in graph.initializer:
        try:
            draft.weights[tensor.name] = weight_of(tensor, draft.folder)
        except Unfit as problem:
            draft.problems.append(f"tensor '{tensor.name}': {problem}")
    draft.problems += [
        f"tensor '{tensor.values.name}' is sparse, which is not supported" for tensor in graph.sparse_initializer
    ]
    weights = {tensor.name for tensor in graph.initializer}
    dimensions = Dimensions(given)
    names = []
    for info in graph.input:
        if info.name in weights:
            continue
        value = dimensions.value(info)
        if value is not None:
            draft.values[info.name] = value
            names.append(info.name)
    draft.problems += dimensions.problems()
    return names


def _missing(outputs: list[str], draft: FileDraft) -> Iterator[str]:
    for name in outputs:
        if name in draft.sequences:
            yield f"output '{name}' is a sequence of tensors, which is not supported"
        elif not draft.is_known(name) and name not in draft.unknown:
            yield f"output '{name}' is made by no node"
