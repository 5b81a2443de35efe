"""The fields of a line: the hand-written parser that reads them as its table entry says."""

from collections.abc import Iterable, Sequence
from itertools import repeat, takewhile

from isa.cursor import Cursor
from isa.expression import Expression, parse_expression
from isa.fault import Fault, Hint, LineError, quoted
from isa.instructions import SIGNS, DirectiveSpec, InstructionSpec, Kind, Operand, Spec
from isa.lexer import END, is_name
from isa.operation_text import OperationText, parse_expectation, parse_operation
from isa.program import Compute, Loop
from isa.statement import AnnotatedStatement, Statement
from isa.vocabulary import COMPUTE_TYPES, DTYPES, MEMORIES

_SPELLING = {
    Kind.MEMORY: {name.lower(): name for name in MEMORIES},
    Kind.TYPE: {name.lower(): name for name in COMPUTE_TYPES},
    Kind.DTYPE: {name: name for name in DTYPES},
}
_EXPRESSION, _NAME, _MEMORY = Kind.EXPRESSION, Kind.NAME, Kind.MEMORY
_OPERATION, _EQUATION = Kind.OPERATION, Kind.EQUATION
_PLURAL = {Kind.MEMORY: "memories", Kind.TYPE: "types", Kind.DTYPE: "element types"}
_PARSERS = {Kind.OPERATION: parse_operation, Kind.EQUATION: parse_expectation}
_ANNOTATION_HINTS = {
    "move": "rows and strides go with addresses in brackets",
    "compute": "what is computed stands behind a colon",
}

_Located = dict[int, tuple[int, Expression]]


