"""Networks of f64, as what computes in f32 has them."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from dlpsim.networks.weight import Computed, Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 2.0**128 - 2.0**104
"""The largest number of f32."""


def has_doubles(network: Network) -> bool:
    """Whether there is any f64."""
    kinds = {value.dtype for value in network.values.values()} | {one.dtype for one in network.weights.values()}
    return "f64" in kinds


def in_f32(network: Network) -> Network:
    """Return the network with every f64 an f32."""
    values = {name: replace(value, dtype=_narrow(value.dtype)) for name, value in network.values.items()}
    weights = {
        name: replace(within_f32(weight), dtype=_narrow(weight.dtype)) for name, weight in network.weights.items()
    }
    return replace(network, nodes=tuple(map(_to_f32, network.nodes)), values=values, weights=weights)


def within_f32(weight: Weight) -> Weight:
    """Return a weight whose finite numbers are within the range of f32; those beyond become the largest there is."""
    return replace(weight, source=Computed(partial(_limited, weight))) if weight.dtype == "f64" else weight


def _narrow(dtype: str) -> str:
    return "f32" if dtype == "f64" else dtype


def _to_f32(node: Node) -> Node:
    is_cast = node.op == "Cast" and node.attributes["to"] == "f64"
    return replace(node, attributes={**node.attributes, "to": "f32"}) if is_cast else node


def limited(array: "NDArray[Any]") -> "NDArray[Any]":
    """Return numbers of f64 with the finite ones within the range of f32, others as they are."""
    import numpy as np  # noqa: PLC0415

    if array.dtype != np.float64:
        return array
    within: NDArray[Any] = np.where(np.isfinite(array), np.clip(array, -LARGEST, LARGEST), array)
    return within


def _limited(weight: Weight) -> "NDArray[Any]":
    return limited(weight.array())
