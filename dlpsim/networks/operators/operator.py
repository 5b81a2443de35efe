"""What an operator is: its operands, attributes, the shapes of its results, and the work that it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from dlpsim.networks.node import Attribute
from dlpsim.networks.value import Shape, Value


class Unfit(ValueError):  # noqa: N818  (it says what is wrong with operands, not that an error happened)
    """Operands or attributes that an operator cannot take; the message says which and why."""


class Family(Enum):
    """What kind of step an operator is, and so which part of a compiler has to know it."""

    CONVOLUTION = "convolution"
    MATRIX = "matrix"
    ELEMENTWISE = "elementwise"
    POOLING = "pooling"
    NORMALIZATION = "normalization"
    REDUCTION = "reduction"
    LAYOUT = "layout"
    RECURRENT = "recurrent"


class Kind(Enum):
    """The type of an attribute."""

    INT = "an integer"
    INTS = "integers"
    FLOAT = "a number"
    FLOATS = "numbers"
    STRING = "a word"
    STRINGS = "words"


@dataclass(frozen=True)
class AttributeSpec:
    """An attribute: its type, and its default; None means that leaving it out has a meaning of its own.

    ONNX may have it as an operand: `operand` is then its place among them, and `dtype` its element type ("" for that
    of the first operand). `words` lists what a word may be; empty for any.
    """

    kind: Kind
    default: Attribute | None = None
    operand: int | None = None
    dtype: str = "i64"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """What a node computes: multiply-accumulates, additions (those of its MACs included), and other operations.

    A dot product of k numbers is k MACs and k - 1 additions; a bias is one addition more. The others are
    multiplications without accumulation, divisions, comparisons, exponentials and the like; what is made of several,
    such as a sigmoid, counts each.
    """

    macs: int = 0
    additions: int = 0
    others: int = 0

    def __add__(self, other: "Work") -> "Work":
        """Return both together."""
        return Work(self.macs + other.macs, self.additions + other.additions, self.others + other.others)


Result = tuple[Shape, str]
"""Shape and element type of one result."""


@dataclass(frozen=True)
class Call:
    """One use of an operator: what it takes, None for what is not there, and how many results are wanted."""

    op: str
    inputs: tuple[Value | None, ...]
    attributes: Mapping[str, Attribute]
    results: int = 1

    def operand(self, index: int) -> Value:
        """Return an operand that must be there."""
        found = self.inputs[index] if index < len(self.inputs) else None
        if found is None:
            raise Unfit(f"operand {index} is missing")
        return found

    def optional(self, index: int) -> Value | None:
        """Return an operand, or None where it is not there."""
        return self.inputs[index] if index < len(self.inputs) else None

    @property
    def first(self) -> Value:
        """The first operand."""
        return self.operand(0)

    def has(self, name: str) -> bool:
        """Whether an attribute is there."""
        return name in self.attributes

    def integer(self, name: str) -> int:
        """Return an attribute of that kind."""
        found = self.attributes[name]
        assert isinstance(found, int)
        return found

    def integers(self, name: str) -> tuple[int, ...]:
        """Return an attribute of that kind."""
        found = self.attributes[name]
        assert isinstance(found, tuple)
        return tuple(int(item) for item in found)

    def number(self, name: str) -> float:
        """Return an attribute of that kind."""
        found = self.attributes[name]
        assert isinstance(found, int | float)
        return float(found)

    def word(self, name: str) -> str:
        """Return an attribute of that kind."""
        return str(self.attributes[name])


def _as_they_are(call: Call) -> Mapping[str, Attribute]:
    return call.attributes


Settle = Callable[[Call], Mapping[str, Attribute]]
Infer = Callable[[Call], Sequence[Result]]
Count = Callable[[Call, Sequence[Result]], Work]


@dataclass(frozen=True)
class Operator:
    """An entry of the table. Semantics are those of ONNX (opset 18) where the name is ONNX's.

    `least` and `most` operands are taken (`most` None: any number). `settle` gives every attribute its final form:
    defaults that depend on shapes, axes counted from the front. `infer` gives the results from settled attributes.
    Both raise Unfit. `work` counts.
    """

    name: str
    family: Family
    summary: str
    infer: Infer
    work: Count
    least: int = 1
    most: int | None = 1
    attributes: Mapping[str, AttributeSpec] = field(default_factory=dict)
    settle: Settle = _as_they_are


def no_work(call: Call, results: Sequence[Result]) -> Work:
    """Count nothing: the operator only moves or renames data."""
    return Work()
