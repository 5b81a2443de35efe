"""Integer expressions: compiled once to postfix steps with constants folded, evaluated for each core.

Neither the compiler nor the evaluator recurses: nesting is limited by memory only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isa.fault import Fault, LineError, quoted
from isa.lexer import END, is_name
from isa.operators import BY_SYMBOL, COMPARISON, MAX_DIGITS, NEGATE, NEGATION, is_too_large
from isa.predefined import CORE_DEPENDENT

_NUMBER = re.compile(r"0[xX](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*", re.ASCII)
_PARENTHESIS, _LOOSEST = 0, COMPARISON
_TOO_LARGE = f"the value has more than {MAX_DIGITS:,} digits"
_HINTS = {
    "+": "there is no unary plus",
    "*": "there is no power operator",
    "=": "there is no assignment; equality is written '=='",
    ".": "values are integers",
}


@dataclass(frozen=True, slots=True)
class Load:
    """The step that pushes the value of a name."""

    name: str
    token: int


@dataclass(frozen=True, slots=True)
class Apply:
    """The step that replaces the topmost values by the result of an operator."""

    symbol: str
    token: int


Step = int | Load | Apply


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that is no constant: its steps in postfix order, and the first use of each name."""

    steps: tuple[Step, ...]
    loads: tuple[Load, ...]
    reads_core: bool

    def evaluate(self, names: Mapping[str, int | None]) -> int:
        """Return the value; every name that is read must be in `names` with a value.

        Raises LineError at a division by zero, or where a value becomes too large.
        """
        stack: list[int] = []
        for step in self.steps:
            if isinstance(step, int):
                stack.append(step)
            elif isinstance(step, Load):
                value = names[step.name]
                assert value is not None
                stack.append(value)
            elif step.symbol == NEGATE:
                stack[-1] = -stack[-1]
            else:
                right = stack.pop()
                stack[-1] = apply(step.symbol, step.token, stack[-1], right)
        return stack[0]


Expression = int | Formula


def parse_expression(tokens: Sequence[str], start: int) -> tuple[Expression, int]:
    """Return the expression that begins at token `start`, and the index of the first token after it.

    Raises LineError where the tokens are no expression.
    """
    first = tokens[start]
    if first == END or (first not in ("-", "(") and tokens[start + 1] not in BY_SYMBOL):
        step = _operand(tokens, start)
        return (step if isinstance(step, int) else _formula([step])), start + 1
    return _Compiler(tokens).compile(start)


class _Compiler:
    """Operator-precedence parsing with an explicit stack.

    `pending` holds the operators and open parentheses that wait for what follows them, each with its precedence,
    symbol and token; nothing binds as loosely as a parenthesis.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.output: list[Step] = []
        self.pending: list[tuple[int, str, int]] = []
        self.open: list[int] = []  # tokens of the open parentheses

    def compile(self, index: int) -> tuple[Expression, int]:
        """Return the expression at token `index`, and the first token after it."""
        tokens = self.tokens
        while True:
            index = self._prefixes(index)
            self.output.append(_operand(tokens, index))
            index = self._closings(index + 1)
            operator = BY_SYMBOL.get(tokens[index])
            if operator is None:
                break
            self._binary(operator.precedence, index)
            index += 1
        if self.open:
            raise _unclosed(tokens, self.open[-1], index)
        self._reduce(_LOOSEST)
        return _formula(self.output), index

    def _prefixes(self, index: int) -> int:
        while (token := self.tokens[index]) in ("-", "("):
            if token == "(":
                self.open.append(index)
                self.pending.append((_PARENTHESIS, token, index))
            else:
                self.pending.append((NEGATION, NEGATE, index))
            index += 1
        return index

    def _closings(self, index: int) -> int:
        while self.open and self.tokens[index] == ")":
            self._reduce(_LOOSEST)
            self.pending.pop()
            self.open.pop()
            index += 1
        return index

    def _binary(self, precedence: int, index: int) -> None:
        if precedence == COMPARISON:
            self._reduce(COMPARISON + 1)
            if self.pending and self.pending[-1][0] == COMPARISON:
                raise LineError(Fault(index, "comparisons do not chain", "put one of the two in parentheses"))
        else:
            self._reduce(precedence)
        self.pending.append((precedence, self.tokens[index], index))

    def _reduce(self, precedence: int) -> None:
        """Emit the pending operators that bind at least as tightly as `precedence`."""
        pending = self.pending
        while pending and pending[-1][0] >= precedence:
            _, symbol, token = pending.pop()
            _emit(self.output, symbol, token)


def _emit(output: list[Step], symbol: str, token: int) -> None:
    """Append an operator to `output`, folded if its operands are constants and its result is good."""
    right = output[-1]
    if symbol == NEGATE:
        if isinstance(right, int):
            output[-1] = -right
            return
    elif isinstance(right, int) and isinstance(left := output[-2], int):
        try:
            output[-2:] = [apply(symbol, token, left, right)]
        except LineError:
            pass  # wrong only if the line is taken: left for the evaluator
        else:
            return
    output.append(Apply(symbol, token))


def apply(symbol: str, token: int, left: int, right: int) -> int:
    """Return `left symbol right`. Raises LineError at a division by zero, or where the value becomes too large."""
    try:
        value = BY_SYMBOL[symbol].apply(left, right)
    except ZeroDivisionError:
        raise LineError(Fault(token, "division by zero")) from None
    if is_too_large(value):
        raise LineError(Fault(token, _TOO_LARGE))
    return value


def _operand(tokens: Sequence[str], index: int) -> int | Load:
    token = tokens[index]
    if "0" <= token[:1] <= "9":
        return _literal(token, index)
    if is_name(token):
        return Load(token, index)
    raise LineError(Fault(index, f"expected a value, found {quoted(token)}", _HINTS.get(token, "")))


def _literal(token: str, index: int) -> int:
    if token.isdigit() and len(token) <= MAX_DIGITS:
        return int(token)
    if not _NUMBER.fullmatch(token):
        hint = "numbers are decimal (4096, 4_096) or hexadecimal (0x1000)"
        raise LineError(Fault(index, f"malformed number {quoted(token)}", hint))
    hexadecimal = token[1:2] in ("x", "X")
    digits = (token[2:] if hexadecimal else token).replace("_", "").lstrip("0") or "0"
    if len(digits) > MAX_DIGITS or is_too_large(value := int(digits, 16 if hexadecimal else 10)):
        raise LineError(Fault(index, _TOO_LARGE))
    return value


def _unclosed(tokens: Sequence[str], parenthesis: int, index: int) -> LineError:
    if tokens[index] == END:
        return LineError(Fault(parenthesis, "this '(' is never closed"))
    return LineError(Fault(index, f"expected an operator or ')', found {quoted(tokens[index])}"))


def _formula(steps: list[Step]) -> Expression:
    if len(steps) == 1 and isinstance(steps[0], int):
        return steps[0]
    loads = {step.name: step for step in reversed(steps) if isinstance(step, Load)}
    return Formula(tuple(steps), tuple(loads.values()), not CORE_DEPENDENT.isdisjoint(loads))
