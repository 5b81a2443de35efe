from dataclasses import replace

from hypothesis import given

from isa.assembler import assemble
from isa.disassembler import disassemble
from isa.program import Code, Program
from tests.isa.examples import SMALL, target
from tests.isa.programs import programs


def without_places(code: Code) -> Code:
    """Return `code` as if it had not been written in a text."""
    return tuple(replace(instruction, line=0, column=0) for instruction in code)


@given(programs())
def test_assembling_the_text_gives_the_program_back(program: Program) -> None:
    again = assemble(disassemble(program), program.target)
    assert tuple(map(without_places, again.cores)) == program.cores
    assert again.params == program.params


@given(programs())
def test_the_text_of_the_text_is_the_text(program: Program) -> None:
    text = disassemble(program)
    assert disassemble(assemble(text, program.target)) == text


def test_cores_alike() -> None:
    text = ".param N 0x10\nloop N\nloop 2;\nMOVE dram, nram N*4\nendloop\nsync cluster\nendloop\ncompute mac_32 5"
    assert disassemble(assemble(text, target(4))) == (
        ".param N 16\n"
        "loop 16\n"
        "    loop 2\n"
        "        move DRAM NRAM 64\n"
        "    endloop\n"
        "    sync cluster\n"
        "endloop\n"
        "compute MAC_32 5\n"
    )


def test_cores_that_differ() -> None:
    text = """
        loop 2
        move DRAM NRAM 64
        .if core == 4
        sync
        .else
        .if core % 3
        sync cluster
        sync chip
        .endif
        .endif
        sync
        endloop
    """
    assert disassemble(assemble(text, target(8))) == (
        "loop 2\n"
        "    move DRAM NRAM 64\n"
        ".if (core >= 1) * (core <= 2) + (core == 5) + (core == 7)\n"
        "    sync cluster\n"
        "    sync chip\n"
        ".endif\n"
        ".if core == 4\n"
        "    sync\n"
        ".endif\n"
        "    sync\n"
        "endloop\n"
    )


def test_nothing() -> None:
    assert disassemble(assemble("", SMALL)) == ""


def test_deep_nests_stay_small() -> None:
    text = disassemble(assemble("loop 1\n" * 10_000 + "endloop\n" * 10_000, SMALL))
    assert len(text) < 2_000_000
    assert disassemble(assemble(text, SMALL)) == text
