"""Attention as onnxruntime has it, and rotary embeddings: products, masks and layouts spelled out."""

from collections.abc import Iterator
from math import sqrt

from dlpsim.networks.onnx_file.expansions.expansion import NUMBERS, Call, Expansion, integers, number
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import Shape, shape_text

F32 = NUMBERS["f32"]

LOWEST = -(2.0**128 - 2.0**104)
"""The lowest number of f32."""


def _reshaped(y: str, x: str, *shape: int) -> str:
    return integers(f"{y}_shape", *shape) + f"\n{y} = Reshape ({x}, {y}_shape)"


def _heads(y: str, x: str, sizes: tuple[int, int, int]) -> Iterator[str]:
    """Yield what makes batch × heads × length × size of batch × length × all, for batch, heads and size."""
    batch, heads, size = sizes
    yield _reshaped(f"{y}_apart", x, batch, -1, heads, size)
    yield f"{y} = Transpose <perm = [0, 2, 1, 3]> ({y}_apart)"


def _attended(call: Call, heads: int, size: int, bias: str) -> Iterator[str]:
    """Yield what makes y of q, k and v, each batch × heads × length × size; `bias` is added to the products."""
    yield number("scale", call.number("scale", 0.0) or 1 / sqrt(size), "q")
    yield "scaled = Mul (q, scale)"
    yield "turned = Transpose <perm = [0, 1, 3, 2]> (k)"
    yield "products = MatMul (scaled, turned)"
    yield f"scores = Add (products, {bias})" if bias else "scores = Identity (products)"
    yield "shares = Softmax <axis = -1> (scores)"
    yield "parts = MatMul (shares, v)"
    yield "order = Transpose <perm = [0, 2, 1, 3]> (parts)"
    yield _reshaped("y", "order", 0, 0, -1)


def _masked(call: Call, place: int, lengths: tuple[int, int, int]) -> Iterator[str]:
    """Yield what makes `hidden`, filter values for batch × heads × queries × keys, of a mask as operand `place`."""
    batch, _, keys = lengths
    shape, filler = call.shape(place), call.number("mask_filter_value", -10_000.0)
    yield number("filler", filler, "q") + "\n" + number("none", 0.0, "q")
    yield f"mask_f = Cast <to = {F32}> (mask)"
    if shape == (batch,):
        yield f"keys = Constant <value_floats = [{', '.join(f'{key}.0' for key in range(keys))}]> ()"
        yield _reshaped("ends", "mask_f", batch, 1)
        yield "seen = Less (keys, ends)"
    elif shape in {(batch, keys), (batch, lengths[1], keys)}:
        yield number("zero", 0.0)
        yield "seen = Greater (mask_f, zero)"
    else:
        raise Unfit(f"a mask of {shape_text(shape)} is not supported for batch, queries and keys {lengths}")
    yield "flat = Where (seen, none, filler)"
    yield _reshaped("hidden", "flat", *((batch, 1, lengths[1], keys) if len(shape) == 3 else (batch, 1, 1, keys)))


def _causal(call: Call, queries: int, keys: int) -> Iterator[str]:
    """Yield what makes `later`, the lowest number for the keys that come after each query."""
    yield number("behind", LOWEST, "q")
    yield integers("square", queries, keys) + "\nones = Expand (behind, square)"
    yield f"first = Constant <value_int = {keys - queries + 1}> ()"
    yield "later = Trilu <upper = 1> (ones, first)"


def _added(*names: str) -> Iterator[str]:
    """Yield what makes `bias` of several, if there are any."""
    total = names[0]
    for index, name in enumerate(names[1:]):
        yield f"bias{index} = Add ({total}, {name})"
        total = f"bias{index}"
    yield f"bias = Identity ({total})"


def _biases(call: Call, lengths: tuple[int, int, int], places: tuple[int, int]) -> Iterator[str]:
    """Yield what makes `bias` of masks, what is added to the products, and the order, where there are any."""
    mask, added = places
    there = []
    if call.has(mask):
        yield from _masked(call, mask, lengths)
        there.append("hidden")
    if call.has(added):
        there.append("given")
    if call.integer("unidirectional", 0):
        yield from _causal(call, lengths[1], lengths[2])
        there.append("later")
    if there:
        yield from _added(*there)


def _has_bias(call: Call, mask: int, added: int) -> str:
    return "bias" if call.has(mask) or call.has(added) or call.integer("unidirectional", 0) else ""


