"""From line to statement: finds the table entry of a line and has its fields read.

Parsing a line needs neither the machine nor the lines around it, so equal lines give equal statements.
"""

from isa.fault import Fault, Hint, quoted
from isa.fields import Fields
from isa.instructions import SPECS, Kind, Spec
from isa.lexer import END, code_part, column_of, is_name, tokenize
from isa.statement import Statement

_BLANKS = " \t\f\v"
_MNEMONICS = tuple(dict.fromkeys(words.split()[0] for words in SPECS if not words.startswith(".")))
_DIRECTIVES = tuple(words for words in SPECS if words.startswith("."))
_VARIANTS = {first: tuple(words.split()[1] for words in SPECS if words.startswith(f"{first} ")) for first in _MNEMONICS}
_FORMS = {words: (spec, len(words.split())) for words, spec in SPECS.items()}


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
    return Fields(spec, tokens, length).statement(column)


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
