"""Recurrent layers, step by step, in place of their nodes."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.direction import Attributes, Direction
from dlpsim.networks.node import Node
from dlpsim.networks.operators.recurrent import LENGTHS, X

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAYS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
"""Whether each direction of a layer goes backwards."""


def expand_recurrent(draft: Draft, node: Node) -> None:
    """Add the steps of a recurrent layer in place of its node."""
    _Layer(draft, node).expand()


class _Layer:
    """A recurrent layer, of one direction or two."""

    def __init__(self, draft: Draft, node: Node) -> None:
        self._draft = draft
        self._node = node
        self._by_batch = node.attributes["layout"] == 1
        shape = draft.operand(node.inputs[X]).shape
        self._batch = shape[0] if self._by_batch else shape[1]
        hidden = node.attributes["hidden_size"]
        assert isinstance(hidden, int)
        self._hidden = hidden

    def expand(self) -> None:
        """Add every direction, and put the results side by side."""
        ways = WAYS[str(self._node.attributes["direction"])]
        x = self._node.inputs[X]
        if self._by_batch:
            x = self._step("Transpose", [x], "x", {"perm": (1, 0, 2)})
        presence = self._presence()
        runs = [
            Direction(self._draft, self._node, index, x, presence, is_reverse=is_reverse).run()
            for index, is_reverse in enumerate(ways)
        ]
        every, h, c = [*self._node.outputs, "", ""][:3]
        self._together([self._sequence(hidden) for hidden, _ in runs], every, axis=1, by_batch=(2, 0, 1, 3))
        self._together([self._state(state.h) for _, state in runs], h, axis=0, by_batch=(1, 0, 2))
        if c:
            self._together([self._state(state.c) for _, state in runs], c, axis=0, by_batch=(1, 0, 2))

    def _presence(self) -> str:
        """Return whether each step is one of each sequence, steps × batch × 1; nothing if all sequences have all."""
        inputs = self._node.inputs
        if len(inputs) <= LENGTHS or not inputs[LENGTHS]:
            return ""
        steps = self._draft.operand(inputs[X]).shape[1 if self._by_batch else 0]
        numbers = self._draft.compute(f"{self._node.name}/numbers", (steps, 1), partial(_numbers, steps), "i32")
        return self._step(
            "Reshape",
            [self._step("Less", [numbers, inputs[LENGTHS]], "is_before_end", {})],
            "presence",
            {"shape": (steps, self._batch, 1)},
        )

    def _sequence(self, hidden: Sequence[str]) -> str:
        """Return steps × 1 × batch × hidden of one direction."""
        steps = self._step("Concat", hidden, "steps", {"axis": 0}) if len(hidden) > 1 else hidden[0]
        return self._step("Reshape", [steps], "sequence", {"shape": (len(hidden), 1, self._batch, self._hidden)})

    def _state(self, name: str) -> str:
        """Return 1 × batch × hidden."""
        return self._step("Reshape", [name], "state", {"shape": (1, self._batch, self._hidden)})

    def _together(self, parts: list[str], output: str, *, axis: int, by_batch: tuple[int, ...]) -> None:
        """Make a result of its directions, with the batch in front where the layer has it so."""
        if not output:
            return
        joined = self._step("Concat", parts, "directions", {"axis": axis}) if len(parts) > 1 else parts[0]
        if self._by_batch:
            self._draft.add("Transpose", [joined], [output], f"{self._node.name}/{output}", {"perm": by_batch})
        else:
            self._draft.aliases[output] = joined

    def _step(self, op: str, inputs: Sequence[str], what: str, attributes: Attributes) -> str:
        return self._draft.step(op, inputs, f"{self._node.name}/{what}", attributes)


def _numbers(steps: int) -> "NDArray[Any]":
    """Return the number of each step."""
    import numpy as np  # noqa: PLC0415

    return np.arange(steps, dtype=np.int32).reshape(steps, 1)
