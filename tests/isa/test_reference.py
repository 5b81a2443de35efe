import re

import pytest

from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.expected import expected, relative_error
from isa.inputs import random_inputs
from isa.instructions import DIRECTIVES, INSTRUCTIONS, form
from isa.interpreter import interpret
from isa.operation_spec import form as operation_form
from isa.operations import OPERATIONS
from isa.operators import OPERATORS
from isa.predefined import PREDEFINED
from isa.reference import README, render
from tests.isa.examples import summaries, target

TEXT = README.read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of the reference in `language`."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_generated_tables_are_up_to_date() -> None:
    assert render(TEXT) == TEXT, "run `python -m isa.reference`"


def test_the_reference_names_everything() -> None:
    words = [form(spec) for spec in (*INSTRUCTIONS, *DIRECTIVES)]
    words += [operation_form(spec) for spec in OPERATIONS.values()]
    words += [entry.symbol for entry in OPERATORS] + [entry.name for entry in PREDEFINED]
    assert [word for word in words if f"`{word}`" not in TEXT] == []


@pytest.mark.parametrize("text", blocks("asm"))
def test_the_examples_assemble(text: str) -> None:
    for cores in (1, 4):
        assert len(assemble(text, target(cores)).cores) == cores


@pytest.mark.parametrize("text", blocks("python"))
def test_the_python_examples_run(text: str) -> None:
    exec(text, {})


def test_the_message_that_is_shown() -> None:
    shown = next(text for text in blocks("text") if text.startswith("fc.asm:4:6"))
    with pytest.raises(DlpsimError) as error:
        assemble("\n\n\nmove DRM NRAM 64", target(), "fc.asm")
    assert f"{error.value}\n" == shown


def test_the_annotated_example_computes_what_it_expects() -> None:
    (text,) = (text for text in blocks("asm") if ".expect" in text)
    program = assemble(text, target(), defines={"M": 96})
    inputs = random_inputs(program, 1)
    assert relative_error(interpret(program, inputs)["y"], expected(program, inputs)["y"]) < 1e-5


def test_expressions_that_the_text_mentions() -> None:
    text = ".equ N 5\n.equ a (1 < N) * (N < 9)\n.equ b (1 < N) == 0\n.equ c -(-N / 2)\nloop a + b + c\nendloop"
    assert summaries(text) == []
    assert summaries(".equ N 5\nloop 1 < N < 9\nendloop") == ["2:12: comparisons do not chain"]
