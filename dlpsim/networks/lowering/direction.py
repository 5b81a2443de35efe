"""One direction of a recurrent layer: products of matrices, sums and activations of every step.

The input's product with W is one for all steps. Gates are in the order of ONNX: i, o, f, c of an LSTM;
z, r, h of a GRU.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.recurrent import GATES, INITIAL_C, INITIAL_H, PEEPHOLES, B, R, W
from dlpsim.networks.weight import Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

Attributes = dict[str, Attribute]


@dataclass(frozen=True)
class State:
    """What goes from step to step: the hidden state, and the cell's own of an LSTM ("" for none)."""

    h: str
    c: str


class Direction:
    """One direction of a layer, with its part of the weights.

    `presence` says for each step whether each sequence has it, if they are not all of the same length.
    """

    def __init__(self, draft: Draft, node: Node, index: int, x: str, presence: str, *, is_reverse: bool) -> None:
        self._draft = draft
        self._node = node
        self._index = index
        self._is_reverse = is_reverse
        self._x = x
        self._presence = presence
        self._steps, self._batch, _ = draft.operand(x).shape
        hidden, activations = node.attributes["hidden_size"], node.attributes["activations"]
        assert isinstance(hidden, int)
        assert isinstance(activations, tuple)
        self._hidden = hidden
        self._parts: dict[str, str] = {}
        self._is_reset_late = node.attributes.get("linear_before_reset") == 1
        self._rows = GATES[node.op] * hidden
        each = len(activations) // (2 if node.attributes["direction"] == "bidirectional" else 1)
        self._activations = [str(word) for word in activations[index * each : (index + 1) * each]]
        self._base = f"{node.name}/{'reverse' if is_reverse else 'forward'}"

    def run(self) -> tuple[list[str], State]:
        """Add all steps; return the hidden state after each, in the order of the input, and the last state.

        A sequence that does not have a step keeps its state, and has zero for the one after it.
        """
        products = self._products()
        state = State(self._initial(INITIAL_H, "h"), self._initial(INITIAL_C, "c") if self._node.op == "LSTM" else "")
        order = range(self._steps)
        hidden: dict[int, str] = {}
        for step in reversed(order) if self._is_reverse else order:
            at: Attributes = {"starts": (step,), "ends": (step + 1,), "axes": (0,), "steps": (1,)}
            row = self._add("Slice", [products], f"step{step}/part", at)
            given = self._add("Reshape", [row], f"step{step}/input", {"shape": (self._batch, self._rows)})
            new = {"LSTM": self._lstm, "GRU": self._gru, "RNN": self._rnn}[self._node.op](f"step{step}", given, state)
            state, hidden[step] = self._where_present(step, state, new) if self._presence else (new, new.h)
        return [hidden[step] for step in order], state

    def _where_present(self, step: int, state: State, new: State) -> tuple[State, str]:
        """Return the states of those sequences that have a step, and of the others; and what the step makes."""
        at: Attributes = {"starts": (step,), "ends": (step + 1,), "axes": (0,), "steps": (1,)}
        row = self._add("Slice", [self._presence], f"step{step}/presence/part", at)
        has = self._add("Reshape", [row], f"step{step}/presence", {"shape": (self._batch, 1)})
        zero = self._draft.fill(self._draft.fresh(f"{self._base}/zero"), (), 0.0, self._draft.operand(self._x).dtype)
        h = self._add("Where", [has, new.h, state.h], f"step{step}/h/last")
        c = self._add("Where", [has, new.c, state.c], f"step{step}/c/last") if state.c else ""
        return State(h, c), self._add("Where", [has, new.h, zero], f"step{step}/h/made")

    def _lstm(self, step: str, given: str, state: State) -> State:
        product = self._add("MatMul", [state.h, self._matrix(R, "R", 0, self._rows)], f"{step}/product")
        gates = self._split(step, self._add("Add", [given, product], f"{step}/gates"))
        inner, middle, outer = self._activations
        peeped = [self._peep(step, gate, state.c, place) for gate, place in ((gates[0], 0), (gates[2], 2))]
        i = self._add(inner, [peeped[0]], f"{step}/i")
        f = self._add(inner, [peeped[1]], f"{step}/f")
        new = self._add(middle, [gates[3]], f"{step}/new")
        kept = self._add("Mul", [f, state.c], f"{step}/kept")
        c = self._add("Add", [kept, self._add("Mul", [i, new], f"{step}/taken")], f"{step}/c")
        o = self._add(inner, [self._peep(step, gates[1], c, 1)], f"{step}/o")
        return State(self._add("Mul", [o, self._add(outer, [c], f"{step}/out")], f"{step}/h"), c)

    def _peep(self, step: str, gate: str, c: str, place: int) -> str:
        """Let a gate see the cell's state, where the layer has peepholes."""
        if not self._has(PEEPHOLES):
            return gate
        part = self._vector(PEEPHOLES, f"P{place}", place * self._hidden, (place + 1) * self._hidden)
        return self._add("Add", [gate, self._add("Mul", [part, c], f"{step}/seen")], f"{step}/peeped")

    def _gru(self, step: str, given: str, state: State) -> State:
        """Reset before the product of the new state, or after it (linear_before_reset)."""
        inner, outer = self._activations
        z_given, r_given, h_given = self._split(step, given)
        if self._is_reset_late:
            product = self._biased(
                self._add("MatMul", [state.h, self._matrix(R, "R", 0, self._rows)], f"{step}/product"), step
            )
            z_product, r_product, h_product = self._split(f"{step}/product", product)
            r = self._add(inner, [self._add("Add", [r_given, r_product], f"{step}/r/sum")], f"{step}/r")
            again = self._add("Mul", [r, h_product], f"{step}/again")
        else:
            first = self._matrix(R, "Rzr", 0, 2 * self._hidden)
            both = self._add("MatMul", [state.h, first], f"{step}/product")
            z_product, r_product = self._split(f"{step}/product", both, parts=2)
            r = self._add(inner, [self._add("Add", [r_given, r_product], f"{step}/r/sum")], f"{step}/r")
            last = self._matrix(R, "Rh", 2 * self._hidden, self._rows)
            reset = self._add("Mul", [r, state.h], f"{step}/reset")
            again = self._add("MatMul", [reset, last], f"{step}/again")
        z = self._add(inner, [self._add("Add", [z_given, z_product], f"{step}/z/sum")], f"{step}/z")
        new = self._add(outer, [self._add("Add", [h_given, again], f"{step}/new/sum")], f"{step}/new")
        less = self._add("Sub", [state.h, new], f"{step}/less")
        return State(self._add("Add", [new, self._add("Mul", [z, less], f"{step}/kept")], f"{step}/h"), "")

    def _rnn(self, step: str, given: str, state: State) -> State:
        product = self._add("MatMul", [state.h, self._matrix(R, "R", 0, self._rows)], f"{step}/product")
        return State(
            self._add(self._activations[0], [self._add("Add", [given, product], f"{step}/sum")], f"{step}/h"), ""
        )

    def _products(self) -> str:
        """Add the input's product with W for all steps, and the biases that can be added at once."""
        product = self._add("MatMul", [self._x, self._matrix(W, "W", 0, self._rows)], "products")
        if not self._has(B):
            return product
        if self._is_reset_late:
            return self._add("Add", [product, self._vector(B, "bias", 0, self._rows)], "inputs")
        return self._add("Add", [product, self._both_biases()], "inputs")

    def _both_biases(self) -> str:
        """Return the sum of the biases of both products."""
        name = f"{self._base}/bias"
        if name not in self._parts:
            weight, index, rows = self._draft.weights.get(self._node.inputs[B]), self._index, self._rows
            if weight is None:
                both = [self._vector(B, f"bias{i}", i * rows, (i + 1) * rows) for i in range(2)]
                self._parts[name] = self._add("Add", both, "bias")
            else:
                sums = partial(_sum_of_halves, weight, index, rows)
                self._parts[name] = self._draft.compute(name, (rows,), sums, weight.dtype)
        return self._parts[name]

    def _biased(self, product: str, step: str) -> str:
        """Add the recurrent bias, where it cannot be added to the input's product."""
        if not self._has(B):
            return product
        bias = self._vector(B, "recurrent_bias", self._rows, 2 * self._rows)
        return self._add("Add", [product, bias], f"{step}/biased")

    def _matrix(self, place: int, what: str, first: int, end: int) -> str:
        """Return rows of this direction's part of a weight, transposed: features × gates."""
        return self._part(place, what, first, end, is_matrix=True)

    def _vector(self, place: int, what: str, first: int, end: int) -> str:
        """Return elements of this direction's part of a weight."""
        return self._part(place, what, first, end, is_matrix=False)

    def _part(self, place: int, what: str, first: int, end: int, *, is_matrix: bool) -> str:
        """Return a part of a weight: a weight again, or what computes it where it is none. Each is made once."""
        if what in self._parts:
            return self._parts[what]
        name = self._draft.resolve(self._node.inputs[place])
        weight = self._draft.weights.get(name)
        width = self._draft.operand(name).shape[2:]
        if weight is None:
            at: Attributes = {"starts": (self._index, first), "ends": (self._index + 1, end), "axes": (0, 1)}
            part = self._add(
                "Reshape",
                [self._add("Slice", [name], f"{what}/part", at)],
                f"{what}/flat",
                {"shape": (end - first, *width)},
            )
            self._parts[what] = self._add("Transpose", [part], what, {"perm": (1, 0)}) if is_matrix else part
        else:
            numbers = partial(_rows, weight, self._index, first, end)
            self._parts[what] = self._draft.compute(
                f"{self._base}/{what}", (*width, end - first), numbers, weight.dtype
            )
        return self._parts[what]

    def _initial(self, place: int, what: str) -> str:
        """Return the state before the first step: zero if none is given."""
        shape = (self._batch, self._hidden)
        if not self._has(place):
            return self._draft.fill(
                self._draft.fresh(f"{self._base}/{what}0"), shape, 0.0, self._draft.operand(self._x).dtype
            )
        axis = 1 if self._node.attributes["layout"] == 1 else 0
        at: Attributes = {"starts": (self._index,), "ends": (self._index + 1,), "axes": (axis,), "steps": (1,)}
        part = self._add("Slice", [self._node.inputs[place]], f"{what}0/part", at)
        return self._add("Reshape", [part], f"{what}0", {"shape": shape})

    def _split(self, step: str, gates: str, parts: int = 0) -> list[str]:
        count = parts or GATES[self._node.op]
        outputs = [self._draft.fresh(f"{self._base}/{step}/gate{i}") for i in range(count)]
        sizes: Attributes = {"axis": 1, "split": (self._hidden,) * count}
        self._draft.add("Split", [gates], outputs, f"{self._base}/{step}/split", sizes)
        return outputs

    def _has(self, place: int) -> bool:
        return len(self._node.inputs) > place and self._node.inputs[place] != ""

    def _add(self, op: str, inputs: Sequence[str], what: str, attributes: Attributes | None = None) -> str:
        return self._draft.step(op, inputs, f"{self._base}/{what}", attributes)


def _rows(weight: Weight, index: int, first: int, end: int) -> "NDArray[Any]":
    """Return rows of one direction, transposed."""
    return weight.array()[index, first:end].T


def _sum_of_halves(weight: Weight, index: int, rows: int) -> "NDArray[Any]":
    array = weight.array()[index]
    both: NDArray[Any] = array[:rows] + array[rows:]
    return both
