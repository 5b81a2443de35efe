from pathlib import Path

import pytest

from isa.assembler import assemble, assemble_file
from isa.errors import DlpsimError
from isa.program import Compute, Move
from tests.isa.examples import SMALL, code, messages, summaries, target


def test_nothing_is_a_program() -> None:
    program = assemble("", target(2))
    assert (program.name, program.source, program.cores, dict(program.params)) == ("<text>", (), ((), ()), {})


def test_a_program_keeps_its_text() -> None:
    program = assemble("sync\r\n\r\n ; end", SMALL, "p.asm")
    assert program.source == ("sync", "", " ; end")
    assert [program.text(line) for line in (0, 1, 3, 4)] == ["", "sync", " ; end", ""]


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "p.asm"
    path.write_text(".param N 3\nmove DRAM NRAM N\nbad", "utf-8")
    with pytest.raises(DlpsimError) as error:
        assemble_file(path, SMALL)
    assert error.value.messages[0].startswith(f"{path}:3:1: unknown instruction 'bad'")
    path.write_text(".param N 3\nmove DRAM NRAM N", "utf-8")
    assert assemble_file(path, SMALL, {"N": 5}).params == {"N": 5}


def test_any_word_may_be_a_name() -> None:
    text = ".equ move 4\n.equ DRAM move\n.equ MAC_32 DRAM + 1\n.equ _ MAC_32\nmove DRAM NRAM DRAM\ncompute MAC_32 _"
    assert code(text) == (Move("DRAM", "NRAM", 4, 5, 1), Compute("MAC_32", 5, 6, 1))


def test_each_core_has_its_names() -> None:
    text = "\n".join(
        f"move DRAM NRAM {name} + 1"
        for name in ("core", "cores", "cluster", "clusters", "cores_per_cluster", "core_in_cluster")
    )
    sizes = [[move.size - 1 for move in core if isinstance(move, Move)] for core in assemble(text, target(3, 2)).cores]
    assert sizes[0] == [0, 6, 0, 2, 3, 0]
    assert sizes[4] == [4, 6, 1, 2, 3, 1]


def test_cores_share_their_code_unless_a_value_depends_on_the_core() -> None:
    same = assemble(".if 0\n.equ x core\n.endif\nmove DRAM NRAM cores", target(4)).cores
    assert all(core is same[0] for core in same)
    differ = assemble(".if core % 2\nsync\n.endif\nmove DRAM NRAM 4", target(4)).cores
    assert differ[0] is differ[2] and differ[1] is differ[3]
    assert differ[0][0] is differ[1][1]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (".if 1\nsync\n.else\nbad\n.endif", [2]),
        (".if 0\nbad\n.else\nsync\n.endif", [4]),
        (".if -1\nsync\n.endif", [2]),
        (".if 0\n.if 1\nbad\n.else\nbad\n.endif bad\n.else\nsync\n.endif", [8]),
        (".if 1\n.if 0\nbad\n.endif\nsync\n.else\n.if 1\nbad\n.endif\n.endif", [5]),
        (".if 0\n.if bad bad\n.else bad\n.endif bad\n.endif", []),
        (".if 1\nloop 1\n.endif\n.if 0\nendloop\n.endif\nendloop", [2, 7]),
        (".IF 1\nsync\n.Endif", [2]),
        (".if 0\n.error x\n.equ core 4\nloop\n.endif", []),
    ],
)
def test_conditions_choose_lines(text: str, lines: list[int]) -> None:
    assert [instruction.line for instruction in code(text)] == lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".endif", ["1:1: .endif without .if"]),
        ("  .else", ["1:3: .else without .if"]),
        (".if 1\n.if 0", ["1:1: .if without .endif", "2:1: .if without .endif"]),
        (".if 0\n.else\n.else\n.endif", ["3:1: second .else of the .if in line 1"]),
        (".if 0\n.if 0\n.else\n.else\n.endif\n.endif", ["4:1: second .else of the .if in line 2"]),
        (".if 1\n.else x\n.endif", ["2:7: .else takes no fields, found 1"]),
        (".if 0\n.else 1 2\n.endif 3", ["2:7: .else takes no fields, found 2", "3:8: .endif takes no fields, found 1"]),
        (".if\n.endif", ["1:4: .if takes EXPR (1 field), found 0"]),
        (".if 1 2\n.endif", ["1:7: .if takes EXPR (1 field), found 2"]),
        ("loop 2", ["1:1: loop without endloop"]),
        (" endloop", ["1:2: endloop without loop"]),
        ("loop 1\nloop 2\nendloop\nloop 3", ["1:1: loop without endloop", "4:1: loop without endloop"]),
        ("endloop\nloop 1", ["1:1: endloop without loop", "2:1: loop without endloop"]),
        ("loop x\nendloop", ["1:6: unknown name 'x'"]),
        ("loop\nendloop 4", ["1:5: loop takes N (1 field), found 0", "2:9: endloop takes no fields, found 1"]),
        (".if 1\nloop 2\n.endif\n.if 0\nendloop\n.endif", ["2:1: loop without endloop"]),
    ],
)
def test_nesting_errors(text: str, expected: list[str]) -> None:
    assert summaries(text) == expected


