"""Loops that run a known number of times: their nodes once for each time.

How often a Loop runs, and whether it goes on, must follow from constants and shapes; a Scan runs once for each element
along an axis.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.graphs import placed
from dlpsim.networks.onnx_file.tensors import weight_of
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of
from dlpsim.networks.value import shape_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import GraphProto, NodeProto

MOST_TIMES = 10_000
"""How often a loop may run."""

Translate = Callable[[Sequence["NodeProto"], FileDraft, Sequence[str]], None]
"""Adds nodes to a draft, of which some results are wanted."""

UNROLLED = ("Loop", "Scan")
"""The operators that are loops."""


def unrolled(draft: FileDraft, node: "NodeProto", name: str, translate: Translate) -> list[str]:
    """Add the nodes of a loop for each time that it runs; return the names of its results.

    Results that cannot be told because of problems within the loop are unknown in the draft. Raises Unfit where it is
    not known how often it runs.
    """
    body = attributes.graphs(node).get("body")
    if body is None:
        raise Unfit("its body is missing")
    loop = _Loop(draft, body, name, translate)
    if node.op_type == "Loop":
        return loop.count(node)
    return loop.scan(node) if draft.opset >= 9 else loop.scan_batch(node)


@dataclass
class _Loop:
    """A loop in the making. `times` counts how often the body is there already."""

    draft: FileDraft
    body: "GraphProto"
    name: str
    translate: Translate
    times: int = 0
    constants: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for tensor in self.body.initializer:
            name = self.draft.fresh(f"{self.name}/{tensor.name}")
            self.draft.weights[name] = weight_of(tensor, self.draft.folder)
            self.constants[tensor.name] = name

    def count(self, node: "NodeProto") -> list[str]:
        """Run as often as a constant says, and as long as the body says so."""
        import numpy as np  # noqa: PLC0415

        most = self._told(node.input[0], "how often it runs") if node.input[0] else None
        goes_on = (
            bool(self._told(node.input[1], "whether it begins")) if len(node.input) > 1 and node.input[1] else True
        )
        state, series = list(node.input[2:]), list[list[str]]()
        while goes_on and (most is None or self.times < most):
            base = f"{self.name}/{self.times}"
            number = self.draft.hold(self.draft.fresh(f"{base}/number"), np.array(self.times, np.int64))
            condition = self.draft.hold(self.draft.fresh(f"{base}/condition"), np.array(True))
            results = self._run([number, condition, *state])
            if results is None:
                return self._lost(node)
            goes_on = bool(self._told(results[0], "whether it goes on"))
            state, each = results[1 : 1 + len(state)], results[1 + len(state) :]
            series = series or [[] for _ in each]
            for before, one in zip(series, each, strict=True):
                before.append(one)
        if not series and len(node.output) > len(state):
            raise Unfit("it never runs, so that nothing tells the shape of what it collects")
        return [*state, *(self._joined(parts, 0) for parts in series)]

    def scan(self, node: "NodeProto") -> list[str]:
        """Run once for each element along an axis."""
        number = self._number_of_inputs(node)
        states, inputs = list(node.input[: len(node.input) - number]), list(node.input[len(node.input) - number :])
        ways = [self._integers(node, f"scan_input_{what}", number) for what in ("axes", "directions")]
        results = self._scanned(states, inputs, list(zip(*ways, strict=True)))
        if results is None:
            return self._lost(node)
        states, series = results
        axes, turned = (self._integers(node, f"scan_output_{what}", len(series)) for what in ("axes", "directions"))
        joined = [
            self._joined(parts[::-1] if is_back else parts, axis)
            for parts, axis, is_back in zip(series, axes, turned, strict=True)
        ]
        return [*states, *joined]

    def scan_batch(self, node: "NodeProto") -> list[str]:
        """In version 8, run so for each element of a batch by itself, which comes first."""
        number = self._number_of_inputs(node)
        lengths, *operands = node.input
        split = len(operands) - number
        turned = self._integers(node, "directions", number)
        if any(name in self.draft.sequences or not self.draft.operand(name).shape for name in operands):
            raise Unfit("its operands have no batch")
        shape = self.draft.operand(operands[-1]).shape
        if len(shape) < 2 or shape[0] < 1 or {self.draft.operand(name).shape[0] for name in operands} != {shape[0]}:
            raise Unfit("its operands are not of one batch")
        if lengths and not self._is_whole(lengths, shape[1]):
            raise Unfit(f"its lengths '{lengths}' are not constant, or not the whole length")
        found: list[list[str]] = []
        for item in range(shape[0]):
            own = [self._at(name, 0, item) for name in operands]
            results = self._scanned(own[:split], own[split:], [(0, is_back) for is_back in turned])
            if results is None:
                return self._lost(node)
            states, series = results
            found.append([*states, *(self._joined(parts, 0) for parts in series)])
        return [self._joined(list(parts), 0) for parts in zip(*found, strict=True)]

    def _scanned(
        self, states: list[str], inputs: list[str], ways: Sequence[tuple[int, ...]]
    ) -> tuple[list[str], list[list[str]]] | None:
        """Run for each element of the inputs along its axis, perhaps from the end; None where there are problems."""
        if any(name in self.draft.sequences for name in inputs):
            raise Unfit("it goes over sequences, which is not supported")
        shapes = [self.draft.operand(name).shape for name in inputs]
        axes = [axis_of(way[0], len(shape)) for way, shape in zip(ways, shapes, strict=True)]
        sizes = {shape[axis] for axis, shape in zip(axes, shapes, strict=True)}
        if len(sizes) != 1:
            raise Unfit(f"it goes over {' and '.join(map(str, sorted(sizes)))} elements at the same time")
        (size,) = sizes
        series = list[list[str]]()
        for step in range(size):
            parts = [
                self._at(name, axis, size - 1 - step if is_back else step)
                for name, axis, (_, is_back) in zip(inputs, axes, ways, strict=True)
            ]
            results = self._run([*states, *parts])
            if results is None:
                return None
            states, each = results[: len(states)], results[len(states) :]
            series = series or [[] for _ in each]
            for before, one in zip(series, each, strict=True):
                before.append(one)
        if not series and size == 0:
            raise Unfit("it never runs, so that nothing tells the shape of what it collects")
        return states, series

    def _run(self, inputs: Sequence[str]) -> list[str] | None:
        """Add the body once more; return its results, None where a problem keeps one from being told."""
        if self.times >= MOST_TIMES:
            raise Unfit(f"it runs more than {MOST_TIMES:,} times")
        names = [info.name for info in self.body.input if info.name not in self.constants]
        if len(names) != len(inputs):
            raise Unfit(f"its body takes {len(names)} values, but it is given {len(inputs)}")
        given = self.constants | dict(zip(names, inputs, strict=True))
        nodes, results = placed(self.body, f"{self.name}/{self.times}", given)
        self.times += 1
        self.translate(nodes, self.draft, results)
        missing = [name for name in results if not self.draft.is_made(name)]
        strange = [name for name in missing if name not in self.draft.unknown]
        if strange:
            raise Unfit(f"its body gives '{strange[0]}', which nothing makes")
        return None if missing else results

    def _is_whole(self, lengths: str, size: int) -> bool:
        found = self.draft.array(lengths)
        return found is not None and bool((found == size).all())

    def _told(self, name: str, what: str) -> Any:
        """Return a constant number. Raises Unfit where it is computed."""
        found = self.draft.array(name)
        if found is None or found.size != 1:
            raise Unfit(f"{what}, '{name}', is not constant: it depends on what the network is given")
        return found.item()

    def _lost(self, node: "NodeProto") -> list[str]:
        self.draft.unknown.update(node.output)
        return []

    def _at(self, x: str, axis: int, place: int) -> str:
        """Return an element along an axis, which goes away."""
        array, base = self.draft.array(x), f"{self.name}/{self.times}/{x}"
        if array is not None:
            return self.draft.hold(self.draft.fresh(base), _contiguous(array.take(place, axis)))
        at = {"starts": (place,), "ends": (place + 1,), "axes": (axis,), "steps": (1,)}
        part = self.draft.step("Slice", [x], f"{base}/part", at)
        return self.draft.step("Squeeze", [part], base, {"axes": (axis,)})

    def _joined(self, parts: list[str], axis: int) -> str:
        """Return values side by side along a new axis."""
        import numpy as np  # noqa: PLC0415

        if any(name in self.draft.sequences for name in parts):
            raise Unfit("it collects sequences, which is not supported")
        shapes = {self.draft.operand(name).shape for name in parts}
        if len(shapes) > 1:
            raise Unfit(f"what it collects has shapes {' and '.join(sorted(map(shape_text, shapes)))}")
        first = self.draft.operand(parts[0])
        place = axis_of(axis, len(first.shape) + 1)
        arrays = [self.draft.array(name) for name in parts]
        base = f"{self.name}/collected"
        known = [array for array in arrays if array is not None]
        if len(known) == len(parts):
            return self.draft.hold(self.draft.fresh(base), np.stack(known, place))
        wide = [self.draft.step("Unsqueeze", [name], f"{base}/{place}", {"axes": (place,)}) for name in parts]
        return self.draft.step("Concat", wide, base, {"axis": place})

    def _number_of_inputs(self, node: "NodeProto") -> int:
        found = attributes.plain(node).get("num_scan_inputs")
        if not isinstance(found, int) or not 0 < found <= len(node.input) or "" in node.input[-found:]:
            raise Unfit(f"attribute num_scan_inputs is {found!r}, expected 1 to {len(node.input)}")
        return found

    def _integers(self, node: "NodeProto", name: str, count: int) -> list[int]:
        """Return an attribute that has a number for each input or result; without it, all are 0."""
        found = attributes.plain(node).get(name, (0,) * count)
        if not isinstance(found, tuple) or len(found) != count or not all(isinstance(one, int) for one in found):
            raise Unfit(f"attribute {name} is {found!r}, expected {count} integers")
        return [int(one) for one in found]


def _contiguous(array: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.array(array)
