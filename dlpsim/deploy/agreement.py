"""Whether a compiled network computes what an independent runtime does. Importing this imports NumPy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlpsim.deploy.deployment import Deployment
from dlpsim.networks.double import has_doubles, in_f32
from dlpsim.networks.evaluate import evaluate, evaluate_file
from dlpsim.networks.network import Network
from dlpsim.networks.value import NUMPY
from dlpsim.verification import ALLOWED, Comparison
from isa.errors import DlpsimError
from isa.expected import relative_error

Arrays = Mapping[str, NDArray[Any]]


HALF = "the program computes in f32, onnxruntime rounds to f16 after each node"
STEPS = "numbers are rounded to steps, and the nearest of two may be the other one"
LOWERED = "onnxruntime cannot execute the network as it is read: compared with its simpler operators"
UNREAD = "onnxruntime cannot execute the file itself: compared with the network as it is read"
STEPPED = 2e-2
"""The relative error that is allowed where numbers are rounded to steps: some land on the neighbouring step."""


def agreement(deployment: Deployment, inputs: Arrays, tensors: Arrays) -> tuple[Comparison, ...]:
    """Compare each value of the network that is in DRAM after a run, `tensors`, with what onnxruntime gives.

    That is what it gives for the network as it was read, before anything is simplified or compiled, and for its outputs
    what it gives for the file, if it was read from one. `inputs` are those of the network, by name. Values that layers
    pass on without storing them are not there. More than the usual error is allowed, and the reason stated, where there
    are numbers of f16, or numbers are rounded to steps, of which one may be the difference.
    """
    values = deployment.compiled.values(tensors)
    network, notes = deployment.network, list[str]()
    found = _of(network, values)
    try:
        references = _references(network, inputs, list(found))
    except DlpsimError:
        network, notes = deployment.compiled.network, [LOWERED]
        found = _of(network, values)
        references = _references(network, inputs, list(found))
    if deployment.file:
        try:
            own = evaluate_file(deployment.file, inputs)
            references |= {name: array for name, array in own.items() if name in found}
        except DlpsimError:
            notes.append(UNREAD)
    is_stepped = any(node.op == "Round" for node in deployment.network.nodes)
    is_half = any(value.dtype == "f16" for value in network.values.values())
    allowed = max(ALLOWED["f16" if is_half else "f32"], STEPPED if is_stepped else 0.0)
    reasons = [HALF] * is_half + [STEPS] * is_stepped + notes
    return tuple(
        Comparison(
            name,
            relative_error(array, references[name]),
            max(allowed, _step(references[name]) if is_stepped else 0.0),
            "; ".join(reasons),
        )
        for name, array in found.items()
    )


def _of(network: Network, values: Arrays) -> dict[str, NDArray[Any]]:
    """Return those of some values that nodes of a network compute, in the same shape."""
    shapes = {name: network.values[name].shape for node in network.nodes for name in node.outputs if name}
    return {name: array for name, array in values.items() if shapes.get(name) == array.shape}


def _step(reference: NDArray[Any]) -> float:
    """Return what one step of whole numbers is of the largest, 0 where numbers are not whole."""
    wide = reference.astype(np.float64)
    largest = float(np.abs(wide).max(initial=0.0))
    return 1 / largest if largest and np.array_equal(wide, np.rint(wide)) else 0.0


def _references(network: Network, inputs: Arrays, names: list[str]) -> dict[str, NDArray[Any]]:
    """Return what onnxruntime gives; in f32 where it cannot compute a network in f64."""
    try:
        return evaluate(network, _typed(network, inputs), names)
    except DlpsimError:
        if not has_doubles(network):
            raise
    narrow = in_f32(network)
    return evaluate(narrow, _typed(narrow, inputs), names)


def _typed(network: Network, inputs: Arrays) -> Arrays:
    """Return inputs as the network has them, which may be as wider numbers."""
    return {name: inputs[name].astype(NUMPY[network.values[name].dtype], copy=False) for name in network.inputs}
