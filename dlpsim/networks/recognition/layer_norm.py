"""Layer normalization spelled out, as frameworks without an operator for it export it."""

from dataclasses import dataclass

from dlpsim.networks.network import Network
from dlpsim.networks.recognition.pattern import Any_, Constant, Match, Pattern, either, match, step

X, SCALE, BIAS = Any_("x"), Any_("scale"), Any_("bias")

_MEAN = step("ReduceMean", X, name="mean")
_LESS = step("Sub", X, _MEAN)
_SQUARE = either(step("Pow", _LESS, Constant(2.0)), step("Mul", _LESS, _LESS))
_VARIANCE = step("ReduceMean", _SQUARE, name="variance")
_DEVIATION = step("Sqrt", step("Add", _VARIANCE, Constant(name="epsilon")))
_BY = either(step("Reciprocal", _DEVIATION), step("Div", Constant(1.0), _DEVIATION))

NORMALIZED: Pattern = either(step("Div", _LESS, _DEVIATION), step("Mul", _LESS, _BY))
SCALED: Pattern = either(step("Mul", NORMALIZED, SCALE), step("Mul", _LESS, step("Mul", _BY, SCALE)))
_FACTOR = step("Mul", _BY, SCALE)
SHIFTED: Pattern = either(
    step("Add", SCALED, BIAS),
    step("Add", step("Mul", X, _FACTOR), step("Sub", BIAS, step("Mul", _MEAN, _FACTOR))),
)


@dataclass(frozen=True)
class LayerNorm:
    """A layer normalization: operand, scale and bias ("" for none), first axis, epsilon."""

    x: str
    scale: str
    bias: str
    axis: int
    epsilon: float


def layer_norm(network: Network, value: str) -> LayerNorm | None:
    """Return which layer normalization computes a value, the most complete one; None for none."""
    for pattern in (SHIFTED, SCALED, NORMALIZED):
        for found in match(network, value, pattern):
            complete = _complete(network, found)
            if complete:
                return complete
    return None


def _complete(network: Network, found: Match) -> LayerNorm | None:
    """Return the normalization if it is over the last axes, and scale and bias have their shape."""
    shape = network.operand(found.values["x"]).shape
    axes = found.attribute("mean", "axes")
    keeps = found.attribute("mean", "keepdims"), found.attribute("variance", "keepdims")
    if axes != found.attribute("variance", "axes") or keeps != (1, 1) or not isinstance(axes, tuple) or not axes:
        return None
    axis = int(axes[0])
    operands = [found.values.get(name, "") for name in ("scale", "bias")]
    fits = all(network.operand(name).shape == shape[axis:] for name in operands if name)
    if axes != tuple(range(axis, len(shape))) or not fits or not set(operands) <= {*network.weights, ""}:
        return None
    return LayerNorm(found.values["x"], operands[0], operands[1], axis, found.numbers["epsilon"])
