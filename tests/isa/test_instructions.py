from dataclasses import fields
from typing import get_args

from isa.elaborate import _HANDLERS
from isa.instructions import DIRECTIVES, INSTRUCTIONS, SPECS, Kind, form, spec_of
from isa.program import Instruction, Sync
from isa.vocabulary import Scope
from tests.isa.examples import code, summaries, target


def test_every_instruction_has_an_entry() -> None:
    assert {spec.builds for spec in INSTRUCTIONS} == set(get_args(Instruction))
    assert {spec.scope for spec in INSTRUCTIONS if spec.builds is Sync} == set(Scope)


def test_every_entry_has_its_own_words_and_a_handler() -> None:
    assert len(SPECS) == len(INSTRUCTIONS) + len(DIRECTIVES)
    assert set(_HANDLERS) == set(SPECS)


def test_every_entry_says_what_it_is() -> None:
    for spec in INSTRUCTIONS:
        assert spec.summary.endswith(".") and spec.meaning and spec.cost.endswith(".")
    for directive in DIRECTIVES:
        assert directive.summary.endswith(".") and directive.meaning


def test_every_field_of_an_instruction_is_kept() -> None:
    derived = {"line", "column", "scope", "end", "start", "transfer", "operation", "counter"}
    for spec in INSTRUCTIONS:
        kept = {field.name for field in fields(spec.builds)} - derived
        assert kept == {operand.attribute for operand in spec.operands}


def test_the_assembler_accepts_every_form() -> None:
    sample = {Kind.MEMORY: ("DRAM", "NRAM"), Kind.TYPE: ("MAC_32",), Kind.EXPRESSION: ("1",)}
    for spec in INSTRUCTIONS:
        words = {kind: iter(values) for kind, values in sample.items()}
        line = " ".join([spec.words, *(next(words[operand.kind]) for operand in spec.operands)])
        balanced = {"loop": f"{line}\nendloop", "endloop": f"loop 1\n{line}"}.get(spec.words, line)
        assert spec in {spec_of(instruction) for instruction in code(balanced, target())}


def test_the_message_about_the_number_of_fields_shows_the_form() -> None:
    for spec in (*INSTRUCTIONS, *DIRECTIVES):
        if spec.operands and spec.operands[0].kind is not Kind.TEXT:
            shown = form(spec).replace(spec.words, f"{spec.words} takes", 1)
            assert any(f": {shown} (" in summary for summary in summaries(spec.words))


def test_no_least_value_is_over_one() -> None:
    assert {operand.least for spec in INSTRUCTIONS for operand in spec.operands} <= {None, 0, 1}
