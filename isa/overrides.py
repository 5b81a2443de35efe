"""Values that the caller gives to a program's `.param`s."""

import operator
from collections.abc import Mapping

from isa.errors import Diagnostic
from isa.expression import parse_expression
from isa.fault import Fault, LineError, printable, quoted
from isa.lexer import END, TOKEN, is_name, tokenize
from isa.operators import MAX_DIGITS, is_too_large
from isa.predefined import PREDEFINED_NAMES

_SHOWN_CHARACTERS = 80

Overrides = Mapping[str, int | None]
"""Name to value; None where the value is wrong, which has been reported."""


def read_overrides(defines: Mapping[str, int | str]) -> tuple[Overrides, list[Diagnostic]]:
    """Return the overrides that `defines` asks for, and what is wrong with them.

    A value is an integer, or text with an integer expression of constants.
    """
    values: dict[str, int | None] = {}
    problems = []
    for name, given in defines.items():
        values[name] = None
        try:
            values[name] = _value(name, given)
        except LineError as error:
            problems.append(Diagnostic(place(name, given), error.fault.message, hint=str(error.fault.hint)))
    return values, problems


def place(name: str, given: object) -> str:
    """Return what a message about an override says instead of a file name."""
    text = "…" if isinstance(given, int) and is_too_large(given) else str(given)
    whole = printable(f"-D {name}={text}")
    return whole if len(whole) <= _SHOWN_CHARACTERS else f"{whole[:_SHOWN_CHARACTERS]}…"


def _value(name: str, given: object) -> int:
    if not isinstance(name, str) or TOKEN.fullmatch(name) is None or not is_name(name):
        what = f"{quoted(str(name))} is not a name" if name else "the name is missing"
        raise _wrong(what, "a name holds letters, digits and underscores")
    if name in PREDEFINED_NAMES:
        raise _wrong(f"'{name}' is predefined and cannot be overridden", "the machine decides it")
    value = _constant(given) if isinstance(given, str) else _integer(given)
    if is_too_large(value):
        raise _wrong(f"the value has more than {MAX_DIGITS:,} digits")
    return value


def _integer(given: object) -> int:
    try:
        return operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        raise _wrong(f"the value is a {type(given).__name__}, expected an integer") from None


def _constant(text: str) -> int:
    tokens = tokenize(text)
    if ";" in text or "#" in text or tokens[0] == END:
        raise _wrong("the value is not an integer")
    expression, index = parse_expression(tokens, 0)
    if tokens[index] != END:
        raise _wrong(f"unexpected {quoted(tokens[index])} after the value")
    if isinstance(expression, int):
        return expression
    if expression.loads:
        raise _wrong(f"{quoted(expression.loads[0].name)} is not an integer", "a value cannot use names")
    return expression.evaluate({})


def _wrong(message: str, hint: str = "") -> LineError:
    return LineError(Fault(0, message, hint))
