from unittest.mock import patch

import pytest
from hypothesis import given, settings

from isa.assembler import assemble
from isa.program import Program
from isa.reuse import Reuse
from isa.target import Target
from tests.isa.annotated import annotated_texts
from tests.isa.examples import summaries, target

MOVE = "move NRAM[a + 64] WRAM[0] 64"

READERS = {
    "names that come to be": [".equ a 64", MOVE, ".equ b 1", MOVE],
    "names that differ between cores": [".equ a core * 64", MOVE, MOVE],
    "names defined in another branch on each core": [
        *(".if core == 0", ".equ a 64", MOVE, ".else", ".equ a 128", MOVE, ".endif"),
        MOVE,
    ],
    "names defined within a loop": ["loop 2 i", ".equ a 64", MOVE, "endloop", MOVE, "loop 2 i", MOVE, "endloop"],
    "tensors": [".tensor a NRAM f32 16", MOVE, ".tensor b NRAM f32 16", MOVE],
    "counters of other loops": [
        *("loop 2 i", "loop 3 a", MOVE, "endloop", "endloop"),
        *("loop 3 a", "loop 2 i", MOVE, "endloop", MOVE, "endloop"),
    ],
    "the core": ["move NRAM[core * 64] WRAM[0] 64", "move NRAM[core * 64] WRAM[0] 64"],
    "nothing": ["loop 2", "move NRAM[0] WRAM[0] 64", "endloop", "move NRAM[0] WRAM[0] 64"],
}


def _built_anew(text: str, on: Target) -> Program:
    with patch.object(Reuse, "find", lambda *_: None):
        return assemble(text, on)


@pytest.mark.parametrize("lines", READERS.values(), ids=READERS)
@pytest.mark.parametrize("cores", [1, 3])
def test_lines_become_what_they_would_become_without_those_before(lines: list[str], cores: int) -> None:
    text = "\n".join(lines)
    assert assemble(text, target(cores)) == _built_anew(text, target(cores))


@settings(max_examples=50)
@given(annotated_texts())
def test_random_programs_become_what_they_would_become(drawn: tuple[str, Target]) -> None:
    text, on = drawn
    lines = text.splitlines()
    twice = "\n".join(line for line in lines for _ in range(1 + line.startswith(("move", "compute"))))
    assert assemble(twice, on) == _built_anew(twice, on)


def test_what_is_wrong_in_one_loop_only_is_told_there() -> None:
    move = "move NRAM[i * 65536] WRAM[0] 64"
    text = "\n".join(["loop 2 i", move, "endloop", "loop 3 i", move, "endloop"])
    beyond = "5:11: the source is beyond NRAM, which holds 131072 bytes: bytes 131072 to 131135 where i is 2"
    assert summaries(text, target(2)) == [beyond]


def test_one_instruction_serves_all_cores() -> None:
    text = "move NRAM[64] WRAM[0] 64\nmove NRAM[core * 64] WRAM[0] 64"
    first, second = assemble(text, target(2)).cores
    assert first[0] is second[0]
    assert first[1] != second[1]
