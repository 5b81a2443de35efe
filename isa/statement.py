"""One line of a program as a typed statement, and the hand-written parser that makes it.

Parsing a line needs neither the machine nor the lines around it, so equal lines give equal statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from isa.expression import Expression, parse_expression
from isa.fault import Fault, Hint, LineError, quoted
from isa.instructions import SPECS, Kind, Operand, Spec, form
from isa.lexer import END, code_part, column_of, is_name, tokenize
from isa.vocabulary import COMPUTE_TYPES, MEMORIES

_BLANKS = " \t\f\v"
_MNEMONICS = tuple(dict.fromkeys(words.split()[0] for words in SPECS if not words.startswith(".")))
_DIRECTIVES = tuple(words for words in SPECS if words.startswith("."))
_VARIANTS = {first: tuple(words.split()[1] for words in SPECS if words.startswith(f"{first} ")) for first in _MNEMONICS}
_SPELLING = {
    Kind.MEMORY: {name.lower(): name for name in MEMORIES},
    Kind.TYPE: {name.lower(): name for name in COMPUTE_TYPES},
}
_EXPRESSION, _NAME = Kind.EXPRESSION, Kind.NAME
_PLURAL = {Kind.MEMORY: "memories", Kind.TYPE: "types"}
_FORMS = {words: (spec, len(words.split())) for words, spec in SPECS.items()}


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


def parse_line(line: str) -> Statement | None:
    """Return the statement of `line`; None where it holds only blanks and a comment. Never raises."""
    tokens = tokenize(line)
    if tokens[0] == END:
        return None
    column = len(line) - len(line.lstrip(_BLANKS)) + 1
    found = _FORMS.get(tokens[0].lower())
    if found is None:
        return Statement(None, column, faults=(_unknown_first_word(tokens[0]),))
    spec, length = found
    if tokens[1] != END and _VARIANTS.get(spec.words):
        variant = _FORMS.get(f"{spec.words} {tokens[1].lower()}")
        if variant is None:
            return Statement(spec, column, faults=(_unknown_variant(spec, tokens[1]),))
        spec, length = variant
    if spec.operands and spec.operands[0].kind is Kind.TEXT:
        return Statement(spec, column, words=(code_part(line)[column_of(line, 0) + len(tokens[0]) - 1 :].strip(),))
    return _Fields(spec, tokens, length).statement(column)


class _Fields:
    """The fields of one line, read from left to right."""

    def __init__(self, spec: Spec, tokens: Sequence[str], start: int) -> None:
        self.spec = spec
        self.tokens = tokens
        self.index = start
        self.words: list[str | None] = []
        self.expressions: list[Expression | None] = []
        self.starts: list[int] = []
        self.faults: list[Fault] = []

    def statement(self, column: int) -> Statement:
        """Return the line as a statement."""
        operands, tokens = self.spec.operands, self.tokens
        try:
            for operand in operands:
                if self._at_end():
                    break
                self.starts.append(self.index)
                if operand.kind is _EXPRESSION:
                    expression, self.index = parse_expression(tokens, self.index)
                    self.expressions.append(expression)
                else:
                    self.words.append(self._word(operand, tokens[self.index]))
            if tokens[self.index] != END or len(self.starts) < len(operands):
                self._wrong_count()
        except LineError as error:
            self.faults.append(error.fault)
        if self.faults:
            self._pad()
        return Statement(
            self.spec,
            column,
            tuple(self.words),
            tuple(self.expressions),
            tuple(self.starts),
            tuple(self.faults),
        )

    def _at_end(self) -> bool:
        """Step over the comma before the next field; return whether there is no next field."""
        token = self.tokens[self.index]
        if token == ",":
            doubled = self.tokens[self.index + 1] == ","
            if not self.starts or doubled or self.tokens[self.index + 1] == END:
                raise LineError(Fault(self.index + doubled, "unexpected ','", "a comma stands between two fields"))
            self.index += 1
        return token == END

    def _word(self, operand: Operand, token: str) -> str | None:
        """Step over a memory, type or name; return its spelling in the vocabulary, or None if it is wrong."""
        kind = operand.kind
        if is_name(token):
            word = token if kind is _NAME else _SPELLING[kind].get(token.lower())
            if word is None:
                self.faults.append(_unknown_word(kind, token, self.index))
            self.index += 1
            return word
        start = self.index
        self._skip_field()
        self.faults.append(Fault(start, f"{operand.name} must be {kind.value}, found {quoted(token)}"))
        return None

    def _skip_field(self) -> None:
        token = self.tokens[self.index]
        if not (token[0].isalnum() or token[0] in "_-("):
            raise LineError(Fault(self.index, f"unexpected {quoted(token)}"))
        _, self.index = parse_expression(self.tokens, self.index)

    def _wrong_count(self) -> None:
        """Count the fields to the end of the line, and let their number be what is wrong."""
        extra = []
        while not self._at_end():
            extra.append(self.index)
            self._skip_field()
        found = len(self.starts) + len(extra)
        self.faults = [Fault(extra[0] if extra else self.index, f"{_arity(self.spec)}, found {found}")]

    def _pad(self) -> None:
        """Let None stand for each field that was not reached."""
        expected = sum(operand.kind is Kind.EXPRESSION for operand in self.spec.operands)
        self.expressions += [None] * (expected - len(self.expressions))
        self.words += [None] * (len(self.spec.operands) - expected - len(self.words))


def _arity(spec: Spec) -> str:
    count = len(spec.operands)
    if not count:
        return f"{spec.words} takes no fields"
    names = form(spec).removeprefix(spec.words + " ")
    return f"{spec.words} takes {names} ({count} field{'s' if count > 1 else ''})"


def _unknown_word(kind: Kind, token: str, index: int) -> Fault:
    known = tuple(_SPELLING[kind].values())
    hint = Hint(token, known, f"the {_PLURAL[kind]} are {', '.join(known)}")
    return Fault(index, f"unknown {kind.name.lower()} {quoted(token)}", hint)


def _unknown_first_word(token: str) -> Fault:
    if token.startswith(".") and len(token) > 1:
        hint = Hint(token, _DIRECTIVES, f"the directives are {', '.join(_DIRECTIVES)}")
        return Fault(0, f"unknown directive {quoted(token)}", hint)
    if is_name(token):
        hint = Hint(token, (*_MNEMONICS, *_DIRECTIVES), f"the instructions are {', '.join(_MNEMONICS)}")
        return Fault(0, f"unknown instruction {quoted(token)}", hint)
    return Fault(0, f"expected an instruction or a directive, found {quoted(token)}")


def _unknown_variant(spec: Spec, token: str) -> Fault:
    variants = _VARIANTS[spec.words]
    listed = " or ".join(f"'{variant}'" for variant in variants)
    return Fault(1, f"{spec.words} stands alone or with {listed}, found {quoted(token)}", Hint(token, variants))
