"""Turns the nodes of an ONNX graph into nodes of this project's operators, one after the other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.arity import arity_problems
from dlpsim.networks.onnx_file.composed import COMPOSED
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.expansions.table import EXPANSIONS
from dlpsim.networks.onnx_file.folding import RANDOM, fold
from dlpsim.networks.onnx_file.functions import ONNX, body
from dlpsim.networks.onnx_file.graphs import placed
from dlpsim.networks.onnx_file.legacy import LEGACY
from dlpsim.networks.onnx_file.order import in_order
from dlpsim.networks.onnx_file.rewritten import REWRITTEN
from dlpsim.networks.onnx_file.sequences import OPSET, SEQUENCES, ordinary
from dlpsim.networks.onnx_file.special import SPECIAL, Handler
from dlpsim.networks.onnx_file.tensors import weight_of
from dlpsim.networks.onnx_file.unrolled import UNROLLED, unrolled
from dlpsim.networks.operators.operator import AttributeSpec, Kind, Unfit
from dlpsim.networks.operators.table import OPERATORS

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

ALTERNATIVES = {**LEGACY, **REWRITTEN, **COMPOSED}
"""What becomes of nodes that are not known constants."""

OTHERS = {
    *ALTERNATIVES,
    *SPECIAL,
    *SEQUENCES,
    *UNROLLED,
    *(op for domain, op in EXPANSIONS if not domain),
    *(f"{domain}.{op}" for domain, op in EXPANSIONS if domain),
}
"""Operators that are written with those of the table, or folded. So are others that ONNX defines by such."""

OPTIONAL_RESULTS = ("MaxPool", "BatchNormalization", "LayerNormalization", "LSTM", "GRU", "RNN", "Dropout")
"""Operators whose further results need not be computed where nothing takes them."""


def translate(nodes: Sequence["NodeProto"], draft: FileDraft, outputs: Iterable[str]) -> None:
    """Add all nodes to the draft; `outputs` are wanted afterwards. Problems are collected there."""
    ordered, cyclic = in_order(nodes, draft.is_made)
    if cyclic:
        names = [node.name or next(iter(node.output), node.op_type) for node in cyclic]
        shown = ", ".join(f"'{name}'" for name in names[:5])
        wait = "wait for each other's results" if len(names) > 1 else "waits for its own result"
        draft.problems.append(f"the graph has a cycle: {shown} {wait}")
        draft.unknown.update(name for node in cyclic for name in node.output)
    taken = {name for node in ordered for name in node.input}
    taken |= {name for node in ordered for graph in attributes.graphs(node).values() for name in _within(graph)}
    taken |= set(outputs)
    for node in ordered:
        _Translation(node, draft, taken).run()


def _within(graph: "GraphProto") -> Iterable[str]:
    yield from (info.name for info in graph.output)
    for node in graph.node:
        yield from node.input
        for inner in attributes.graphs(node).values():
            yield from _within(inner)


class _Translation:
    """The translation of one node."""

    def __init__(self, node: "NodeProto", draft: FileDraft, taken: set[str]) -> None:
        self._node = node
        self._draft = draft
        self._taken = taken
        self._name = node.name or next(iter(node.output), node.op_type)

    def run(self) -> None:
        """Add the node, or a problem."""
        node, draft = self._node, self._draft
        sequences = [name for name in node.input if name in draft.sequences]
        missing = [name for name in node.input if name and not draft.is_known(name) and name not in sequences]
        unknown = [name for name in missing if name in draft.unknown]
        try:
            if unknown:
                draft.unknown.update(node.output)
                return
            if missing:
                raise Unfit(f"takes {', '.join(map(repr, missing))}, which nothing makes")
            if sequences and node.op_type not in (*SEQUENCES, *UNROLLED):
                raise Unfit(
                    f"takes {', '.join(map(repr, sequences))}: of sequences, only operators on them are supported"
                )
            twice = [name for name in node.output if name and draft.is_known(name)]
            if twice:
                raise Unfit(f"makes {', '.join(map(repr, twice))}, which is there already")
            wrong = list(arity_problems(node, draft.opset)) if node.domain in ONNX else []
            if wrong:
                raise Unfit("; ".join(wrong))
            self._add()
        except Unfit as problem:
            draft.problems.append(f"node '{self._name}' ({node.op_type}): {problem}")
            draft.unknown.update(node.output)

    def _add(self) -> None:
        node, draft = self._node, self._draft
        if node.domain not in ONNX:
            self._function()
        elif node.op_type == "If":
            self._branch()
        elif node.op_type in UNROLLED:
            for outer, inner in zip(node.output, unrolled(draft, node, self._name, translate), strict=False):
                self._stand_for(outer, inner)
        elif node.op_type in SEQUENCES:
            self._placed(ordinary(draft, node), OPSET, [])
        elif self._taken_by(SPECIAL):
            pass
        elif self._is_constant():
            arrays = [draft.array(name) if name else None for name in node.input]
            for name, result in zip([n for n in node.output if n], fold(node, arrays, draft.opset), strict=True):
                draft.hold(name, result)
        elif self._taken_by(ALTERNATIVES):
            pass
        elif node.op_type in OPERATORS:
            self._plain()
        else:
            self._function()

    def _taken_by(self, handlers: Mapping[str, Handler]) -> bool:
        """Whether a handler has taken the node."""
        handler = handlers.get(self._node.op_type)
        return handler is not None and handler(self._draft, self._node, self._name)

    def _unsupported(self, op: str) -> None:
        self._draft.unsupported.setdefault(op, []).append(self._name)
        self._draft.unknown.update(self._node.output)

    def _is_constant(self) -> bool:
        """Whether all operands are known, so that the results can be computed now."""
        node = self._node
        return node.op_type not in RANDOM and all(self._draft.is_constant(name) for name in node.input if name)

    def _branch(self) -> None:
        """Put the nodes of the branch in place that a constant condition chooses."""
        node, draft = self._node, self._draft
        condition = draft.array(node.input[0])
        if condition is None:
            raise Unfit(f"the condition '{node.input[0]}' is not constant, and both branches cannot be computed")
        graph = attributes.graphs(node).get("then_branch" if condition.any() else "else_branch")
        if graph is None:
            raise Unfit("the branch that its condition chooses is missing")
        base, constants = next(iter(node.output)), dict[str, str]()
        for tensor in graph.initializer:
            constants[tensor.name] = draft.fresh(f"{base}/{tensor.name}")
            draft.weights[constants[tensor.name]] = weight_of(tensor, draft.folder)
        nodes, outputs = placed(graph, base, constants)
        translate(nodes, draft, outputs)
        for outer, inner in zip(node.output, outputs, strict=False):
            self._stand_for(outer, inner)

    def _stand_for(self, name: str, target: str) -> None:
        """Let a name stand for another, which may be unknown itself."""
        if target in self._draft.unknown:
            self._draft.unknown.add(name)
        elif target in self._draft.sequences:
            self._draft.sequences[name] = self._draft.sequences[target]
        elif name:
            self._draft.aliases[name] = self._draft.resolve(target)

    def _function(self) -> None:
        """Put the nodes in place of which ONNX itself says that they define the operator."""
        node, draft = self._node, self._draft
        found = body(node, draft)
        if found is None:
            self._unsupported(node.op_type if node.domain in ONNX else f"{node.domain}.{node.op_type}")
            return
        nodes, outputs, opset = found
        self._placed(nodes, opset, outputs)
        for outer, inner in zip(node.output, outputs, strict=False):
            self._stand_for(outer, inner)

    def _placed(self, nodes: Sequence["NodeProto"], opset: int, outputs: Sequence[str]) -> None:
        """Translate nodes of a version of ONNX in place of this one."""
        draft = self._draft
        kept, draft.opset = draft.opset, opset
        translate(nodes, draft, outputs)
        draft.opset = kept

    def _plain(self) -> None:
        """Add a node as it is, constant operands become attributes where the table has them so."""
        node, draft = self._node, self._draft
        specs = OPERATORS[node.op_type].attributes
        given = {name: _typed(value, specs.get(name)) for name, value in attributes.plain(node).items()}
        apart = {spec.operand: name for name, spec in specs.items() if spec.operand is not None}
        for index, name in enumerate(node.input):
            if index in apart and name:
                given[apart[index]] = self._constant(name, apart[index], specs[apart[index]])
        inputs = [name for index, name in enumerate(node.input) if index not in apart]
        outputs = list(node.output)
        while len(outputs) > 1 and node.op_type in OPTIONAL_RESULTS and outputs[-1] not in self._taken:
            outputs.pop()
        draft.add(node.op_type, inputs, outputs, self._name, given)

    def _constant(self, name: str, attribute: str, spec: AttributeSpec) -> Attribute:
        array = self._draft.array(name)
        if array is None:
            raise Unfit(f"'{name}' ({attribute}) is not constant: it depends on what the network is given")
        if spec.kind is Kind.INTS:
            return tuple(int(item) for item in array.reshape(-1))
        if array.size != 1:
            raise Unfit(f"'{name}' ({attribute}) has {array.size} numbers, expected one")
        return int(array.item()) if spec.kind is Kind.INT else float(array.item())


def _typed(value: Attribute, spec: AttributeSpec | None) -> Attribute:
    """Return a whole number as a float where a float is expected."""
    return float(value) if spec and spec.kind is Kind.FLOAT and isinstance(value, int) else value
