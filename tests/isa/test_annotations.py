import pytest

from isa.address import fixed
from isa.program import Compute, EndLoop, Expect, Instruction, Loop, Move, Operation, Place, Tensor, Transfer
from tests.isa.examples import code, messages, program, summaries, target

TENSORS = ".tensor x DRAM f32 4 8\n.tensor w DRAM f32 8 16\n.tensor y DRAM f32 4 16\n"
"""Three lines of tensors: y may be the product of x and w."""

MATMUL = "compute MAC_32 512 : matmul NRAM[0] NRAM[256] WRAM[0]"


def placed(memory: str, address: int) -> Place:
    return Place(memory, fixed(address))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("move DRAM[5] NRAM[6] 64", Move("DRAM", "NRAM", 64, 1, 1, Transfer(fixed(5), fixed(6)))),
        ("MOVE dram [5], nram [6], 64", Move("DRAM", "NRAM", 64, 1, 1, Transfer(fixed(5), fixed(6)))),
        ("move DRAM[5] NRAM[6] 64 1 0 0", Move("DRAM", "NRAM", 64, 1, 1, Transfer(fixed(5), fixed(6)))),
        ("move DRAM[5] NRAM[6] 64, 2, 0, 64", Move("DRAM", "NRAM", 64, 1, 1, Transfer(fixed(5), fixed(6), 2, 0, 64))),
        (
            f"{MATMUL} 4 8 16",
            Compute(
                "MAC_32",
                512,
                1,
                1,
                Operation(
                    "matmul",
                    (placed("NRAM", 0), placed("NRAM", 256), placed("WRAM", 0)),
                    (4, 8, 16, 8, 16, 16),
                ),
            ),
        ),
        (
            f"{MATMUL}, 4, 8, 16, 9, 20, TB, acc",
            Compute(
                "MAC_32",
                512,
                1,
                1,
                Operation(
                    "matmul",
                    (placed("NRAM", 0), placed("NRAM", 256), placed("WRAM", 0)),
                    (4, 8, 16, 9, 20, 16),
                    ("acc", "tb"),
                ),
            ),
        ),
        (
            "compute ADD_16 32 : Copy nram[0] nram[64] 4 8",
            Compute(
                "ADD_16",
                32,
                1,
                1,
                Operation("copy", (placed("NRAM", 0), placed("NRAM", 64)), (4, 8, 8, 8)),
            ),
        ),
    ],
)
def test_one_line(line: str, expected: Instruction) -> None:
    assert code(line, target()) == (expected,)


def test_transposed_operands_have_rows_of_their_own_length() -> None:
    (compute,) = code(f"{MATMUL} 4 8 16 ta tb", target())
    assert isinstance(compute, Compute) and compute.operation is not None
    assert compute.operation.dims == (4, 8, 16, 4, 8, 16)


def test_counters_name_loops() -> None:
    assert code("loop 2 i\nloop 3\nloop 4, i2\nendloop\nendloop\nendloop\nloop 0 i\nendloop") == (
        Loop(2, 5, 1, 1, "i"),
        Loop(3, 4, 2, 1),
        Loop(4, 3, 3, 1, "i2"),
        EndLoop(2, 4, 1),
        EndLoop(1, 5, 1),
        EndLoop(0, 6, 1),
        Loop(0, 7, 7, 1, "i"),
        EndLoop(6, 8, 1),
    )


def test_tensors_follow_each_other() -> None:
    text = """
.tensor a DRAM f32 3 5
.tensor b DRAM i8 1
.tensor c DRAM[200], f16, 4
.tensor d DRAM i32 a + 1
.tensor e NRAM f32 4
.equ f d + 1
"""
    (tensors,) = program(text).tensors
    assert tensors == (
        Tensor("a", "DRAM", "f32", (3, 5), 0, 2),
        Tensor("b", "DRAM", "i8", (1,), 64, 3),
        Tensor("c", "DRAM", "f16", (4,), 200, 4),
        Tensor("d", "DRAM", "i32", (1,), 256, 5),
        Tensor("e", "NRAM", "f32", (4,), 0, 6),
    )
    assert [tensor.name for tensor in program(text).dram_tensors] == ["a", "b", "c", "d"]
    assert program("sync").tensors == () and program("sync").dram_tensors == ()