@pytest.mark.parametrize(
    "rest",
    [
        ".equ N 4\n.endif\nmove DRAM NRAM N",
        ".param N 4\n.else\n.equ M 5\n.endif\nmove DRAM NRAM N*M",
        "loop 4\n.endif\nendloop",
        "endloop\n.else\nbad\n.endif",
        ".if x\n.error x\n.endif\n.endif",
    ],
)
def test_a_wrong_condition_is_the_only_error(rest: str) -> None:
    defines = {"N": 4} if ".param" in rest else {}
    assert summaries(f".if x\n{rest}", defines=defines) == ["1:5: unknown name 'x'"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".equ N 4\n.equ N 5\nmove DRAM NRAM N", ["2:6: 'N' is already defined (in line 1)"]),
        (".param N 4\n.equ N 5", ["2:6: 'N' is already defined (in line 1)"]),
        (".equ cluster 4", ["1:6: 'cluster' is already defined (predefined)"]),
        (".equ N N", ["1:8: unknown name 'N'"]),
        (".equ N 1/0\n.equ M N+1\nloop M\nendloop", ["1:9: division by zero"]),
        (".equ N\nloop N\nendloop", ["1:7: .equ takes NAME EXPR (2 fields), found 1"]),
        (".equ N 4)\nloop N\nendloop", ["1:9: unexpected ')'"]),
        (".equ N x\nmove DRAM NRAM N*y", ["1:8: unknown name 'x'", "2:18: unknown name 'y'"]),
        ("loop n*n\nendloop", ["1:6: unknown name 'n'"]),
    ],
)
def test_definition_errors(text: str, expected: list[str]) -> None:
    assert summaries(text) == expected


def test_a_minus_after_a_name_is_a_sign() -> None:
    assert assemble(".param N -1", SMALL).params == {"N": -1}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (".equ tile 4\nloop Tile\nendloop", "did you mean 'tile'?"),
        ("loop n\nendloop\n.equ n 4", "'n' is defined later, in line 3"),
        ("loop cores_per_clutser\nendloop", "did you mean 'cores_per_cluster'?"),
        ("loop n\nendloop", "define it with .equ or .param"),
    ],
)
def test_hints_for_names(text: str, hint: str) -> None:
    assert messages(text)[0].splitlines()[-1] == f"    hint: {hint}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "move DRAM NRAM 131073",
            "x.asm:1:16: a move of 131073 bytes does not fit in NRAM, which holds 131072 bytes\n"
            "    move DRAM NRAM 131073\n"
            "                   ^",
        ),
        (
            f"move DRAM NRAM {10**100}",
            f"x.asm:1:16: a move of 1{'0' * 39}… (101 digits) bytes does not fit in NRAM, which holds 131072 bytes\n"
            f"    move DRAM NRAM 1{'0' * 84}…\n"
            "                   ^",
        ),
        (
            "move SharedRAM NRAM 1",
            "x.asm:1:6: small has no SharedRAM\n"
            "    move SharedRAM NRAM 1\n"
            "         ^\n"
            "    hint: its memories are DRAM, NRAM, WRAM",
        ),
        (
            "move NRAM NRAM 1",
            "x.asm:1:6: small has no path NRAM->NRAM\n"
            "    move NRAM NRAM 1\n"
            "         ^\n"
            "    hint: its paths are DRAM->NRAM, DRAM->WRAM, NRAM->DRAM, NRAM->WRAM, WRAM->DRAM, WRAM->NRAM",
        ),
        (
            "compute MAC_8 1",
            "x.asm:1:9: small has no rate for MAC_8\n"
            "    compute MAC_8 1\n"
            "            ^\n"
            "    hint: its types are MAC_32, ADD_16",
        ),
    ],
)
def test_what_the_machine_cannot_do(text: str, message: str) -> None:
    assert messages(text) == (message,)


