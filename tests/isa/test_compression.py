"""Compressed tensors, moves that expand them, and operations that leave out MACs with a zero."""

import numpy as np
import pytest

from isa import assemble
from isa.disassembler import disassemble
from isa.errors import DlpsimError
from isa.inputs import random_inputs
from isa.interpreter import interpret
from isa.program import Compute, Move
from tests.isa.examples import SMALL, summaries

PROGRAM = """
.tensor w DRAM f32 4 16 : compressed 4
.tensor y DRAM f32 4 16
loop 2 i
move DRAM[w + i*32] NRAM[i*256] 16, 2, 16, 64 : expand 4
sync
move NRAM[i*256] DRAM[y + i*128] 64, 2, 64, 64
endloop
"""


def w(kept: int = 3) -> np.ndarray:
    values = np.zeros((4, 16), np.float32)
    for row in range(4):
        values[row, row : row + kept] = row + 1
    return values


def test_what_is_compressed_arrives_expanded() -> None:
    program = assemble(PROGRAM, SMALL)
    (compressed, plain) = program.dram_tensors
    assert (compressed.compression, compressed.address, plain.compression, plain.address) == (4, 0, 1, 64)
    result = interpret(program, {"w": w()})
    assert result["y"].tobytes() == w().tobytes()
    assert result["w"].tobytes() == w().tobytes()


def test_a_move_carries_the_compressed_bytes() -> None:
    move = next(one for one in assemble(PROGRAM, SMALL).cores[0] if isinstance(one, Move))
    assert move.transfer
    assert (move.size, move.rows, move.bytes, move.transfer.expansion) == (16, 2, 32, 4)


def test_is_disassembled() -> None:
    program = assemble(PROGRAM, SMALL)
    text = disassemble(program)
    assert ".tensor w DRAM[0] f32 4 16 : compressed 4\n" in text
    assert "move DRAM[0 + i * 32] NRAM[i * 256] 16, 2, 16, 64 : expand 4\n" in text
    assert disassemble(assemble(text, SMALL)) == text


def test_a_factor_of_one_changes_nothing() -> None:
    text = (
        PROGRAM.replace(" : compressed 4", "").replace(" : expand 4", "").replace("w + i*32] NRAM[i*256] 16, 2, 16", "")
    )
    assert "expand" not in text
    plain = ".tensor x DRAM f32 16\nmove DRAM[x] NRAM[0] 64"
    marked = ".tensor x DRAM f32 16 : compressed 1\nmove DRAM[x] NRAM[0] 64 : expand 1"
    assert assemble(plain, SMALL).cores == assemble(marked, SMALL).cores


def test_random_inputs_are_as_sparse_as_they_must_be() -> None:
    values = random_inputs(assemble(PROGRAM, SMALL), 1)["w"]
    assert np.count_nonzero(values, axis=1).tolist() == [3, 3, 3, 3]


def test_an_input_with_too_few_zeros_is_refused() -> None:
    with pytest.raises(DlpsimError) as caught:
        interpret(assemble(PROGRAM, SMALL, "x.asm"), {"w": w(4)})
    assert str(caught.value) == (
        "x.asm: tensor 'w' has too few zeros: of the 16 words from byte 0 on, 4 are not zero; "
        "compressed to 1/4 there is room for 3"
    )