def test_expectations() -> None:
    text = TENSORS + ".expect z = matmul x w\n.expect y = relu z"
    assert program(text).expects == (Expect("z", "matmul", ("x", "w"), (), 4), Expect("y", "relu", ("z",), (), 5))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("move DRAM[0] NRAM 64", "14: 'NRAM' has no address"),
        ("move DRAM NRAM[0] 64", "6: 'DRAM' has no address"),
        ("move DRAM NRAM 64, 2, 64, 64", "20: move takes SRC DST SIZE (3 fields), found 6"),
        (
            "move DRAM[0] NRAM[0] 64 2",
            "26: move takes SRC DST SIZE (3 fields) or SRC DST SIZE ROWS SRC_STRIDE DST_STRIDE (6 fields), found 4",
        ),
        ("move DRAM[0 NRAM[0] 64", "13: expected an operator or ']', found 'NRAM'"),
        (
            "move DRAM[0]",
            "13: move takes SRC DST SIZE (3 fields) or SRC DST SIZE ROWS SRC_STRIDE DST_STRIDE (6 fields), found 1",
        ),
        ("move DRAM[0", "10: this '[' is never closed"),
        ("move DRAM[] NRAM[0] 64", "11: expected a value, found ']'"),
        ("move DRAM[0] NRAM[0] 64 0 64 64", "25: ROWS must be at least 1, is 0"),
        ("move DRAM[0] NRAM[0] 64, 2, -64, 64", "29: SRC_STRIDE must be at least 0, is -64"),
        ("move DRAM[0] NRAM[0] 64 2 64 32", "30: DST_STRIDE must be at least SIZE = 64, is 32"),
        (
            "move DRAM[0] NRAM[0] 64 2049 0 64",
            "22: a move of 131136 bytes does not fit in NRAM, which holds 131072 bytes",
        ),
        ("move DRAM[-64] NRAM[0] 64", "11: the address of the source is negative: -64"),
        (
            "move DRAM[0] NRAM[131040] 64",
            "19: the destination is beyond NRAM, which holds 131072 bytes: bytes 131040 to 131103",
        ),
        (
            "move DRAM[0] NRAM[0] 64 2000 64 66",
            "19: the destination is beyond NRAM, which holds 131072 bytes: bytes 0 to 131997",
        ),
        ("move DRAM[5 / 0] NRAM[0] 64", "13: division by zero"),
        ("loop 4 5", "8: COUNTER must be a name, found '5'"),
        ("loop 4 i j", "10: loop takes N (1 field) or N COUNTER (2 fields), found 3"),
        ("loop 4 cores", "8: 'cores' is already defined (predefined)"),
        (
            "compute MAC_32 511 : matmul NRAM[0] NRAM[0] WRAM[0] 4 8 16",
            "16: NUM must be M*K*N = 512 for matmul, is 511",
        ),
        (
            "compute ADD_32 512 : matmul NRAM[0] NRAM[0] WRAM[0] 4 8 16",
            "9: matmul is computed by MAC_32, MAC_16, MAC_8, not by ADD_32",
        ),
        ("compute MAC_32 4 : matmul NRAM[0] NRAM[0] DRAM[0] 1 4 1", "43: the compute unit does not reach DRAM"),
        ("compute MAC_32 4 : matmul NRAM NRAM[0]", "32: expected the address of operand C in brackets, found 'NRAM'"),
        (
            "compute MAC_32 4 : matmul NRAM[0] NRAM[0] 4",
            "43: expected operand B, a memory with its address, found '4'",
        ),
        (f"{MATMUL} 4 8", "58: expected size N, found the end of the line"),
        (f"{MATMUL} 4 8 16 8 16 16 16", "70: expected an option, found '16'"),
        (f"{MATMUL} 4 8 16 acc acc", "66: expected an option, found 'acc'"),
        (f"{MATMUL} 4 8 16 acc 8", "66: expected an option, found '8'"),
        (f"{MATMUL} 4 8 16 foo", "62: unknown name 'foo'"),
        (f"{MATMUL} 4 8 16 8 16 15", "67: ldc must be at least N = 16, is 15"),
        (f"{MATMUL} 4 8 16, -1", "63: lda must be at least 0, is -1"),
        (f"{MATMUL}, 4, -8, 16", "59: K must be at least 1, is -8"),
        (
            "compute MAC_32 512 : matmul NRAM[131060] NRAM[-4] WRAM[0] 4 8 16",
            "34: C is beyond NRAM, which holds 131072 bytes: bytes 131060 to 131315",
        ),
        ("compute MAC_32 512 : matmul NRAM[0] NRAM[-4] WRAM[0] 4 8 16", "42: the address of A is negative: -4"),
        ("compute MAC_32 512 : matmull", "22: unknown operation 'matmull'"),
        ("compute MAC_32 512 :", "21: expected an operation, found the end of the line"),
        ("compute MAC_32 512 matmul", "20: compute takes TYPE NUM (2 fields), found 3"),
        (
            f"compute MAC_32 1 : matmul NRAM[0] NRAM[0] WRAM[0] {'9' * 3000} 1 {'9' * 3000}",
            "16: the value has more than 4,000 digits",
        ),
        (".tensor x DRAM f32", "19: .tensor takes NAME MEMORY DTYPE SHAPE (at least 4 fields), found 3"),
        (".tensor x DRAM f33 4", "16: unknown dtype 'f33'"),
        (".tensor x CRAM f32 4", "11: unknown memory 'CRAM'"),
        (".tensor x DRAM[-4] f32 4", "16: the address of 'x' is negative: -4"),
        (".tensor x DRAM f32 4, -1", "23: SHAPE must be at least 1, is -1"),
        (".tensor x NRAM f32 40000", "11: 'x' is beyond NRAM, which holds 131072 bytes: bytes 0 to 159999"),
        (".tensor x DRAM f32 1 1 1 1 1 1 1 1 1", "36: a tensor has at most 8 sizes"),
        (f".tensor x DRAM i8 {2**63 + 1}", f"11: 'x' is beyond every memory: bytes 0 to {2**63}"),
        (".tensor core DRAM f32 16", "9: 'core' is already defined (predefined)"),
        (".expect y = matmul x w", "20: unknown tensor 'x'"),
    ],
)
def test_wrong_lines(line: str, message: str) -> None:
    assert f"1:{message}" in summaries(line, target())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            ".tensor x DRAM[0] f32 16\n.tensor y DRAM[60] i8 1",
            "16: 'y' (bytes 60 to 60) overlaps 'x' of line 1 (bytes 0 to 63)",
        ),
        (
            ".tensor x DRAM[64] f32 16\n.tensor y DRAM[0] i8 65",
            "16: 'y' (bytes 0 to 64) overlaps 'x' of line 1 (bytes 64 to 127)",
        ),
        (".tensor x DRAM f32 16\n.tensor x DRAM f32 16", "9: 'x' is already defined (in line 1)"),
        (
            "loop 4 i\nmove DRAM[i*64 - 64] NRAM[0] 64\nendloop",
            "11: the address of the source is negative: -64 where i is 0",
        ),
        (
            "loop 4 i\nmove DRAM[0] NRAM[i*43691] 64\nendloop",
            "19: the destination is beyond NRAM, which holds 131072 bytes: bytes 131073 to 131136 where i is 3",
        ),
        ("loop 4 i\nmove DRAM[8 / (i - 2)] NRAM[0] 64\nendloop", "11: division by zero where i is 2"),
        ("loop 4 i\nmove DRAM[0] NRAM[0] i + 1\nendloop", "22: the counter 'i' has a value in addresses only"),
        ("loop 4 i\nloop i\nendloop\nendloop", "6: the counter 'i' has a value in addresses only"),
        ("loop 4 i\n.equ a i\nendloop", "8: the counter 'i' has a value in addresses only"),
        ("loop 4 i\n.tensor a DRAM f32 i\nendloop", "20: the counter 'i' has a value in addresses only"),
        (
            "loop 4 i\ncompute ADD_16 9 : copy NRAM[0] NRAM[0] i 9\nendloop",
            "41: the counter 'i' has a value in addresses only",
        ),
        ("loop 4 i\nloop 4 i\nendloop\nendloop", "8: 'i' is already defined (in line 1)"),
        (".equ i 4\nloop 4 i\nendloop", "8: 'i' is already defined (in line 1)"),
        ("loop 4 i\n.equ i 4\nendloop", "6: 'i' is already defined (in line 1)"),
        (
            f"loop 4 i\nmove DRAM[{'i+' * 600}i] NRAM[0] 4\nendloop",
            "11: an address with counters has at most 1,000 values and operators",
        ),
    ],
)
def test_wrong_in_the_second_line(text: str, message: str) -> None:
    assert summaries(text) == [f"2:{message}"]


