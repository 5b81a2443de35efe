"""Recurrent layers, one step after the other."""

from collections.abc import Mapping, Sequence

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import of_one_type, rank_is, shape_is

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
"""Gates of a cell, whose weights lie one after the other."""

DEFAULTS = {"LSTM": ("Sigmoid", "Tanh", "Tanh"), "GRU": ("Sigmoid", "Tanh"), "RNN": ("Tanh",)}
"""The activations of one direction; what else ONNX knows is not supported."""

USES = {"LSTM": (3, 1, 1), "GRU": (2, 1), "RNN": (1,)}
"""How often each activation is used for an element of the state in a step."""

OPERATIONS = {"Relu": 1, "Sigmoid": 3, "Tanh": 4}
"""What each activation that is supported takes, as in the table of elementwise operators."""

X, W, R, B, LENGTHS, INITIAL_H, INITIAL_C, PEEPHOLES = range(8)
"""The places of the operands."""


def _settle(call: Call) -> Mapping[str, Attribute]:
    directions = 2 if call.word("direction") == "bidirectional" else 1
    rank_is(call.operand(R), 3, "R")
    hidden = call.operand(R).shape[2]
    words = call.attributes.get("activations", ())
    assert isinstance(words, tuple)
    activations = tuple(str(word).capitalize() for word in words) or DEFAULTS[call.op] * directions
    if len(activations) != len(DEFAULTS[call.op]) * directions or not set(activations) <= set(OPERATIONS):
        raise Unfit(f"activations are {', '.join(activations)}, supported are {', '.join(OPERATIONS)}")
    if call.has("clip") or call.has("activation_alpha") or call.has("activation_beta"):
        raise Unfit("clip and the parameters of activations are not supported")
    if call.op == "LSTM" and call.integer("input_forget"):
        raise Unfit("input_forget is not supported")
    if call.has("hidden_size") and call.integer("hidden_size") != hidden:
        raise Unfit(f"hidden_size is {call.integer('hidden_size')}, but R has {hidden}")
    return {**call.attributes, "hidden_size": hidden, "activations": activations}


def _infer(call: Call) -> list[Result]:
    x, gates, hidden = call.operand(X), GATES[call.op], call.integer("hidden_size")
    rank_is(x, 3, "X")
    directions = 2 if call.word("direction") == "bidirectional" else 1
    steps, batch = _steps(call)
    shape_is(call.operand(W), (directions, gates * hidden, x.shape[2]), "W")
    shape_is(call.operand(R), (directions, gates * hidden, hidden), "R")
    shape_is(call.optional(B), (directions, 2 * gates * hidden), "B")
    lengths = call.optional(LENGTHS)
    shape_is(lengths, (batch,), "sequence_lens")
    if lengths is not None and lengths.dtype != "i32":
        raise Unfit(f"sequence_lens is {lengths.dtype}, expected i32")
    by_batch = call.integer("layout") == 1
    state = (batch, directions, hidden) if by_batch else (directions, batch, hidden)
    shape_is(call.optional(INITIAL_H), state, "initial_h")
    shape_is(call.optional(INITIAL_C), state, "initial_c")
    shape_is(call.optional(PEEPHOLES), (directions, 3 * hidden), "P")
    every = (batch, steps, directions, hidden) if by_batch else (steps, directions, batch, hidden)
    dtype = of_one_type([value for i, value in enumerate(call.inputs) if i != LENGTHS])
    return [(every, dtype), (state, dtype), (state, dtype)][: max(call.results, 1)]


def _steps(call: Call) -> tuple[int, int]:
    """Return how many steps there are, and the batch."""
    first, second = call.operand(X).shape[:2]
    return (second, first) if call.integer("layout") == 1 else (first, second)


def _work(call: Call, results: Sequence[Result]) -> Work:
    """Count the products with W and R, biases, activations of gates and states, and what combines them."""
    steps, batch = _steps(call)
    directions, rows, width = call.operand(W).shape
    hidden = call.integer("hidden_size")
    gates = steps * batch * directions * rows
    states = steps * batch * directions * hidden
    macs = gates * (width + hidden)
    biases = 2 * gates if call.optional(B) is not None else 0
    activations = call.attributes["activations"]
    assert isinstance(activations, tuple)
    uses = USES[call.op] * directions
    each = sum(use * OPERATIONS[str(word)] for use, word in zip(uses, activations, strict=True))
    activated = Work(others=each * states // directions)
    combined = {"LSTM": Work(0, states, 3 * states), "GRU": Work(0, 2 * states, 3 * states), "RNN": Work()}
    return Work(macs, macs - gates + biases) + activated + combined[call.op]


_ATTRIBUTES = {
    "direction": AttributeSpec(Kind.STRING, "forward", words=("forward", "reverse", "bidirectional")),
    "hidden_size": AttributeSpec(Kind.INT),
    "layout": AttributeSpec(Kind.INT, 0),
    "activations": AttributeSpec(Kind.STRINGS),
    "activation_alpha": AttributeSpec(Kind.FLOATS),
    "activation_beta": AttributeSpec(Kind.FLOATS),
    "clip": AttributeSpec(Kind.FLOAT),
}


def _layer(name: str, summary: str, most: int, **attributes: AttributeSpec) -> Operator:
    return Operator(
        name=name,
        family=Family.RECURRENT,
        summary=summary,
        infer=_infer,
        work=_work,
        least=3,
        most=most,
        attributes={**_ATTRIBUTES, **attributes},
        settle=_settle,
    )


OPERATORS = (
    _layer("LSTM", "a long short-term memory: gates i, o, f, c", 8, input_forget=AttributeSpec(Kind.INT, 0)),
    _layer("GRU", "a gated recurrent unit: gates z, r, h", 6, linear_before_reset=AttributeSpec(Kind.INT, 0)),
    _layer("RNN", "a simple recurrent layer", 6),
)