def test_the_largest_moves() -> None:
    assert [move.line for move in code("move DRAM NRAM 131072\nmove WRAM DRAM 262144")] == [1, 2]
    assert summaries("move NRAM WRAM 200_000") == [
        "1:16: a move of 200000 bytes does not fit in NRAM, which holds 131072 bytes"
    ]


def test_error_stops_with_its_text() -> None:
    text = "bad\n  .ERROR  no; way\nbad\nloop 2\n.if 1"
    assert summaries(text) == ["1:1: unknown instruction 'bad'", "2:3: no"]
    assert summaries(".error") == ["1:1: stopped by .error"]
    assert summaries(".error , [1] 'x' \\ é # x") == ["1:1: , [1] 'x' \\ é"]


def test_errors_of_some_cores_say_which() -> None:
    assert summaries("compute MAC_32 core\nbad", target(3)) == [
        "1:16: NUM must be at least 1, is 0 (core 0)",
        "2:1: unknown instruction 'bad'",
    ]
    assert summaries(".if core != 1\nbad\n.endif", target(4)) == [
        "2:1: unknown instruction 'bad' (cores 0, 2 and 3)",
    ]
    assert summaries(".if core > 0\n.error no\n.endif", target(1024)) == ["2:1: no (cores 1 to 1023)"]
    assert summaries(".if core % 2\n.error no\n.endif", target(64)) == [
        "2:1: no (32 cores, the first are 1, 3, 5, 7, 9, 11)"
    ]
    assert summaries(".if core\n.endif\nbad", target(2)) == ["3:1: unknown instruction 'bad'"]


def test_errors_are_sorted_by_line_and_column() -> None:
    text = "loop 1\n.if core == 1\nbad\n.endif\nmove x y z\n.if 1"
    assert [summary.split(" ")[0] for summary in summaries(text, target(2))] == [
        "1:1:",
        "3:1:",
        "5:6:",
        "5:8:",
        "5:10:",
        "6:1:",
    ]


def test_many_errors_are_counted() -> None:
    lines = messages("\n".join(["bad"] * 51))
    assert (len(lines), lines[-1]) == (51, "… and 1 more error")
    assert messages("bad\n" * 3050)[-1] == "… and 3,000 more errors"
    assert messages("bad\n" * 20_000)[-1] == "… and at least 9,950 more errors"


def test_many_cores_with_many_errors_end() -> None:
    text = "\n".join(f"move DRAM NRAM -core-{line}" for line in range(2000))
    assert messages(text, target(4096))[-1] == "… and at least 9,950 more errors"


def test_deep_loops() -> None:
    deep = code("loop 1\n" * 10_000 + "endloop\n" * 10_000)
    assert [instruction.line for instruction in deep] == list(range(1, 20_001))


def test_a_thousand_cores_share_their_instructions() -> None:
    cores = assemble("move DRAM NRAM core // 10 + 1\n" + "sync\n" * 50, target(1000)).cores
    assert len(set(map(id, cores))) == 100
    assert cores[0][1] is cores[999][1]