class Fields(Cursor):
    """The fields of one line, read from left to right.

    `located` holds what stands in the brackets behind a memory, by the number of its field.
    """

    located: _Located | None = None
    operation: OperationText | None = None
    factor: tuple[int, Expression] | None = None

    def __init__(self, spec: Spec, tokens: Sequence[str], start: int) -> None:
        super().__init__(tokens, start)
        self.spec = spec
        self.words: list[str | None] = []
        self.expressions: list[Expression | None] = []
        self.starts: list[int] = []
        self.faults: list[Fault] = []

    def statement(self, column: int) -> Statement:
        """Return the line as a statement."""
        operands = self.spec.operands
        try:
            self._read(operands)
            if self.tokens[self.index] != END:
                self._read_further()
            if self.tokens[self.index] != END or len(self.starts) < len(operands):
                self._wrong_count()
            elif self.located and not self.faults:
                self._check_located(self.located)
        except LineError as error:
            self.faults.append(error.fault)
        if self.faults:
            self._pad()
        words, expressions, starts = tuple(self.words), tuple(self.expressions), tuple(self.starts)
        if self.located or self.operation or self.factor:
            addresses = self._addresses(self.located) if self.located else ()
            rest = addresses, self.operation, self.factor
            return AnnotatedStatement(self.spec, column, words, expressions, starts, tuple(self.faults), *rest)
        return Statement(self.spec, column, words, expressions, starts, tuple(self.faults))

    def _read(self, operands: Iterable[Operand]) -> None:
        """Read a field for each of `operands`, as far as the line goes."""
        tokens, starts = self.tokens, self.starts
        for operand in operands:
            token, kind = tokens[self.index], operand.kind
            if token == END or (token == "," and self.at_end()):
                break
            starts.append(self.index)
            if kind is _EXPRESSION:
                expression, self.index = parse_expression(tokens, self.index)
                self.expressions.append(expression)
            elif kind is _OPERATION or kind is _EQUATION:
                self._operation(kind)
            else:
                self.words.append(self._word(operand, tokens[self.index]))

    def _read_further(self) -> None:
        """Read what may follow the fields of the table entry."""
        if isinstance(self.spec, DirectiveSpec):
            if self.spec.repeats:
                self._read(takewhile(self._is_before_suffix, repeat(self.spec.operands[-1])))
        elif not self._is_annotated():
            return
        elif not self.spec.suffix or self.tokens[self.index] != ":":
            self._read(self.spec.annotation)
            if len(self.starts) < len(self.spec.operands) + len(self.spec.annotation):
                self._wrong_count()
        if self.spec.suffix and self.tokens[self.index] == ":":
            self._suffix(self.spec.suffix)

    def _is_before_suffix(self, _: Operand) -> bool:
        return self.tokens[self.index] != ":"

    def _suffix(self, word: str) -> None:
        """Step over `: word FACTOR`."""
        self.index += 1
        if self.tokens[self.index].lower() != word:
            raise LineError(Fault(self.index, f"expected '{word}', found {quoted(self.tokens[self.index])}"))
        self.index += 1
        self.factor = self.index, self.expression()

    def _is_annotated(self) -> bool:
        """Whether the line has addresses, a colon before an operation, or is of a kind that needs no such sign."""
        assert isinstance(self.spec, InstructionSpec)
        if self.spec.is_located:
            return bool(self.located)
        return self.spec.builds is not Compute or self.tokens[self.index] == ":"

    def _word(self, operand: Operand, token: str) -> str | None:
        """Step over a memory, type or name; return its spelling in the vocabulary, or None if it is wrong."""
        kind, start = operand.kind, self.index
        word = (token if is_name(token) else None) if kind is _NAME else _SPELLING[kind].get(token.lower())
        if word is None and not is_name(token):
            self.skip_field()
            self.faults.append(Fault(start, f"{operand.name} must be {kind.value}, found {quoted(token)}"))
            return None
        if word is None:
            self.faults.append(_unknown_word(kind, token, start))
        self.index += 1
        if self.tokens[self.index] == "[" and kind is _MEMORY and self.spec.is_located:
            self._address()
        return word

    def _address(self) -> None:
        if located := self.address():
            self.located = {**(self.located or {}), len(self.starts) - 1: located}

    def _addresses(self, located: _Located) -> tuple[tuple[int, Expression] | None, ...]:
        kinds = enumerate(operand.kind for operand in self.spec.operands)
        return tuple(located.get(number) for number, kind in kinds if kind is Kind.MEMORY)

    def _check_located(self, located: _Located) -> None:
        if None in (addresses := self._addresses(located)):
            bare = self.starts[addresses.index(None)]
            message = f"{quoted(self.tokens[bare])} has no address"
            self.faults.append(Fault(bare, message, "both memories of a move have one in brackets, or neither has"))

    def _operation(self, kind: Kind) -> None:
        """Step over an operation with the sign before it; it is the rest of the line."""
        sign = SIGNS[kind].strip()
        if self.tokens[self.index] != sign:
            raise LineError(Fault(self.index, f"expected '{sign}', found {quoted(self.tokens[self.index])}"))
        self.operation = _PARSERS[kind](self.tokens, self.index + 1)
        self.index = len(self.tokens) - 1

    def _wrong_count(self) -> None:
        """Count the fields to the end of the line, and let their number be what is wrong."""
        extra = []
        while not self.at_end():
            extra.append(self.index)
            self.skip_field()
        found = len(self.starts) + len(extra)
        hint = _ANNOTATION_HINTS.get(self.spec.words, "") if extra and not self.located else ""
        message = f"{_arity(self.spec, found, bool(self.located))}, found {found}"
        self.faults = [Fault(extra[0] if extra else self.index, message, hint)]

    def _pad(self) -> None:
        """Let None stand for each field that was not reached."""
        expected = sum(operand.kind is Kind.EXPRESSION for operand in self.spec.operands)
        self.expressions += [None] * (expected - len(self.expressions))
        self.words += [None] * (len(self.spec.operands) - expected - len(self.words))


def _arity(spec: Spec, found: int, is_located: bool) -> str:
    """Say how many fields a line has, without an annotation and with one where it could be meant."""
    count = len(spec.operands)
    if not count:
        return f"{spec.words} takes no fields"
    if isinstance(spec, DirectiveSpec):
        return f"{spec.words} takes {_listed(spec.operands, 'at least ' if spec.repeats else '')}"
    further = spec.annotation if is_located or (spec.builds is Loop and found > count) else ()
    either = f" or {_listed(spec.operands + further)}" if further else ""
    return f"{spec.words} takes {_listed(spec.operands)}{either}"


def _listed(operands: Sequence[Operand], bound: str = "") -> str:
    names = " ".join(operand.form for operand in operands)
    return f"{names} ({bound}{len(operands)} field{'s' if len(operands) > 1 else ''})"


def _unknown_word(kind: Kind, token: str, index: int) -> Fault:
    known = tuple(_SPELLING[kind].values())
    hint = Hint(token, known, f"the {_PLURAL[kind]} are {', '.join(known)}")
    return Fault(index, f"unknown {kind.name.lower()} {quoted(token)}", hint)
