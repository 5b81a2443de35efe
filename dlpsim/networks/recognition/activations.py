"""Activations spelled out: gelu, hard sigmoid, hard swish."""

from math import pi, sqrt

from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute
from dlpsim.networks.recognition.pattern import Any_, Constant, Match, Pattern, either, match, step

X = Any_("x")


def _half(inner: Pattern) -> Pattern:
    """Return x × inner ÷ 2, whichever product comes first."""
    half = Constant(0.5)
    return either(
        step("Mul", step("Mul", X, inner), half),
        step("Mul", X, step("Mul", inner, half)),
        step("Mul", step("Mul", X, half), inner),
        step("Mul", step("Div", X, Constant(2.0)), inner),
        step("Div", step("Mul", X, inner), Constant(2.0)),
    )


_CUBE = either(step("Pow", X, Constant(3.0)), step("Mul", X, step("Mul", X, X)), step("Mul", step("Mul", X, X), X))
_ERF = step("Erf", either(step("Div", X, Constant(sqrt(2))), step("Mul", X, Constant(sqrt(0.5)))))
_TANH = step("Tanh", step("Mul", Constant(sqrt(2 / pi)), step("Add", X, step("Mul", Constant(0.044715), _CUBE))))

GELU = _half(step("Add", _ERF, Constant(1.0)))
"""x/2 × (1 + erf(x/√2))."""

GELU_TANH = _half(step("Add", _TANH, Constant(1.0)))
"""x/2 × (1 + tanh(√(2/π) × (x + 0.044715 x³)))."""

_SIXTH = step("Clip", step("Add", X, Constant(3.0)), name="clip")

HARD_SIGMOID = either(step("Div", _SIXTH, Constant(6.0)), step("Mul", _SIXTH, Constant(1 / 6)))
"""min(max(x + 3, 0), 6) ÷ 6."""

HARD_SWISH = either(
    step("Mul", X, HARD_SIGMOID),
    step("Div", step("Mul", X, _SIXTH), Constant(6.0)),
    step("Mul", step("Mul", X, _SIXTH), Constant(1 / 6)),
    step("Mul", X, step("HardSigmoid", X, name="sigmoid")),
)
"""x × the hard sigmoid of slope 1/6."""


def _is_six(found: Match) -> bool:
    """Whether what lies between 0 and 6, or the slope of a hard sigmoid, is so."""
    if "sigmoid" in found.nodes:
        alpha, beta = found.attribute("sigmoid", "alpha"), found.attribute("sigmoid", "beta")
        return isinstance(alpha, float) and abs(alpha - 1 / 6) < 1e-4 and beta == 0.5
    clip = found.nodes["clip"].attributes
    return (clip.get("min"), clip.get("max")) == (0.0, 6.0)


Found = tuple[str, str, dict[str, Attribute]]
"""Operator, operand and attributes of what is spelled out."""


def activation(network: Network, value: str) -> Found | None:
    """Return which activation computes a value, None for no known one."""
    for found in match(network, value, GELU):
        return "Gelu", found.values["x"], {"approximate": "none"}
    for found in match(network, value, GELU_TANH):
        return "Gelu", found.values["x"], {"approximate": "tanh"}
    for found in match(network, value, HARD_SWISH):
        if _is_six(found):
            return "HardSwish", found.values["x"], {}
    for found in match(network, value, HARD_SIGMOID):
        if _is_six(found):
            return "HardSigmoid", found.values["x"], {"alpha": 1 / 6, "beta": 0.5}
    return None