ERRORS = {
    ".tensor w DRAM f32 16 : compressed 3": "1:36: FACTOR must be 1, 2, 4 or 8, is 3",
    ".tensor w DRAM f32 16 : compresed 2": "1:25: expected 'compressed', found 'compresed'",
    ".tensor w DRAM f32 16 : compressed": "1:35: expected a value, found the end of the line",
    ".tensor w DRAM f32 17 : compressed 2": "1:11: 'w' cannot be compressed: it has 68 bytes, no multiple of 64",
    ".tensor w DRAM[8] f32 16 : compressed 2": "1:16: 'w' cannot be compressed: its address 8 is no multiple of 64",
    ".tensor w NRAM f32 16 : compressed 2": "1:11: 'w' cannot be compressed in NRAM, only in DRAM",
    "move DRAM[0] NRAM[0] 24 : expand 4": "1:22: SIZE must be a multiple of 16, is 24",
    "move DRAM[0] NRAM[0] 16, 2, 24, 64 : expand 4": "1:29: SRC_STRIDE must be a multiple of 16, is 24",
    "move DRAM[0] NRAM[0] 16, 2, 16, 63 : expand 4": "1:33: DST_STRIDE must be at least SIZE * 4 = 64, is 63",
    "move DRAM[0] NRAM[0] 131072 : expand 2": "1:19: the destination is beyond NRAM, which holds 131072 bytes: "
    "bytes 0 to 262143",
    "compute MAC_32 9 : matmul NRAM[0] NRAM[64] WRAM[0] 2 2 2 sparse": "1:16: NUM must be at most M*K*N = 8 for "
    "matmul, is 9",
    "compute MAC_32 7 : matmul NRAM[0] NRAM[64] WRAM[0] 2 2 2": "1:16: NUM must be M*K*N = 8 for matmul, is 7",
    "move DRAM NRAM 64 : expand 4": "1:19: unexpected ':'",
}


W = ".tensor w DRAM f32 32 : compressed 4\n"
MISCODED = {
    W + "move DRAM[w] NRAM[0] 16": "2:11: 'w' is compressed: the line must end with ': expand 4'",
    W + "move DRAM[w] NRAM[0] 32 : expand 2": "2:11: 'w' is compressed: the line must end with ': expand 4'",
    W + "move NRAM[0] DRAM[w] 16": "2:19: 'w' is compressed: it can be read, not written",
    ".tensor x DRAM f32 32\nloop 2 i\nmove DRAM[x + i*64] NRAM[0] 16 : expand 4\nendloop": "3:11: 'x' is not "
    "compressed, so it cannot be expanded",
}


@pytest.mark.parametrize("text", MISCODED)
def test_what_is_compressed_is_expanded_and_nothing_else(text: str) -> None:
    assert summaries(text) == [MISCODED[text]]


@pytest.mark.parametrize("line", ["loop 0 i\nmove DRAM[w + i] NRAM[0] 16\nendloop", "move DRAM[64] NRAM[0] 16"])
def test_what_is_not_moved_or_no_tensor_is_not_judged(line: str) -> None:
    assert summaries(W + line) == []


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text: str) -> None:
    assert summaries(text) == [ERRORS[text]]


SPARSE = """
.tensor a DRAM f32 2 16
.tensor b DRAM f32 16 2
.tensor c DRAM f32 2 2
move DRAM[a] NRAM[0] 128
move DRAM[b] WRAM[0] 128
sync
compute MAC_32 {num} : matmul NRAM[256] NRAM[0] WRAM[0] 2 16 2 sparse
sync
move NRAM[256] DRAM[c] 16
.expect c = matmul a b
"""


def test_as_many_macs_as_have_no_zero_are_enough() -> None:
    a, b = np.zeros((2, 16), np.float32), np.zeros((16, 2), np.float32)
    a[0, :5], a[1, 4:8], b[3:6, 0], b[7:, 1] = 1, 2, 3, 4
    needed = int(((a != 0)[:, :, None] & (b != 0)[None]).sum())
    assert needed == 5
    inputs = {"a": a, "b": b}
    program = assemble(SPARSE.format(num=needed), SMALL)
    assert isinstance(program.cores[0][3], Compute)
    assert np.array_equal(interpret(program, inputs)["c"], a @ b)
    with pytest.raises(DlpsimError, match="NUM is 4, but 5 MACs have no zero"):
        interpret(assemble(SPARSE.format(num=needed - 1), SMALL), inputs)


def test_a_move_may_not_begin_within_a_coded_block() -> None:
    text = ".tensor w DRAM f32 32 : compressed 4\nloop 2 i\nmove DRAM[w + i*8] NRAM[0] 16 : expand 4\nendloop"
    values = np.zeros(32, np.float32)
    with pytest.raises(DlpsimError, match="the source begins at byte 8, within a coded block of 16 bytes"):
        interpret(assemble(text, SMALL), {"w": values})
