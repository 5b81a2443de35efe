"""Operators that onnxruntime adds for quantized networks: what they are between steps, with steps before and behind."""

from collections.abc import Iterator

from dlpsim.networks.onnx_file.expansions.expansion import NUMBERS, Call, Expansion, integers, number
from dlpsim.networks.onnx_file.expansions.quantized import less_zero, spread
from dlpsim.networks.operators.operator import Unfit

_POOL = ("auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides")


def _of_one(line: str, *names: str, refused: tuple[str, ...] = ()) -> Expansion:
    """Return an operator of one operand: `line` makes v of u, with the attributes `names`."""

    def body(call: Call) -> Iterator[str]:
        call.refuse(*refused)
        yield "u = DequantizeLinear (x, xs, xz)"
        yield line.format(call.passed(*names))
        yield "y = QuantizeLinear (v, ys, yz)"

    return Expansion("x, xs, xz, ys, yz", "y", body)


def _of_two(op: str) -> Expansion:
    def body(call: Call) -> Iterator[str]:
        yield "u = DequantizeLinear (a, as, az)"
        yield "v = DequantizeLinear (b, bs, bz)"
        yield f"w = {op} (u, v)"
        yield "y = QuantizeLinear (w, ys, yz)"

    return Expansion("a, as, az, b, bs, bz, ys, yz", "y", body)


def _concat(call: Call) -> Iterator[str]:
    count = (len(call.node.input) - 2) // 3
    for index in range(count):
        yield f"u{index} = DequantizeLinear (x{index}, s{index}, z{index})"
    yield f"v = Concat {call.passed('axis')} ({', '.join(f'u{index}' for index in range(count))})"
    yield "y = QuantizeLinear (v, ys, yz)"


def _concat_operands(call: Call) -> str:
    count = (len(call.node.input) - 2) // 3
    return ", ".join(["ys, yz", *(f"x{index}, s{index}, z{index}" for index in range(count))])


def _where(call: Call) -> Iterator[str]:
    yield "u = DequantizeLinear (a, as, az)"
    yield "v = DequantizeLinear (b, bs, bz)"
    yield "w = Where (c, u, v)"
    yield "y = QuantizeLinear (w, ys, yz)"


def _gemm(call: Call) -> Iterator[str]:
    """Multiply; C, in steps of both operands' scales, is added before a result is rounded, or is left as f32."""
    yield from less_zero(call, "a", 0, 2)
    flipped = call.integer("transB", 0)
    yield from less_zero(call, "b", 3, 5, "rows" if flipped else "")
    yield f"product = Gemm {call.passed('transA', 'transB')} (a_, b_)"
    yield f"c_f = Cast <to = {NUMBERS['f32']}> (c)" if call.has(6) else ""
    yield "sum = Add (product, c_f)" if call.has(6) else "sum = Identity (product)"
    yield "scales = Mul (as, bs)"
    yield number("alpha", call.number("alpha", 1.0))
    yield "scaled = Mul (scales, alpha)"
    if not call.has(7):
        yield "y = Mul (sum, scaled)"
        return
    yield "factor = Div (scaled, ys)"
    yield "product_ = Mul (sum, factor)"
    yield number("one", 1.0)
    yield "y = QuantizeLinear (product_, one, yz)"


def _product_to_float(call: Call) -> Iterator[str]:
    yield from less_zero(call, "a", 0, 4, "rows")
    yield from less_zero(call, "b", 1, 5)
    yield "sum = MatMul (a_, b_)"
    yield from spread(call, "as", 2, call.shape(0), "rows")
    yield "scales = Mul (as_, bs)"
    yield "product = Mul (sum, scales)"
    yield "y = Add (product, bias)" if call.has(6) else "y = Identity (product)"


def _dynamic_product(call: Call) -> Iterator[str]:
    yield "steps, as, az = DynamicQuantizeLinear (a)"
    yield "whole = MatMulInteger (steps, b, az, bz)"
    yield f"sum = Cast <to = {NUMBERS['f32']}> (whole)"
    yield "scales = Mul (as, bs)"
    yield "product = Mul (sum, scales)"
    yield "y = Add (product, bias)" if call.has(4) else "y = Identity (product)"


