"""Loads an ONNX file as a network."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlpsim.networks.network import Network
from dlpsim.networks.onnx_file.dimensions import Dimensions
from dlpsim.networks.onnx_file.draft import Draft
from dlpsim.networks.onnx_file.parameters import trained
from dlpsim.networks.onnx_file.reader import opset_of, read_model
from dlpsim.networks.onnx_file.tensors import weight_of
from dlpsim.networks.onnx_file.translate import translate
from dlpsim.networks.operators.operator import Unfit
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
    draft = Draft(opset_of(model), path.parent)
    inputs = _take_inputs(model.graph, draft, dimensions or {})
    if not draft.problems:
        translate(model.graph.node, draft, outputs)
        draft.problems += _missing(outputs, draft)
    problems = [f"{path}: {message}" for message in draft.messages()]
    if problems:
        raise DlpsimError(problems)
    return _network(path.stem, inputs, outputs, draft)


def _take_inputs(graph: "GraphProto", draft: Draft, given: Mapping[str, int]) -> list[str]:
    """Add inputs and weights to the draft; return the names of those inputs that are no weights."""
    for tensor in graph.initializer:
        try:
            draft.constants[tensor.name] = weight_of(tensor, draft.folder)
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


def _missing(outputs: list[str], draft: Draft) -> Iterator[str]:
    for name in outputs:
        if not draft.is_known(name) and name not in draft.unknown:
            yield f"output '{name}' is made by no node"


def _network(name: str, inputs: list[str], outputs: list[str], draft: Draft) -> Network:
    """Return the network of what the outputs need; an output that only renames something gets a node of its own."""
    for output in outputs:
        target = draft.resolve(output)
        if target != output:
            del draft.aliases[output]
            draft.add("Identity", [target], [output], output)
        elif output in draft.constants:
            constant = draft.fresh(f"{output}/constant")
            draft.constants[constant] = draft.constants.pop(output)
            draft.add("Identity", [constant], [output], output)
    needed = set(outputs)
    nodes = []
    for node in reversed(draft.nodes):
        if needed & set(node.outputs):
            nodes.append(node)
            needed.update(node.inputs)
    nodes.reverse()
    made = {result for node in nodes for result in node.outputs if result}
    values = {key: value for key, value in draft.values.items() if key in made or key in inputs}
    weights = {key: weight for key, weight in draft.constants.items() if key in needed}
    parameters = trained(nodes, weights)
    marked = {key: replace(weight, is_trained=key in parameters) for key, weight in weights.items()}
    return Network(name, tuple(inputs), tuple(dict.fromkeys(outputs)), tuple(nodes), values, marked)
