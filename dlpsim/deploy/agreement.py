"""Whether a compiled network computes what an independent runtime does. Importing this imports NumPy."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from dlpsim.deploy.deployment import Deployment
from dlpsim.networks.double import has_doubles, in_f32
from dlpsim.networks.evaluate import evaluate
from dlpsim.networks.network import Network
from dlpsim.networks.value import NUMPY
from dlpsim.verification import ALLOWED, Comparison
from isa.errors import DlpsimError
from isa.expected import relative_error

Arrays = Mapping[str, NDArray[Any]]


def agreement(deployment: Deployment, inputs: Arrays, tensors: Arrays) -> tuple[Comparison, ...]:
    """Compare each value of the network that is in DRAM after a run, `tensors`, with what onnxruntime gives.

    `inputs` are those of the network, by name. Values that layers pass on without storing them are not there. A network
    with numbers of f16 is allowed what is allowed for these: the program computes in f32, onnxruntime rounds after each
    node.
    """
    network = deployment.compiled.network
    computed = {name for node in network.nodes for name in node.outputs if name}
    found = {name: array for name, array in deployment.compiled.values(tensors).items() if name in computed}
    references = _references(network, inputs, list(found))
    allowed = ALLOWED["f16" if any(value.dtype == "f16" for value in network.values.values()) else "f32"]
    return tuple(Comparison(name, relative_error(array, references[name]), allowed) for name, array in found.items())


def _references(network: Network, inputs: Arrays, names: list[str]) -> dict[str, NDArray[Any]]:
    """Return what onnxruntime gives; in f32 where it cannot compute a network in f64."""
    try:
        return evaluate(network, inputs, names)
    except DlpsimError:
        if not has_doubles(network):
            raise
    narrow = in_f32(network)
    return evaluate(narrow, {name: inputs[name].astype(NUMPY[narrow.values[name].dtype]) for name in inputs}, names)
