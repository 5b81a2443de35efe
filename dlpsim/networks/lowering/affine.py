"""Nodes that multiply each channel by a number and add a number to it, in whatever spelling."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from dlpsim.networks.weight import Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = Callable[[], NDArray[Any]]


@dataclass(frozen=True)
class Affine:
    """x × scale + shift for every channel (axis 1); None for a scale of 1, a shift of 0.

    Scale and shift are computed in double precision when they are asked for. `is_uniform`: all channels have the same.
    """

    x: str
    channels: int
    dtype: str
    scale: "Numbers | None" = None
    shift: "Numbers | None" = None
    is_uniform: bool = False

    def weights(self, draft: Draft, name: str) -> tuple[str, str]:
        """Add scale and shift to a draft as weights; return their names."""
        shape = (self.channels,)
        scale = self.scale or partial(_same, self.channels, 1.0)
        shift = self.shift or partial(_same, self.channels, 0.0)
        return (
            draft.compute(f"{name}/scale", shape, scale, self.dtype),
            draft.compute(f"{name}/shift", shape, shift, self.dtype),
        )


def affine_of(network: Network, node: Node) -> Affine | None:
    """Return what a node does to each channel, None if it does anything else."""
    if node.op in {"BatchNormalization", "ScaleShift"}:
        return _of_normalization(network, node)
    if node.op in {"Mul", "Add", "Div", "Sub"}:
        return _of_arithmetic(network, node)
    return None


def is_scale_of_shift(network: Network, node: Node, affine: Affine) -> bool:
    """Whether a node only scales, and all that takes its result only shifts it: together they are one operation."""
    if affine.scale is None or affine.shift is not None or node.outputs[0] in network.outputs:
        return False
    takers = network.consumers[node.outputs[0]]
    following = affine_of(network, takers[0]) if len(takers) == 1 else None
    if following is None or following.shift is None:
        return False
    return not (affine.is_uniform and following.is_uniform)


def _of_normalization(network: Network, node: Node) -> Affine | None:
    x, *names = node.inputs
    weights = [network.weights.get(name) for name in names]
    there = [weight for weight in weights if weight is not None]
    if len(there) < len(weights):
        return None
    value = network.operand(x)
    scale: Numbers
    shift: Numbers
    if node.op == "ScaleShift":
        scale, shift = partial(_numbers, there[0]), partial(_numbers, there[1])
    else:
        epsilon = node.attributes["epsilon"]
        assert isinstance(epsilon, float)
        scale = partial(_normalized_scale, there[0], there[3], epsilon)
        shift = partial(_normalized_shift, there, epsilon)
    return Affine(x, value.shape[1], value.dtype, scale, shift)


def _of_arithmetic(network: Network, node: Node) -> Affine | None:
    """Return the function if one operand is constant with one number for each channel, or for all."""
    first, second = node.inputs
    is_swapped = first in network.weights
    x, weight = (second, network.weights[first]) if is_swapped else (first, network.weights.get(second))
    if weight is None or x in network.weights or (is_swapped and node.op == "Div"):
        return None
    value = network.operand(x)
    if not value.is_float or len(value.shape) < 2 or network.results(node)[0].shape != value.shape:
        return None
    if not _is_by_channel(weight.shape, value.shape):
        return None
    channels = value.shape[1]
    numbers = partial(_spread, weight, channels)
    scale, shift = _SPELLINGS[node.op, is_swapped and node.op == "Sub"](numbers, channels)
    return Affine(x, channels, value.dtype, scale, shift, is_uniform=weight.size < channels)


_SPELLINGS: "Mapping[tuple[str, bool], Callable[[Numbers, int], tuple[Numbers | None, Numbers | None]]]" = {
    ("Mul", False): lambda numbers, _: (numbers, None),
    ("Div", False): lambda numbers, _: (partial(_inverse, numbers), None),
    ("Add", False): lambda numbers, _: (None, numbers),
    ("Sub", False): lambda numbers, _: (None, partial(_negative, numbers)),
    ("Sub", True): lambda numbers, channels: (partial(_same, channels, -1.0), numbers),
}
"""Scale and shift of each spelling; true stands for a constant that comes first."""


def _is_by_channel(shape: tuple[int, ...], of: tuple[int, ...]) -> bool:
    """Whether a shape that broadcasts to `of` has sizes other than 1 only at axis 1."""
    wide = (1,) * (len(of) - len(shape)) + shape
    return all(size == 1 for axis, size in enumerate(wide) if axis != 1)


def _numbers(weight: Weight) -> "NDArray[Any]":
    return weight.array().astype("float64")


def _spread(weight: Weight, channels: int) -> "NDArray[Any]":
    """Return one number for each channel."""
    import numpy as np  # noqa: PLC0415

    return np.broadcast_to(_numbers(weight).reshape(-1), (channels,))


def _same(channels: int, number: float) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.full(channels, number)


def _negative(numbers: "Numbers") -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    negative: NDArray[Any] = np.negative(numbers())
    return negative


def _inverse(numbers: "Numbers") -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    inverse: NDArray[Any] = np.reciprocal(numbers())
    return inverse


def _normalized_scale(scale: Weight, variance: Weight, epsilon: float) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    root: NDArray[Any] = np.sqrt(_numbers(variance) + epsilon)
    result: NDArray[Any] = _numbers(scale) / root
    return result


def _normalized_shift(weights: list[Weight], epsilon: float) -> "NDArray[Any]":
    """Return bias - mean × scale."""
    scale, bias, mean, variance = weights
    shift: NDArray[Any] = _numbers(bias) - _numbers(mean) * _normalized_scale(scale, variance, epsilon)
    return shift
