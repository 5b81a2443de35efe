"""Operators of quantized networks: whole numbers become f32, are computed with exactly, and are rounded to steps again.

A step is divided by, rounded to the nearest (the even one of two), shifted by the zero point and limited to what its
type holds, in the order and precision of onnxruntime. Sums of products are exact up to 2^24.
"""

from collections.abc import Iterable, Iterator
from math import prod

from dlpsim.networks.onnx_file.expansions.expansion import NUMBERS, Call, Expansion, integers, number
from dlpsim.networks.onnx_file.tensors import Widened
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of

LIMITS = {"u8": (0, 255), "i8": (-128, 127), "u16": (0, 65_535), "i16": (-32_768, 32_767)}
"""The least and the greatest number of each type that is quantized to."""

F32 = NUMBERS["f32"]


def _quantize(call: Call) -> Iterator[str]:
    """Limit before rounding where one zero point is known: what is within limits is rounded in fewer operations."""
    dtype = _target(call)
    low, high = LIMITS[dtype]
    zero = _only(call, 2)
    yield f"xf = Cast <to = {F32}> (x)"
    yield from _aligned(call, 1, "s")
    yield "divided = Div (xf, s_)" if not _is_all(call, 1, 1) else "divided = Identity (xf)"
    yield number("low", float(low - (zero or 0)))
    yield number("high", float(high - (zero or 0)))
    if zero is None:
        yield "rounded = Round (divided)"
        yield from _aligned(call, 2, "z")
        yield "shifted = Add (rounded, z_)"
        yield "whole = Clip (shifted, low, high)"
    else:
        yield "limited = Clip (divided, low, high)"
        yield "rounded = Round (limited)"
        yield number("zero", float(zero))
        yield "whole = Add (rounded, zero)" if zero else "whole = Identity (rounded)"
    yield f"y = Cast <to = {NUMBERS[dtype]}> (whole)"


def _only(call: Call, index: int) -> int | None:
    """Return the one number that all of an operand is, 0 if it is not there; None if it is not known, or several."""
    array = call.array(index)
    if not call.has(index):
        return 0
    return int(array.flat[0]) if array is not None and array.size and (array == array.flat[0]).all() else None


def _target(call: Call) -> str:
    """Return the type that a node quantizes to."""
    asked = call.integer("output_dtype", 0)
    name = call.node.input[2] if call.has(2) else ""
    weight = call.draft.weights.get(call.draft.resolve(name))
    if weight is not None and isinstance(weight.source, Widened):
        raise Unfit(f"it quantizes to {weight.source.kind}; supported are {', '.join(LIMITS)}")
    known = {value: key for key, value in NUMBERS.items()}
    dtype = call.dtype(2) if name else known.get(asked, f"type {asked}") if asked else "u8"
    if dtype not in LIMITS:
        raise Unfit(f"it quantizes to {dtype}; supported are {', '.join(LIMITS)}")
    if call.integer("block_size", 0):
        raise Unfit("block_size is not 0, which is supported for constants only")
    return dtype


def _dequantize(call: Call) -> Iterator[str]:
    if call.integer("block_size", 0):
        raise Unfit("block_size is not 0, which is supported for constants only")
    yield f"xf = Cast <to = {F32}> (x)"
    if call.has(2) and not _is_all(call, 2, 0):
        yield from _aligned(call, 2, "z")
        yield "less = Sub (xf, z_)"
    else:
        yield "less = Identity (xf)"
    yield from _aligned(call, 1, "s")
    yield "product = Mul (less, s_)" if not _is_all(call, 1, 1) else "product = Identity (less)"
    yield f"y = Cast <to = {call.integer('output_dtype', 0) or NUMBERS[call.dtype(1)]}> (product)"


def _is_all(call: Call, index: int, value: float) -> bool:
    """Whether all of a constant operand is one number."""
    array = call.array(index)
    return array is not None and bool((array == value).all())


def _aligned(call: Call, index: int, name: str) -> Iterator[str]:
    """Yield what makes `name`_ of an operand: f32, along its axis of x."""
    shape, of = call.shape(index), call.shape(0)
    yield f"{name}f = Cast <to = {F32}> ({name})"
    if prod(shape) == 1:
        yield integers(f"{name}_shape", 1)
        yield f"{name}_ = Reshape ({name}f, {name}_shape)" if of else f"{name}_ = Squeeze ({name}f)"
        return
    axis = axis_of(call.integer("axis", 1), len(of))
    if shape != (of[axis],):
        raise Unfit(
            f"operand {index} has {prod(shape)} numbers, expected one, or {of[axis]} for those along axis {axis}"
        )
    yield integers(f"{name}_shape", *(size if place == axis else 1 for place, size in enumerate(of)))
    yield f"{name}_ = Reshape ({name}f, {name}_shape)"