def _attention(call: Call) -> Iterator[str]:
    """Multiply the input by the weights of queries, keys and values side by side, and attend."""
    call.refuse("do_rotary", "past_present_share_buffer")
    batch, length, _ = call.shape(0)
    heads, columns = call.integer("num_heads", 1), call.shape(1)[-1]
    asked = call.attribute("qkv_hidden_sizes", ())
    sizes = tuple(int(item) for item in asked) if isinstance(asked, tuple) and asked else (columns // 3,) * 3
    yield "all = MatMul (x, w)"
    yield "sum = Add (all, b)" if call.has(2) else "sum = Identity (all)"
    yield integers("sizes", *sizes)
    yield "q_, k_, v_ = Split <axis = -1> (sum, sizes)"
    for name, size in zip("qkv", sizes, strict=True):
        made = name if name == "q" or not call.has(4) else f"{name}_new"
        yield from _heads(made, f"{name}_", (batch, heads, size // heads))
    keys = length
    if call.has(4):
        keys += call.shape(4)[3]
        yield from _with_past("past")
    if call.wants(1):
        yield integers("front", 0) + "\nk_one = Unsqueeze (k, front)\nv_one = Unsqueeze (v, front)"
        yield "present = Concat <axis = 0> (k_one, v_one)"
    yield from _biases(call, (batch, length, keys), (3, 5))
    yield from _attended(call, heads, sizes[0] // heads, _has_bias(call, 3, 5))


def _with_past(past: str) -> Iterator[str]:
    """Yield what puts keys and values behind those of earlier steps, which lie one behind the other."""
    yield f"k_past_one, v_past_one = Split <axis = 0, num_outputs = 2> ({past})"
    yield integers("outer", 0)
    for name in "kv":
        yield f"{name}_past = Squeeze ({name}_past_one, outer)"
        yield f"{name} = Concat <axis = 2> ({name}_past, {name}_new)"


def _multi_head(call: Call) -> Iterator[str]:
    """Attend to queries, keys and values that are computed already."""
    call.refuse_operands(past_sequence_length=8, cache_indirection=9)
    heads, shape = call.integer("num_heads", 1), call.shape(0)
    if len(shape) != 3:
        raise Unfit(f"queries of {shape_text(shape)} are not supported: they are expected apart from keys and values")
    (batch, length), size = shape[:2], shape[-1] // heads
    yield from _separate(call, shape, heads)
    keys = call.shape(1)[2 if len(call.shape(1)) == 4 else 1] if call.has(1) else length
    if call.has(6):
        keys += call.shape(6)[2]
    for name, index in (("k", 6), ("v", 7)):
        yield f"{name} = {f'Concat <axis = 2> (past_{name}, ' if call.has(index) else 'Identity ('}{name}_new)"
        yield f"present_{name} = Identity ({name})"
    yield from _biases(call, (batch, length, keys), (4, 5))
    yield from _attended(call, heads, size, _has_bias(call, 4, 5))


def _separate(call: Call, shape: Shape, heads: int) -> Iterator[str]:
    """Yield what makes q, k_new and v_new."""
    batch = shape[0]
    widths, names = _widths(call, shape), ("query", "key", "value")
    if call.has(3):
        yield integers("widths", *widths) + "\nqb, kb, vb = Split <axis = 0> (bias_of_all, widths)"
    for index, (made, name, width) in enumerate(zip(("q", "k_new", "v_new"), names, widths, strict=True)):
        is_split = index > 0 and len(call.shape(index)) == 4
        source = f"{name}_biased" if call.has(3) and not is_split else name
        if source != name:
            yield f"{source} = Add ({name}, {'qkv'[index]}b)"
        if is_split:
            yield f"{made} = Identity ({source})"
        else:
            yield from _heads(made, source, (batch, heads, width // heads))


def _widths(call: Call, shape: Shape) -> tuple[int, int, int]:
    """Return how many numbers of all heads a query, a key and a value have."""
    value = call.shape(2)
    return shape[-1], shape[-1], value[-1] if len(value) == 3 else value[1] * value[3]


def _rotary(call: Call) -> Iterator[str]:
    """Rotate as ONNX's own operator does, with positions of every row."""
    call.refuse("is_packed_batching")
    if call.number("scale", 1.0) != 1:
        raise Unfit(f"attribute scale is {call.number('scale', 1.0)}, supported is 1")
    shape, partial = call.shape(0), call.integer("rotary_embedding_dim", 0)
    batch, length = (shape[0], shape[1]) if len(shape) == 3 else (shape[0], shape[2])
    heads = call.integer("num_heads", 0)
    if len(shape) == 3 and not heads:
        heads = shape[2] // (2 * call.shape(2)[1])
    if call.shape(1) == (1,) and (batch, length) != (1, 1):
        yield f"count = Constant <value_ints = [{', '.join(map(str, range(length)))}]> ()"
        yield "row = Add (places, count)"
        yield integers("all", batch, length) + "\npositions = Expand (row, all)"
    else:
        yield _reshaped("positions", "places", batch, length)
    given = f"interleaved = {call.integer('interleaved', 0)}, rotary_embedding_dim = {partial}, num_heads = {heads}"
    yield f"y = RotaryEmbedding <{given}> (x, cosines, sines, positions)"


ATTENTION = {
    "Attention": Expansion("x, w, b, mask, past, given", "y, present", _attention),
    "MultiHeadAttention": Expansion(
        "query, key, value, bias_of_all, mask, given, past_k, past_v", "y, present_k, present_v", _multi_head
    ),
    "RotaryEmbedding": Expansion("x, places, cosines, sines", "y", _rotary),
}
"""Operators of com.microsoft."""
