"""The generated parts of README.md, from the tables and from the assembler itself.

`python -m isa.reference` writes them in place.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from isa.assembler import assemble
from isa.error_examples import ERROR_EXAMPLES, EXAMPLE_TARGET
from isa.errors import DlpsimError
from isa.instructions import DIRECTIVES, INSTRUCTIONS, form
from isa.operation_spec import OperationSpec
from isa.operation_spec import form as operation_form
from isa.operations import OPERATIONS as COMPUTED
from isa.operators import NEGATION, OPERATORS
from isa.predefined import PREDEFINED
from isa.vocabulary import MEMORIES, OPERATIONS, WIDTHS

README = Path(__file__).with_name("README.md")

_BLOCK = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def render(text: str) -> str:
    """Return `text` with the block between each pair of markers replaced by what is generated for it."""
    return _BLOCK.sub(lambda match: f"{match[1]}{_BLOCKS[match[2]]()}\n{match[3]}", text)


def _instructions() -> str:
    return _table(
        ("Instruction", "What it does", "Meaning", "What it costs"),
        ((f"`{form(spec)}`", spec.summary, f"`{spec.meaning}`", spec.cost) for spec in INSTRUCTIONS),
    )


def _directives() -> str:
    return _table(
        ("Directive", "What it does", "Meaning"),
        ((f"`{form(spec)}`", spec.summary, f"`{spec.meaning}`") for spec in DIRECTIVES),
    )


def _operators() -> str:
    rows = [(str(NEGATION), "`-` before a value", "the negative")]
    for precedence, group in groupby(OPERATORS, key=lambda entry: entry.precedence):
        rows += [(str(precedence), f"`{entry.symbol}`", entry.summary) for entry in group]
    return _table(("Precedence", "Operator", "Value"), rows)


def _operations() -> str:
    return _table(
        ("Operation", "What it does", "C becomes", "TYPE", "NUM"),
        (
            (f"`{operation_form(spec)}`", _effect(spec), f"`{spec.meaning}`", f"{spec.kind}", f"`{spec.num}`")
            for spec in COMPUTED.values()
        ),
    )


def _effect(spec: OperationSpec) -> str:
    options = (f"`{option}`: {effect}." for option, effect in spec.options.items())
    return "<br>".join([spec.summary, *options])


def _shapes() -> str:
    operands: dict[str, list[str]] = {}
    for spec in COMPUTED.values():
        shapes = ", ".join(f"{operand.name.upper()} is {' x '.join(operand.shape)}" for operand in spec.operands)
        operands.setdefault(shapes, []).append(f"`{spec.name}`")
    return _table(
        ("Operations", "Shapes of their operands"), ((", ".join(names), shapes) for shapes, names in operands.items())
    )


def _names() -> str:
    return _table(("Name", "Value"), ((f"`{entry.name}`", entry.summary) for entry in PREDEFINED))


def _words() -> str:
    return _table(
        ("Kind", "Words"),
        (
            ("memories", ", ".join(f"`{memory}`" for memory in MEMORIES)),
            ("types", ", ".join(f"`{name}`" for name in OPERATIONS)),
            ("their widths", ", ".join(f"`_{width}`" for width in WIDTHS)),
        ),
    )


def _errors() -> str:
    return _table(
        ("Wrong", "Message"),
        (("<br>".join(f"`{line}`" for line in text.splitlines()), _message(text)) for text in ERROR_EXAMPLES),
    )


def _message(text: str) -> str:
    """Return what the assembler says about `text`, place and excerpt left out."""
    try:
        assemble(text, EXAMPLE_TARGET, "")
    except DlpsimError as error:
        first, *_, last = error.messages[0].splitlines()
        hint = last.strip().removeprefix("hint: ") if last.startswith("    hint: ") else ""
        message = first.split(": ", maxsplit=1)[1]
        return f"{message}<br>*{hint}*" if hint else message
    raise ValueError(f"{text!r} is meant to be wrong")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_BLOCKS = {
    "instructions": _instructions,
    "directives": _directives,
    "operators": _operators,
    "names": _names,
    "operations": _operations,
    "shapes": _shapes,
    "words": _words,
    "errors": _errors,
}

if __name__ == "__main__":
    README.write_text(render(README.read_text("utf-8")), "utf-8")
