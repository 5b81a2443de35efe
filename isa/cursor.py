"""A place in the tokens of a line, and the steps that every kind of field shares."""

from collections.abc import Sequence

from isa.expression import Expression, parse_expression
from isa.fault import Fault, LineError, quoted
from isa.lexer import END


class Cursor:
    """Reads the tokens of one line from left to right; `index` is the next one. Faults leave as LineError."""

    def __init__(self, tokens: Sequence[str], index: int) -> None:
        self.tokens = tokens
        self.index = self._first = index

    def at_end(self) -> bool:
        """Step over the comma before the next field; return whether there is no next field.

        A comma may not stand before the first field.
        """
        token = self.tokens[self.index]
        if token == ",":
            doubled = self.tokens[self.index + 1] == ","
            if self.index == self._first or doubled or self.tokens[self.index + 1] == END:
                raise LineError(Fault(self.index + doubled, "unexpected ','", "a comma stands between two fields"))
            self.index += 1
        return token == END

    def expression(self) -> Expression:
        """Step over an expression and return it."""
        expression, self.index = parse_expression(self.tokens, self.index)
        return expression

    def address(self) -> tuple[int, Expression] | None:
        """Step over `[expression]`; return its first token and the expression, or None where there is no bracket."""
        bracket = self.index
        if self.tokens[bracket] != "[":
            return None
        self.index += 1
        expression = self.expression()
        token = self.tokens[self.index]
        if token == END:
            raise LineError(Fault(bracket, "this '[' is never closed"))
        if token != "]":
            raise LineError(Fault(self.index, f"expected an operator or ']', found {quoted(token)}"))
        self.index += 1
        return bracket + 1, expression

    def skip_field(self) -> None:
        """Step over a field of any kind."""
        token = self.tokens[self.index]
        if not (token[:1].isalnum() or token[:1] in "_-("):
            raise LineError(Fault(self.index, f"unexpected {quoted(token)}"))
        self.expression()
        self.address()