def _in_bits(call: Call) -> Iterator[str]:
    """Multiply by the transposed weights of few bits, packed in blocks of each row, of which each has its scale."""
    bits, block = call.integer("bits", 4), call.integer("block_size", 32)
    columns, length = call.integer("N", 0), call.integer("K", 0)
    call.refuse_operands(g_idx=4)
    if bits not in (2, 4, 8) or call.array(1) is None:
        raise Unfit(f"weights of {bits} bits that are {'not ' if call.array(1) is None else ''}constant")
    blocks = -(-length // block)
    yield from _unpacked("b", "packed", bits, (columns, blocks, block))
    yield integers("scales_shape", columns, blocks, 1)
    if call.has(3) and call.dtype(3) == "u8":
        yield from _unpacked("z", "zeros", bits, (columns, -(-blocks * bits // 8) * 8 // bits))
        yield integers("first", 0) + "\n" + integers("last", blocks) + "\n" + integers("axis", 1)
        yield "z_cut = Slice (z, first, last, axis)"
        yield "z_blocks = Reshape (z_cut, scales_shape)"
    elif call.has(3):
        yield f"z_f = Cast <to = {NUMBERS['f32']}> (zeros)"
        yield "z_blocks = Reshape (z_f, scales_shape)"
    else:
        yield number("z_blocks", 2.0 ** (bits - 1))
    yield "less = Sub (b, z_blocks)"
    yield f"scales_f = Cast <to = {NUMBERS['f32']}> (scales)"
    yield "scales_ = Reshape (scales_f, scales_shape)"
    yield "wide = Mul (less, scales_)"
    yield integers("row_shape", columns, blocks * block)
    yield "rows = Reshape (wide, row_shape)"
    yield integers("begin", 0) + "\n" + integers("end", length) + "\n" + integers("along", 1)
    yield "cut = Slice (rows, begin, end, along)"
    yield "columns_f = Transpose (cut)"
    yield "columns = CastLike (columns_f, a)"
    yield "product = MatMul (a, columns)"
    yield "y = Add (product, bias)" if call.has(5) else "y = Identity (product)"


def _unpacked(name: str, packed: str, bits: int, shape: tuple[int, ...]) -> Iterator[str]:
    """Yield what makes numbers of bytes that hold several, the first in the lowest bits."""
    each = 8 // bits
    yield f"{name}_bytes = Cast <to = {NUMBERS['f32']}> ({packed})"
    yield integers(f"{name}_flat", -1, 1)
    yield f"{name}_0 = Reshape ({name}_bytes, {name}_flat)"
    yield number(f"{name}_base", 2.0**bits)
    for index in range(each):
        yield f"{name}_part{index} = Mod <fmod = 1> ({name}_{index}, {name}_base)"
        yield f"{name}_less{index} = Sub ({name}_{index}, {name}_part{index})"
        yield f"{name}_{index + 1} = Div ({name}_less{index}, {name}_base)"
    yield f"{name}_all = Concat <axis = 1> ({', '.join(f'{name}_part{index}' for index in range(each))})"
    yield integers(f"{name}_shape", *shape)
    yield f"{name} = Reshape ({name}_all, {name}_shape)"


QUANTIZED_CONTRIB = {
    "QLinearAdd": _of_two("Add"),
    "QLinearMul": _of_two("Mul"),
    "QLinearSigmoid": _of_one("v = Sigmoid (u)"),
    "QLinearLeakyRelu": _of_one("v = LeakyRelu {} (u)", "alpha"),
    "QLinearSoftmax": _of_one("v = Softmax {} (u)", "axis"),
    "QLinearGlobalAveragePool": _of_one("v = GlobalAveragePool (u)", refused=("channels_last",)),
    "QLinearAveragePool": _of_one("v = AveragePool {} (u)", *_POOL, refused=("channels_last",)),
    "QLinearConcat": Expansion(_concat_operands, "y", _concat),
    "QLinearWhere": Expansion("c, a, as, az, b, bs, bz, ys, yz", "y", _where),
    "QGemm": Expansion("a, as, az, b, bs, bz, c, ys, yz", "y", _gemm),
    "MatMulIntegerToFloat": Expansion("a, b, as, bs, az, bz, bias", "y", _product_to_float),
    "DynamicQuantizeMatMul": Expansion("a, b, bs, bz, bias", "y", _dynamic_product),
    "MatMulNBits": Expansion("a, packed, scales, zeros, g_idx, bias", "y", _in_bits),
}
"""Operators of com.microsoft."""