@pytest.mark.parametrize(
    "text",
    [
        "loop 0 i\nmove DRAM[i - 8] NRAM[0] 64\nendloop",
        "loop 4 i\nloop 0\nmove DRAM[i - 8] NRAM[0] 64\nendloop\nendloop",
        "loop 1_000_000 i\nmove DRAM[0] NRAM[i % 2 * 65536 + i / 2 * 2 % 2] 65536\nendloop",
        "loop 1_000_000 i\nmove DRAM[(i * i) % 2] NRAM[0] 64\nendloop",
        "loop 1_000_000 i\nloop 1_000_000 j\nmove DRAM[0] NRAM[(i == j) * 200_000] 64\nendloop\nendloop",
        "loop 4 i\nendloop\n.equ i 4\nmove DRAM[i] NRAM[0] i",
        "compute MAC_32 4 : matmul NRAM[0] NRAM[0] NRAM[0] 1 4 1 0 0 0",
        ".tensor acc DRAM f32 4\ncompute MAC_32 64 : matmul NRAM[acc] NRAM[0] WRAM[0] 4 4 4 (acc + 4)",
    ],
)
def test_no_false_alarm(text: str) -> None:
    assert summaries(text) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (".expect y = matmul w x", "13: matmul does not go with w (f32 8 x 16) and x (f32 4 x 8): K is 16 and 4"),
        (".expect y = add x y", "13: add does not go with x (f32 4 x 8) and y (f32 4 x 16): N is 8 and 16"),
        (".expect y = matmul x w acc", "24: expected an option, found 'acc'"),
        (".expect y = matmul x v", "22: unknown tensor 'v'"),
        (".expect z = matmul x w", "9: 'z' is no tensor in DRAM, and nothing uses it"),
        (".expect x = matmul x w", "9: 'x' is f32 4 x 8, the result of matmul is f32 4 x 16"),
        (".expect z = relu x\n.tensor z DRAM f32 8 4", "9: 'z' is f32 8 x 4, the result of relu is f32 4 x 8"),
        (".expect y matmul x w", "11: expected '=', found 'matmul'"),
        (".expect y = matmul x", "21: expected operand B, the name of a tensor, found the end of the line"),
        (".expect y = mul x w x", "21: expected the end of the line, found 'x'"),
    ],
)
def test_wrong_expectations(line: str, message: str) -> None:
    assert summaries(TENSORS + line) == [f"4:{message}"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ".tensor h DRAM f16 4 8\n.expect y = matmul h w",
            "13: matmul does not go with h (f16 4 x 8) and w (f32 8 x 16): its operands are all f32, all f16, all i8",
        ),
        (".tensor n NRAM f32 4 8\n.expect y = matmul n w", "20: 'n' lies in NRAM"),
        (".expect y = matmul x w\n.expect y = matmul x w", "9: 'y' already has an expectation, in line 4"),
    ],
)
def test_wrong_expectations_after_another_line(lines: str, message: str) -> None:
    assert summaries(TENSORS + lines) == [f"5:{message}"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            ".tensor x DRAM f32 4 + (core > 2)",
            ["1:9: 'x' is f32 5 at byte 0, and f32 4 at byte 0 on core 0 (core 3)"],
        ),
        (".if core\n.tensor x DRAM f32 4\n.endif", ["2:9: 'x' is not defined on core 0 (cores 1 to 3)"]),
        (".if core != 2\n.tensor x DRAM f32 4\n.endif", ["2:9: 'x' is not defined on core 2 (core 0)"]),
        (
            ".tensor x SharedRAM f32 4 + core_in_cluster",
            [
                "1:9: 'x' is f32 5 at byte 0, and f32 4 at byte 0 on core 0 (core 1)",
                "1:9: 'x' is f32 5 at byte 0, and f32 4 at byte 0 on core 2 (core 3)",
            ],
        ),
        (".tensor x SharedRAM f32 4 + cluster", []),
        (".tensor x NRAM f32 4 + core", []),
    ],
)
def test_cores_agree_about_the_memories_they_share(text: str, found: list[str]) -> None:
    assert summaries(text, target(2, 2)) == found


def test_a_wrong_definition_is_reported_once() -> None:
    text = """.tensor x DRAM f32 0
move DRAM[x] NRAM[x] 4
.expect y = relu x
loop a i
move DRAM[i - 4] NRAM[0] 4
endloop
.tensor y DRAM f32 4"""
    assert summaries(text) == [
        "1:20: SHAPE must be at least 1, is 0",
        "4:6: unknown name 'a'",
    ]


def test_messages_say_what_to_do() -> None:
    assert messages("loop 2 i\nmove DRAM[0] NRAM[0] i\nendloop") == (
        "x.asm:2:22: the counter 'i' has a value in addresses only\n"
        "    move DRAM[0] NRAM[0] i\n"
        "                         ^\n"
        "    hint: it counts the loop in line 1 while the program runs",
    )
    assert messages("compute MAC_32 511 : matmul NRAM[0] NRAM[0] WRAM[0] 4 8 16")[0].endswith(
        "\n    hint: the sizes are M = 4, K = 8, N = 16"
    )
    assert messages("move DRAM NRAM[0] 64")[0].endswith(
        "\n    hint: both memories of a move have one in brackets, or neither has"
    )
