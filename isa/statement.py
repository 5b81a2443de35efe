"""One line of a program as a typed statement."""

from dataclasses import dataclass

from isa.expression import Expression
from isa.fault import Fault
from isa.instructions import Spec
from isa.operation_text import OperationText


@dataclass(frozen=True, slots=True)
class Statement:
    """A line: its table entry, the column of its first word, its fields, and what is wrong with it.

    `words` holds memories, types and names, `expressions` the expressions, both in the order of the table entry;
    None stands for a field that is missing or wrong. `starts` is the first token of each field.
    `spec` is None where the first word is unknown.
    """

    spec: Spec | None
    column: int
    words: tuple[str | None, ...] = ()
    expressions: tuple[Expression | None, ...] = ()
    starts: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotatedStatement(Statement):
    """A line with addresses, an operation or a factor.

    `addresses` holds the first token and the expression in the brackets behind each memory, with None where there are
    none; it is empty where no memory has any. `factor` holds the first token and the expression behind a suffix.
    """

    addresses: tuple[tuple[int, Expression] | None, ...] = ()
    operation: OperationText | None = None
    factor: tuple[int, Expression] | None = None
