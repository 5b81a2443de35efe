"""An operation as it stands in a line: after the colon of a compute, on places; after `=`, on tensors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from isa.cursor import Cursor
from isa.expression import Expression
from isa.fault import Fault, Hint, LineError, quoted
from isa.lexer import is_name
from isa.operation_spec import OperandSpec, OperationSpec, expectation_form, expectation_options, form
from isa.operations import OPERATIONS
from isa.operators import BY_SYMBOL
from isa.vocabulary import MEMORIES

_MEMORIES = {memory.lower(): memory for memory in MEMORIES}


@dataclass(frozen=True, slots=True)
class OperandText:
    """An operand: a memory with an address, or the name of a tensor. `start` and `address_start` are tokens."""

    start: int
    word: str
    address_start: int = 0
    address: Expression = 0


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation with its fields; `start` is the token of its name, `sizes` are pairs of a token and a size."""

    start: int
    spec: OperationSpec
    operands: tuple[OperandText, ...]
    sizes: tuple[tuple[int, Expression], ...] = ()
    options: tuple[str, ...] = ()


def parse_operation(tokens: Sequence[str], index: int) -> OperationText:
    """Return the operation on places whose name is token `index`; it ends with the line. Raises LineError."""
    return _Fields(tokens, index).on_places()


def parse_expectation(tokens: Sequence[str], index: int) -> OperationText:
    """Return the operation on tensors whose name is token `index`; it ends with the line. Raises LineError."""
    return _Fields(tokens, index).on_tensors()


class _Fields(Cursor):
    """The fields of an operation, read from left to right."""

    def __init__(self, tokens: Sequence[str], index: int) -> None:
        super().__init__(tokens, index + 1)
        self.start = index
        self.spec = _spec(tokens[index], index)
        self.form = form(self.spec)

    def on_places(self) -> OperationText:
        operands = tuple(self._place(operand) for operand in self.spec.operands)
        sizes: list[tuple[int, Expression]] = []
        while not self.at_end() and not self._at_option():
            if len(sizes) == len(self.spec.sizes):
                raise self._unexpected("an option" if self.spec.options else "the end of the line")
            sizes.append((self.index, self.expression()))
        if len(sizes) < len(self.spec.dims):
            raise self._unexpected(f"size {self.spec.dims[len(sizes)]}")
        return OperationText(self.start, self.spec, operands, tuple(sizes), self._options(self.spec.options))

    def on_tensors(self) -> OperationText:
        self.form = expectation_form(self.spec)
        if not self.spec.is_told_by_shapes:
            known = ", ".join(name for name, spec in OPERATIONS.items() if spec.is_told_by_shapes)
            message = f"{self.spec.name} cannot be expected: the shapes of its operands do not say all of it"
            raise LineError(Fault(self.start, message, f"those that can be are {known}"))
        operands = tuple(self._tensor(operand) for operand in self.spec.inputs)
        return OperationText(self.start, self.spec, operands, options=self._options(expectation_options(self.spec)))

    def _place(self, operand: OperandSpec) -> OperandText:
        self.at_end()
        start = self.index
        memory = _MEMORIES.get(self.tokens[start].lower())
        if memory is None:
            raise self._unexpected(f"operand {operand.name.upper()}, a memory with its address")
        self.index += 1
        located = self.address()
        if located is None:
            raise self._unexpected(f"the address of operand {operand.name.upper()} in brackets")
        return OperandText(start, memory, *located)

    def _tensor(self, operand: OperandSpec) -> OperandText:
        self.at_end()
        start = self.index
        if not is_name(self.tokens[start]):
            raise self._unexpected(f"operand {operand.name.upper()}, the name of a tensor")
        self.index += 1
        return OperandText(start, self.tokens[start])

    def _options(self, known: Collection[str]) -> tuple[str, ...]:
        options: list[str] = []
        while not self.at_end():
            option = self.tokens[self.index].lower()
            if option in options or option not in known:
                raise self._unexpected("an option" if set(known) - set(options) else "the end of the line")
            options.append(option)
            self.index += 1
        return tuple(sorted(options))

    def _at_option(self) -> bool:
        """Whether an option begins here: one of its words, where it is not the first value of an expression."""
        return self.tokens[self.index].lower() in self.spec.options and self.tokens[self.index + 1] not in BY_SYMBOL

    def _unexpected(self, expected: str) -> LineError:
        found = quoted(self.tokens[self.index])
        return LineError(Fault(self.index, f"expected {expected}, found {found}", f"it is written {self.form}"))


def _spec(token: str, index: int) -> OperationSpec:
    spec = OPERATIONS.get(token.lower())
    if spec is None:
        known = tuple(OPERATIONS)
        if not is_name(token):
            raise LineError(Fault(index, f"expected an operation, found {quoted(token)}"))
        hint = Hint(token, known, f"the operations are {', '.join(known)}")
        raise LineError(Fault(index, f"unknown operation {quoted(token)}", hint))
    return spec