def less_zero(call: Call, name: str, place: int, zero_place: int, along: str = "") -> Iterator[str]:
    """Yield what makes `name`_ of whole numbers: f32, less their zero point, called as they are and z, if it is there.

    `along`: which way zero points of more than one number lie, "first" axis or "rows" of the last two; else the last.
    """
    yield f"{name}_f = Cast <to = {F32}> ({name})"
    if not call.has(zero_place) or _is_all(call, zero_place, 0):
        yield f"{name}_ = Identity ({name}_f)"
        return
    zero = f"{name}z"
    yield f"{zero}_f = Cast <to = {F32}> ({zero})"
    yield from spread(call, f"{zero}_f", zero_place, call.shape(place), along)
    yield f"{name}_ = Sub ({name}_f, {zero}_f_)"


def spread(call: Call, name: str, place: int, of: tuple[int, ...], along: str) -> Iterator[str]:
    """Yield what makes `name`_ of an operand with one number, or a list of them, that lies along an axis of `of`."""
    shape = call.shape(place)
    sizes: Iterable[int] = shape
    if prod(shape) == 1:
        sizes = (1,)
    elif len(shape) == 1 and along == "first":
        sizes = (shape[0], *(1 for _ in of[1:]))
    elif len(shape) == 1 and along == "channels":
        sizes = (shape[0], *(1 for _ in of[2:]))
    elif len(shape) == 1 and along == "rows":
        sizes = (shape[0], 1)
    yield integers(f"{name}_shape", *sizes)
    yield f"{name}_ = Reshape ({name}, {name}_shape)"


_WINDOWS = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")


def _convolution(call: Call) -> Iterator[str]:
    """Convolve whole numbers; padding is with the zero point, which is 0 here."""
    yield from less_zero(call, "x", 0, 2)
    yield from less_zero(call, "w", 3, 5, "first")
    yield f"b_f = Cast <to = {F32}> (b)" if call.has(8) else ""
    bias = ", b_f" if call.has(8) else ""
    yield f"sum = Conv {call.passed(*_WINDOWS)} (x_, w_{bias})"
    yield from spread(call, "ws", 4, call.shape(0), "channels")
    yield from _requantized("sum", "xs", "ws_", "ys", "yz")


def _product(call: Call) -> Iterator[str]:
    yield from less_zero(call, "a", 0, 2, "rows")
    yield from less_zero(call, "b", 3, 5)
    yield "sum = MatMul (a_, b_)"
    yield from spread(call, "as", 1, call.shape(0), "rows")
    yield from _requantized("sum", "as_", "bs", "ys", "yz")


def _requantized(x: str, first: str, second: str, scale: str, zero: str) -> Iterator[str]:
    """Yield what makes steps of sums of products of steps."""
    yield f"scales = Mul ({first}, {second})"
    yield f"factor = Div (scales, {scale})"
    yield f"scaled = Mul ({x}, factor)"
    yield number("one", 1.0)
    yield f"y = QuantizeLinear (scaled, one, {zero})"


def _convolution_of_integers(call: Call) -> Iterator[str]:
    yield from less_zero(call, "x", 0, 2)
    yield from less_zero(call, "w", 1, 3, "first")
    yield f"sum = Conv {call.passed(*_WINDOWS)} (x_, w_)"
    yield f"y = Cast <to = {NUMBERS['i32']}> (sum)"


def _product_of_integers(call: Call) -> Iterator[str]:
    yield from less_zero(call, "a", 0, 2, "rows")
    yield from less_zero(call, "b", 1, 3)
    yield "sum = MatMul (a_, b_)"
    yield f"y = Cast <to = {NUMBERS['i32']}> (sum)"


QUANTIZED = {
    "QuantizeLinear": Expansion("x, s, z", "y", _quantize),
    "DequantizeLinear": Expansion("x, s, z", "y", _dequantize),
    "QLinearConv": Expansion("x, xs, xz, w, ws, wz, ys, yz, b", "y", _convolution),
    "QLinearMatMul": Expansion("a, as, az, b, bs, bz, ys, yz", "y", _product),
    "ConvInteger": Expansion("x, w, xz, wz", "y", _convolution_of_integers),
    "MatMulInteger": Expansion("a, b, az, bz", "y", _product_of_integers),
}
"""ONNX's own operators."""
