"""Operators that onnxruntime makes of several: layers with activations, products, sums before activations."""

from collections.abc import Iterator

from dlpsim.networks.onnx_file.expansions.expansion import Call, Expansion, number
from dlpsim.networks.operators.operator import Unfit

WINDOWS = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")

_PARAMETERS = {"LeakyRelu": (0.01,), "HardSigmoid": (0.2, 0.5), "Elu": (1.0,), "ThresholdedRelu": (1.0,)}
"""The numbers of activations that have some, alpha and beta in this order, with ONNX's defaults."""


def activated(call: Call, x: str, y: str) -> Iterator[str]:
    """Yield what makes y of x by the activation that the node's attributes name, if any."""
    op = str(call.attribute("activation", ""))
    given = call.attribute("activation_params", ())
    numbers = [float(item) for item in given] if isinstance(given, tuple) else []
    if not op:
        yield f"{y} = Identity ({x})"
    elif op == "Clip":
        yield number("low", numbers[0] if numbers else call.number("activation_min", -3.4e38), x)
        yield number("high", numbers[1] if numbers else call.number("activation_max", 3.4e38), x)
        yield f"{y} = Clip ({x}, low, high)"
    elif op in _PARAMETERS:
        names = ("activation_alpha", "activation_beta")
        defaults = [call.number(*pair) for pair in zip(names, _PARAMETERS[op], strict=False)]
        values = [*numbers, *defaults[len(numbers) :]][: len(defaults)]
        shown = ", ".join(f"{name} = {value!r}" for name, value in zip(("alpha", "beta"), values, strict=False))
        yield f"{y} = {op} <{shown}> ({x})"
    elif op in {"Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "HardSwish"}:
        yield f"{y} = {op} ({x})"
    else:
        raise Unfit(f"attribute activation is '{op}', which is not supported")


def _convolution(call: Call) -> Iterator[str]:
    bias = ", b" if call.has(2) else ""
    yield f"u = Conv {call.passed(*WINDOWS)} (x, w{bias})"
    yield "v = Add (u, z)" if call.has(3) else "v = Identity (u)"
    yield from activated(call, "v", "y")


def _gemm(call: Call) -> Iterator[str]:
    bias = ", c" if call.has(2) else ""
    yield f"u = Gemm {call.passed('alpha', 'beta', 'transA', 'transB')} (a, b{bias})"
    yield from activated(call, "u", "y")


def _product(call: Call) -> Iterator[str]:
    for name, place in (("a", 0), ("b", 1)):
        order = _order(len(call.shape(place)), call, name.upper())
        perm = ", ".join(map(str, order))
        yield f"{name}_ = Transpose <perm = [{perm}]> ({name})" if order else f"{name}_ = Identity ({name})"
    yield "u = MatMul (a_, b_)"
    alpha = call.number("alpha", 1.0)
    yield number("alpha", alpha, "u")
    yield "v = Mul (u, alpha)" if alpha != 1 else "v = Identity (u)"
    yield from activated(call, "v", "y")


def _order(rank: int, call: Call, side: str) -> list[int]:
    """Return how the axes of an operand are turned; nothing for not at all."""
    order = list(range(rank))
    if call.integer(f"transBatch{side}", 0) and rank > 2:
        order = [*order[1 : rank - 1], 0, rank - 1]  # the batch's axes and the rows change places
    if call.integer(f"trans{side}", 0) and rank > 1:
        order[-2:] = order[:-3:-1]
    return [] if order == sorted(order) else order


def _gelu(call: Call) -> Iterator[str]:
    yield "y = Gelu (x)"


def _fast_gelu(call: Call) -> Iterator[str]:
    yield "u = Add (x, b)" if call.has(1) else "u = Identity (x)"
    yield 'y = Gelu <approximate = "tanh"> (u)'


def _bias_gelu(call: Call) -> Iterator[str]:
    yield "u = Add (x, b)"
    yield "y = Gelu (u)"


def _quick_gelu(call: Call) -> Iterator[str]:
    yield number("alpha", call.number("alpha", 1.702), "x")
    yield "u = Mul (x, alpha)"
    yield "v = Sigmoid (u)"
    yield "y = Mul (x, v)"


def _triangle(call: Call) -> Iterator[str]:
    yield f"y = Trilu {call.passed('upper')} (x{', k' if call.has(1) else ''})"


FUSED = {
    "FusedConv": Expansion("x, w, b, z", "y", _convolution),
    "FusedGemm": Expansion("a, b, c", "y", _gemm),
    "FusedMatMul": Expansion("a, b", "y", _product),
    "FusedMatMulActivation": Expansion("a, b", "y", _product),
    "TransposeMatMul": Expansion("a, b", "y", _product),
    "Gelu": Expansion("x", "y", _gelu),
    "FastGelu": Expansion("x, b", "y", _fast_gelu),
    "BiasGelu": Expansion("x, b", "y", _bias_gelu),
    "QuickGelu": Expansion("x", "y", _quick_gelu),
    "Trilu": Expansion("x, k", "y", _triangle),
}
"""Operators of com.microsoft."""
