"""What an operator stands for, as a function in ONNX's own notation, written for one node at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import Shape, shape_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import FunctionProto, NodeProto

OPSET = 20
"""The version of ONNX in which the functions are written."""

NUMBERS = {"f32": 1, "u8": 2, "i8": 3, "u16": 4, "i16": 5, "i32": 6, "i64": 7, "bool": 9, "f16": 10, "f64": 11}
"""ONNX's numbers of element types."""


@dataclass(frozen=True)
class Call:
    """A node that is to be written with others: what it takes, as far as it is known."""

    node: "NodeProto"
    draft: FileDraft

    def has(self, index: int) -> bool:
        """Whether an operand is there."""
        return index < len(self.node.input) and bool(self.node.input[index])

    def wants(self, index: int) -> bool:
        """Whether a result is asked for."""
        return index < len(self.node.output) and bool(self.node.output[index])

    def shape(self, index: int) -> Shape:
        """Return the shape of an operand. Raises Unfit if it is not there."""
        return self.draft.operand(self._name(index)).shape

    def dtype(self, index: int) -> str:
        """Return the element type of an operand. Raises Unfit if it is not there."""
        return self.draft.operand(self._name(index)).dtype

    def array(self, index: int) -> "NDArray[Any] | None":
        """Return the numbers of an operand that is constant, None for any other."""
        return self.draft.array(self.node.input[index]) if self.has(index) else None

    def integer(self, name: str, default: int) -> int:
        """Return an attribute that is an integer."""
        found = self.attribute(name, default)
        if not isinstance(found, int):
            raise Unfit(f"attribute {name} is {found!r}, expected an integer")
        return found

    def number(self, name: str, default: float) -> float:
        """Return an attribute that is a number."""
        found = self.attribute(name, default)
        if not isinstance(found, int | float):
            raise Unfit(f"attribute {name} is {found!r}, expected a number")
        return float(found)

    def attribute(self, name: str, default: Attribute) -> Attribute:
        """Return an attribute of whatever kind."""
        return attributes.plain(self.node).get(name, default)

    def passed(self, *names: str) -> str:
        """Return those of the attributes that the node has, as they are handed on."""
        there = attributes.plain(self.node)
        return _attributes(f"{name} = {_value(there[name])}" for name in names if name in there)

    def refuse(self, *names: str) -> None:
        """Raise Unfit if the node has one of these attributes set to anything but 0 or nothing."""
        there = attributes.plain(self.node)
        for name in names:
            if there.get(name):
                raise Unfit(f"attribute {name} is {there[name]!r}, which is not supported")

    def refuse_operands(self, **places: int) -> None:
        """Raise Unfit if the node has one of these operands."""
        for name, place in places.items():
            if self.has(place):
                raise Unfit(f"operand {place} ({name}) is not supported")

    def refuse_results(self, **places: int) -> None:
        """Raise Unfit if one of these results is asked for."""
        for name, place in places.items():
            if self.wants(place):
                raise Unfit(f"its result {place} ({name}) is not supported")

    def _name(self, index: int) -> str:
        if not self.has(index):
            raise Unfit(f"operand {index} is missing")
        return str(self.node.input[index])


Writer = Callable[[Call], Iterable[str]]
"""Yields the lines of a function's body. Raises Unfit for what it cannot express."""


@dataclass(frozen=True)
class Expansion:
    """An operator's operands and results by the names that the lines of its body use, with commas between.

    The operands of a node that may have any number of them follow from the node.
    """

    operands: str | Callable[[Call], str]
    results: str
    body: Writer

    def function(self, node: "NodeProto", draft: FileDraft) -> "FunctionProto":
        """Return what a node stands for. Raises Unfit where its operands have shapes that it cannot have."""
        from onnx import parser  # noqa: PLC0415

        call = Call(node, draft)
        try:
            lines = "\n".join(self.body(call))
            operands = self.operands if isinstance(self.operands, str) else self.operands(call)
            head = f'<opset_import: ["" : {OPSET}], domain: "expanded">\nExpanded ({operands}) => ({self.results})'
            return parser.parse_function(f"{head} {{\n{lines}\n}}")
        except Unfit:
            raise
        except (ArithmeticError, LookupError, ValueError, parser.ParseError) as error:
            known = [shape_text(draft.operand(name).shape) for name in node.input if name]
            raise Unfit(f"operands {', '.join(known)} do not go with each other or its attributes: {error}") from None


def number(name: str, value: float, like: str = "") -> str:
    """Return the line of a constant number, of the type of another operand if that is named."""
    if not like:
        return f"{name} = Constant <value_float = {value!r}> ()"
    return f"{name}_f32 = Constant <value_float = {value!r}> ()\n{name} = CastLike ({name}_f32, {like})"


def integers(name: str, *values: int) -> str:
    """Return the line of a list of constant integers."""
    return f"{name} = Constant <value_ints = [{', '.join(map(str, values))}]> ()"


def _attributes(texts: Iterable[str]) -> str:
    shown = ", ".join(texts)
    return f"<{shown}>" if shown else ""


def _value(value: Attribute) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
