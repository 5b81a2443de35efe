"""Normalizations that onnxruntime adds, of sums and of embeddings."""

from collections.abc import Iterator

from dlpsim.networks.onnx_file.expansions.expansion import NUMBERS, Call, Expansion, integers

EPSILON = 1e-12
"""What onnxruntime adds to a variance where a node does not say."""


def _simplified(call: Call) -> Iterator[str]:
    call.refuse_results(inverse_deviation=1)
    yield f"y = RMSNormalization {call.passed('axis', 'epsilon')} (x, g)"


def _of_sum(call: Call, *, beta: int, bias: int, is_simplified: bool) -> Iterator[str]:
    """Normalize the sum of two operands and perhaps a bias; the sum is a result too."""
    call.refuse_results(mean=1, inverse_deviation=2)
    yield "u = Add (x, skip)"
    yield "sum = Add (u, bias)" if call.has(bias) else "sum = Identity (u)"
    epsilon = call.number("epsilon", EPSILON)
    if is_simplified:
        yield f"y = RMSNormalization <axis = -1, epsilon = {epsilon!r}> (sum, g)"
    else:
        shift = ", beta" if call.has(beta) else ""
        yield f"y = LayerNormalization <axis = -1, epsilon = {epsilon!r}> (sum, g{shift})"


def _skip(call: Call) -> Iterator[str]:
    yield from _of_sum(call, beta=3, bias=4, is_simplified=False)


def _skip_simplified(call: Call) -> Iterator[str]:
    yield from _of_sum(call, beta=0, bias=3, is_simplified=True)


def _embeddings(call: Call) -> Iterator[str]:
    """Normalize the sum of the embeddings of words, positions and segments; count what a mask lets through."""
    batch, length = call.shape(0)
    yield "words_ = Gather (words, ids)"
    if call.has(8):
        yield "positions_ = Gather (positions, places)"
    else:
        yield integers("begin", 0) + "\n" + integers("end", length)
        yield "positions_ = Slice (positions, begin, end)"
    yield "u = Add (words_, positions_)"
    if call.has(1) and call.has(4):
        yield "segments_ = Gather (segments, of)"
        yield "sum = Add (u, segments_)"
    else:
        yield "sum = Identity (u)"
    yield f"y = LayerNormalization <axis = -1, epsilon = {call.number('epsilon', EPSILON)!r}> (sum, g, b)"
    i32 = NUMBERS["i32"]
    if call.has(7):
        yield integers("axes", 1)
        yield f"mask_ = Cast <to = {i32}> (mask)"
        yield "index = ReduceSum <keepdims = 0> (mask_, axes)"
    else:
        yield f"index_ = Constant <value_ints = [{', '.join('0' for _ in range(batch))}]> ()"
        yield f"index = Cast <to = {i32}> (index_)"


SIMPLIFIED = Expansion("x, g", "y", _simplified)
"""The root mean square, which onnxruntime has among ONNX's own operators."""

NORMALIZED = {
    "SkipLayerNormalization": Expansion("x, skip, g, beta, bias", "y, mean, inverse, sum", _skip),
    "SkipSimplifiedLayerNormalization": Expansion("x, skip, g, bias", "y, mean, inverse, sum", _skip_simplified),
    "EmbedLayerNormalization": Expansion(
        "ids, of, words, positions, segments, g, b, mask, places", "y, index, sum", _embeddings
    ),
}
"""Operators of com.microsoft."""
