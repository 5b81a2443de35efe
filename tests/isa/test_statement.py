import pytest

from isa.parser import parse_line
from isa.program import Compute, EndLoop, Instruction, Loop, Move, Sync
from isa.vocabulary import Scope
from tests.isa.examples import code, messages, summaries, target


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("move DRAM NRAM 64", Move("DRAM", "NRAM", 64, 1, 1)),
        ("\tMOVE dram,nram , 8*8;x", Move("DRAM", "NRAM", 64, 1, 2)),
        ("  move DRAM NRAM 60 + 4 # ; x", Move("DRAM", "NRAM", 64, 1, 3)),
        ("move DRAM NRAM(64)", Move("DRAM", "NRAM", 64, 1, 1)),
        ("move SHAREDram wRAM -(-5)", Move("SharedRAM", "WRAM", 5, 1, 1)),
        ("\f\vcompute mac_32 4//1", Compute("MAC_32", 4, 1, 3)),
        ("Compute SQRT_8, 7", Compute("SQRT_8", 7, 1, 1)),
        ("sync", Sync(Scope.CORE, 1, 1)),
        ("SYNC  Cluster", Sync(Scope.CLUSTER, 1, 1)),
        ("sync chip;", Sync(Scope.CHIP, 1, 1)),
    ],
)
def test_one_line(line: str, expected: Instruction) -> None:
    assert code(line, target()) == (expected,)


def test_loops() -> None:
    assert code("loop 4 -1\n loop 0\n endloop\nENDLOOP") == (
        Loop(3, 3, 1, 1),
        Loop(0, 2, 2, 2),
        EndLoop(1, 3, 2),
        EndLoop(0, 4, 1),
    )


@pytest.mark.parametrize("line", ["", " ", "\t\f", "; sync", "  # sync ; x", ";"])
def test_lines_that_say_nothing(line: str) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("loop -1", "1:6: N must be at least 0, is -1"),
        ("compute MAC_32 -5", "1:16: NUM must be at least 1, is -5"),
        ("move DRAM NRAM -1", "1:16: SIZE must be at least 1, is -1"),
        ("move DRAM NRAM 0", "1:16: SIZE must be at least 1, is 0"),
        ("move", "1:5: move takes SRC DST SIZE (3 fields), found 0"),
        ("move DRAM NRAM ; 64", "1:15: move takes SRC DST SIZE (3 fields), found 2"),
        ("move NRAM 4096", "1:15: move takes SRC DST SIZE (3 fields), found 2"),
        ("move DRAM NRAM 64 8 (9)", "1:19: move takes SRC DST SIZE (3 fields), found 5"),
        ("move DRAM NRAM 64, 8", "1:20: move takes SRC DST SIZE (3 fields), found 4"),
        ("loop", "1:5: loop takes N (1 field), found 0"),
        ("sync cluster chip", "1:14: sync cluster takes no fields, found 1"),
        ("move 64 DRAM 4", "1:6: SRC must be a memory, found '64'"),
        ("move DRAM -NRAM 4", "1:11: DST must be a memory, found '-'"),
        (".equ 4_ 5", "1:6: malformed number '4_'"),
        (".equ 4 5", "1:6: NAME must be a name, found '4'"),
        ("move, DRAM NRAM 64", "1:5: unexpected ','"),
        ("move DRAM,, NRAM 64", "1:11: unexpected ','"),
        ("move DRAM NRAM 64,", "1:18: unexpected ','"),
        ("move DRAM NRAM, ; x", "1:15: unexpected ','"),
        ("sync , chip", "1:6: sync stands alone or with 'cluster' or 'chip', found ','"),
        ("sync [0]", "1:6: sync stands alone or with 'cluster' or 'chip', found '['"),
        ("compute MAC_32[0] 4", "1:15: expected a value, found '['"),
        ("64", "1:1: expected an instruction or a directive, found '64'"),
        (". equ N 4", "1:1: expected an instruction or a directive, found '.'"),
        ("loop: 4", "1:5: expected a value, found ':'"),
    ],
)
def test_wrong_lines(line: str, message: str) -> None:
    assert message in summaries(line)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("mvoe DRAM NRAM 64", "did you mean 'move'?"),
        ("equ N 4", "did you mean '.equ'?"),
        ("xyz", "the instructions are move, compute, loop, endloop, sync"),
        (".elze", "did you mean '.else'?"),
        (".xyz", "the directives are .equ, .param, .tensor, .expect, .if, .else, .endif, .error"),
        ("move DRAM WRM 4", "did you mean 'WRAM'?"),
        ("move DRAM cache 4", "the memories are DRAM, SharedRAM, NRAM, WRAM"),
        ("compute MACC_32 4", "did you mean 'MAC_32'?"),
        ("sync clustre", "did you mean 'cluster'?"),
        ("compute MAC_32 DRAM", "a value is expected here"),
    ],
)
def test_hints(line: str, hint: str) -> None:
    assert messages(line)[0].splitlines()[-1] == f"    hint: {hint}"


def test_everything_wrong_in_a_line_is_reported() -> None:
    assert summaries("move DRMA NRAM a*b") == [
        "1:6: unknown memory 'DRMA'",
        "1:16: unknown name 'a'",
        "1:18: unknown name 'b'",
    ]


def test_a_message_shows_its_place() -> None:
    assert messages("sync\n\tmove DRAM\tNRM 64") == (
        "x.asm:2:12: unknown memory 'NRM'\n     move DRAM NRM 64\n               ^\n    hint: did you mean 'NRAM'?",
    )
