"""Instructions as lines: loops, one text for cores that do the same, `.if` for those that do not."""

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.instructions import Compute, Move, Spot, Sync
from dlpsim.compiler.scheduling.schedule import Placed
from dlpsim.compiler.writing.text import lines
from dlpsim.machine_file import load_machine
from isa.assembler import assemble
from isa.program import EndLoop, Loop, Program
from isa.program import Move as AssembledMove
from isa.vocabulary import Scope


def load(dram: int, nram: int, size: int = 64) -> Placed:
    """Return a move of `size` bytes for layer 3."""
    return Placed(Move(Spot("DRAM", dram, "x"), Spot("NRAM", nram), size), 3)


def text(*codes: list[Placed]) -> str:
    """Return the lines for so many cores."""
    return "\n".join(line for line, _ in lines(codes))


def test_a_loop() -> None:
    assert text([load(64 * i, 0) for i in range(8)]) == "loop 8 i\n    move DRAM[x + i*64] NRAM[0] 64\nendloop"


def test_loops_nest_and_go_down() -> None:
    found = text([load(4096 - 512 * i + 64 * j, 64 * i) for i in range(4) for j in range(5)])
    assert found == (
        "loop 4 i\n    loop 5 j\n        move DRAM[x + 4096 + j*64 - i*512] NRAM[i*64] 64\n    endloop\nendloop"
    )


def test_cores_merge_whose_offsets_grow_evenly() -> None:
    assert text(*([load(1000 + 256 * core, 64)] for core in range(4))) == "move DRAM[x + 1000 + core*256] NRAM[64] 64"


def test_cores_that_differ_have_lines_of_their_own() -> None:
    assert text([load(0, 0)], [load(256, 0)], [load(7, 0, 32)], []) == (
        ".if (core >= 0) * (core <= 1)\nmove DRAM[x + core*256] NRAM[0] 64\n.endif\n"
        ".if core == 2\nmove DRAM[x + 7] NRAM[0] 32\n.endif\n"
        ".if core == 3\n.endif"
    )


def test_offsets_are_those_of_the_first_core_of_a_group() -> None:
    codes = [[load(0, 0, 32)], [load(100, 0)], [load(356, 0)]]
    assert "move DRAM[x + core*256 - 156] NRAM[0] 64" in text(*codes)


def test_computes_and_syncs() -> None:
    spots = Spot("NRAM", 0), Spot("NRAM", 64), Spot("WRAM", 128)
    compute = Compute("MAC_32", 24, "matmul", spots, (2, 3, 4), ("acc",))
    code = [Placed(compute, 0), Placed(Sync(Scope.CORE), 0), Placed(Sync(Scope.CHIP), 0)]
    assert text(code) == "compute MAC_32 24 : matmul NRAM[0] NRAM[64] WRAM[128] 2 3 4 acc\nsync\nsync chip"


def test_a_strided_move() -> None:
    move = Move(Spot("NRAM", 0), Spot("DRAM", 64, "y"), 64, 5, 64, 4096)
    assert text([Placed(move, 0)]) == "move NRAM[0] DRAM[y + 64] 64, 5, 64, 4096"


def test_lines_know_their_layer() -> None:
    assert list(lines([[load(64 * i, 0) for i in range(8)]])) == [
        ("loop 8 i", None),
        ("    move DRAM[x + i*64] NRAM[0] 64", 3),
        ("endloop", None),
    ]


moves = st.tuples(st.integers(0, 6).map(lambda n: 64 * n), st.integers(0, 3).map(lambda n: 64 * n))


@given(st.lists(st.lists(moves, max_size=12), min_size=1, max_size=4), st.booleans())
def test_each_core_gets_its_instructions(offsets: list[list[tuple[int, int]]], are_alike: bool) -> None:
    """Assembled and unrolled, the lines are the instructions of each core, whether or not cores do the same."""
    if are_alike:
        offsets = [[(dram + 64 * core, nram) for dram, nram in offsets[0]] for core in range(4)]
    machine = load_machine("dlp-m", len(offsets))
    source = ".tensor x DRAM f32 4096\n" + text(*([load(*one) for one in code] for code in offsets)) + "\n"
    program = assemble(source, machine.target, "t.asm")
    base = next(tensor.address for tensor in program.tensors[0] if tensor.name == "x")
    assert [executed(program, core, base) for core in range(len(offsets))] == offsets


def executed(program: Program, core: int, base: int) -> list[tuple[int, int]]:
    """Return the offsets of each move that a core executes."""
    code, found, pc = program.cores[core], [], 0
    counters: list[list[int]] = []
    while pc < len(code):
        instruction = code[pc]
        if isinstance(instruction, Loop):
            counters.append([0, instruction.count, pc])
        elif isinstance(instruction, EndLoop):
            counters[-1][0] += 1
            if counters[-1][0] < counters[-1][1]:
                pc = counters[-1][2]
            else:
                counters.pop()
        else:
            assert isinstance(instruction, AssembledMove)
            assert instruction.transfer
            now = [counter[0] for counter in counters]
            found.append((instruction.transfer.src.at(now) - base, instruction.transfer.dst.at(now)))
        pc += 1
    return found
