from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim import simulate
from dlpsim.config import ComputeConfig
from isa.assembler import assemble
from isa.disassembler import disassemble
from isa.inputs import random_inputs
from isa.interpreter import interpret
from isa.program import Code, Compute, Loop, Move, Program
from isa.strip import strip_annotations
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES, Scope
from tests.isa.annotated import BEAT, annotated_texts
from tests.isa.examples import program, target
from tests.reference import build

TEXT = """
.tensor x DRAM f32 64
loop 2 i
move DRAM[x + i] NRAM[0] 6, 3, 64, 8
sync
compute MAX_32 64 : relu NRAM[0] NRAM[0] 1 64
endloop
.expect y = relu x
.tensor y DRAM f32 64
"""


def without_places(code: Code) -> Code:
    return tuple(replace(instruction, line=0, column=0) for instruction in code)


def test_what_is_left() -> None:
    stripped = strip_annotations(program(TEXT, target(2)))
    assert stripped.tensors == () and stripped.expects == ()
    assert stripped.cores[0] is stripped.cores[1]
    loop, move, _, compute, _ = stripped.cores[0]
    assert loop == Loop(2, 4, 3, 1) and move == Move("DRAM", "NRAM", 18, 4, 1)
    assert compute == Compute("MAX_32", 64, 6, 1)
    assert disassemble(stripped) == ("loop 2\n    move DRAM NRAM 18\n    sync\n    compute MAX_32 64\nendloop\n")


def test_a_textbook_program_stays() -> None:
    before = program("loop 2\nmove DRAM NRAM 6\nendloop\ncompute MAC_32 4\nsync")
    assert strip_annotations(before) == before


@settings(max_examples=60)
@given(annotated_texts())
def test_the_cycles_stay(drawn: tuple[str, Target]) -> None:
    text, on = drawn
    before = assemble(text, on)
    machine = build.machine(
        build.port("dram", "DRAM<->NRAM", "DRAM<->WRAM", "DRAM<->SharedRAM", scope=Scope.CHIP, beat_bytes=BEAT),
        build.port("shared", "SharedRAM<->NRAM", "SharedRAM<->WRAM", beat_bytes=BEAT // 2, setup=2, latency=3),
        build.port("local", "NRAM<->WRAM", beat_bytes=BEAT // 4, beat_cycles=2),
        cores=on.cores_per_cluster,
        clusters=on.clusters,
        compute=ComputeConfig(1, 2, dict.fromkeys(COMPUTE_TYPES, 8)),
    )
    after = strip_annotations(before)
    runs = [simulate(replace(each, target=machine.target), machine) for each in (before, after)]
    assert (runs[0].cycles, runs[0].ops, runs[0].bytes) == (runs[1].cycles, runs[1].ops, runs[1].bytes)
    textbook = assemble(disassemble(after), on)
    assert tuple(map(without_places, textbook.cores)) == tuple(map(without_places, after.cores))


def in_text(before: Program) -> Program:
    """Return `before` as if it had not been written in a text."""
    return replace(
        before,
        name="",
        source=(),
        cores=tuple(map(without_places, before.cores)),
        tensors=tuple(tuple(replace(tensor, line=0) for tensor in tensors) for tensors in before.tensors),
        expects=tuple(replace(expect, line=0) for expect in before.expects),
    )


@given(annotated_texts())
def test_assembling_the_text_of_a_program_gives_it_back(drawn: tuple[str, Target]) -> None:
    text, on = drawn
    before = assemble(text, on)
    written = disassemble(before)
    again = assemble(written, on)
    assert in_text(again) == in_text(before)
    assert disassemble(again) == written


@settings(max_examples=40)
@given(annotated_texts(), st.integers(0, 99))
def test_what_the_assembler_lets_pass_runs(drawn: tuple[str, Target], seed: int) -> None:
    text, on = drawn
    before = assemble(text, on)
    assert list(interpret(before, random_inputs(before, seed))) == ["x", "y"]
