"""A network in the making, as the nodes of a file are translated one after the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.table import unsupported

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import FunctionProto

KEPT_ELEMENTS = 1 << 16
"""Up to so many elements, the numbers of a constant are kept once they have been asked for."""

SHOWN_NODES = 3


@dataclass
class FileDraft(Draft):
    """What a file gives so far, and what is wrong with it.

    `unknown` has the names that a node should have made which could not be translated: what takes them is skipped, so
    that one problem is told once. `sequences` are the names of the tensors of each sequence. `helpers` are constants
    that stand where weights do, though no training sets them. `functions` are the file's own, by domain and name.
    """

    opset: int = 1
    folder: Path = Path()
    unknown: set[str] = field(default_factory=set)
    sequences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unsupported: dict[str, list[str]] = field(default_factory=dict)
    helpers: set[str] = field(default_factory=set)
    functions: "Mapping[tuple[str, str], FunctionProto]" = field(default_factory=dict)
    _arrays: dict[str, "NDArray[Any]"] = field(default_factory=dict)

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        name: str,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        """Add a node of the table; results without elements are known, and become constants."""
        super().add(op, inputs, outputs, name, attributes)
        there = [output for output in outputs if output]
        empty = [output for output in there if not self.values[output].size]
        if not empty:
            return
        node = self.nodes.pop()
        names = {output: self.fresh(f"{output}/empty") for output in empty}
        for output in empty:
            value = self.values.pop(output)
            if len(empty) < len(there):
                self.values[names[output]] = replace(value, name=names[output])
            self.fill(output, value.shape, 0, value.dtype)
        if len(empty) < len(there):
            self.nodes.append(replace(node, outputs=tuple(names.get(output, output) for output in outputs)))

    def is_made(self, name: str) -> bool:
        """Whether a name stands for a value, a weight or a sequence."""
        return self.is_known(name) or name in self.sequences

    def array(self, name: str) -> "NDArray[Any] | None":
        """Return the numbers of a constant, None for what is none."""
        found = self.resolve(name)
        if found not in self.weights:
            return None
        if found not in self._arrays:
            array = self.weights[found].array()
            if array.size > KEPT_ELEMENTS:
                return array
            self._arrays[found] = array
        return self._arrays[found]

    def messages(self, others: Iterable[str] = ()) -> Iterator[str]:
        """Yield every problem; operators that are not supported once each, with their nodes.

        `others` are supported besides those of the table.
        """
        yield from self.problems
        for op, nodes in self.unsupported.items():
            shown = ", ".join(f"'{name}'" for name in nodes[:SHOWN_NODES])
            more = f" and {len(nodes) - SHOWN_NODES:,} more" if len(nodes) > SHOWN_NODES else ""
            yield f"node{'s' if len(nodes) > 1 else ''} {shown}{more}: {unsupported(op, others)}"
