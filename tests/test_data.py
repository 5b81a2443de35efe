"""Data in the timed machine: the golden meaning for programs without races, what hardware would do for others."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dlpsim import DlpsimError, simulate
from dlpsim.machine_file import load_machine
from isa.assembler import assemble
from isa.check import Kind, check
from isa.inputs import random_inputs
from isa.interpreter import interpret
from tests.reference.examples import examples

CELL = 64
"""Bytes of a cell: 4 x 4 elements of f32. Each core owns CELLS of them in DRAM, NRAM and WRAM, and in SharedRAM."""
CELLS = 4
MACHINES = ("dlp-m", "dlp-m-real")

cells = st.integers(0, CELLS - 1)
lines = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(("DRAM NRAM", "NRAM DRAM", "DRAM WRAM", "WRAM NRAM")), cells, cells),
    st.tuples(st.just("shared"), st.sampled_from(("NRAM SharedRAM", "SharedRAM NRAM")), cells, cells),
    st.tuples(st.just("matmul"), cells, cells, cells),
    st.tuples(st.just("add"), cells, cells, cells),
    st.tuples(st.just("sync"), st.sampled_from(("", "cluster", "chip"))),
)
bodies = st.lists(st.tuples(st.integers(1, 3), st.lists(lines, min_size=1, max_size=8)), min_size=1, max_size=4)


def at(memory: str, cell: int | str) -> str:
    """A cell of this core's part of a memory; in a loop it is another one in each iteration."""
    shift = f"((i + {cell})%{CELLS})*{CELL}"
    base = {"DRAM": f"core*{CELLS * CELL}", "SharedRAM": f"core_in_cluster*{CELLS * CELL}"}.get(memory, "0")
    return f"{memory}[{base} + {shift}]"


def line_text(line: tuple[Any, ...]) -> str:
    match line:
        case ("move" | "shared", path, source, destination):
            src, dst = path.split()
            return f"move {at(src, source)} {at(dst, destination)} {CELL}"
        case ("matmul", c, a, b):
            return f"compute MAC_32 64 : matmul {at('NRAM', c)} {at('NRAM', a)} {at('WRAM', b)} 4 4 4 acc"
        case ("add", c, a, b):
            return f"compute ADD_32 16 : add {at('NRAM', c)} {at('NRAM', a)} {at('NRAM', b)} 4 4"
        case _:
            return f"sync {line[1]}"


def text_of(loops: list[tuple[int, list[tuple[Any, ...]]]], is_serial: bool) -> str:
    """A program whose cores begin with all their cells written, then do random things to them."""
    text = [".tensor d DRAM f32 cores 4 4 4", f"loop {CELLS} i"]
    text += [f"move {at('DRAM', 0)} {at('NRAM', 0)} {CELL}", f"move {at('DRAM', 1)} {at('WRAM', 0)} {CELL}", "sync"]
    text += [f"move {at('NRAM', 0)} {at('SharedRAM', 0)} {CELL}", "endloop", "sync chip"]
    for count, body in loops:
        text += [f"loop {count} i"]
        for line in body:
            text += [line_text(line), "sync"] if is_serial else [line_text(line)]
        text += ["endloop"]
    return "\n".join(text)


@examples(60)
@given(bodies, st.integers(1, 2), st.integers(1, 4), st.sampled_from(MACHINES), st.integers(0, 9))
def test_timed_is_golden_without_races(
    loops: list[tuple[int, list[tuple[Any, ...]]]], clusters: int, cores: int, name: str, seed: int
) -> None:
    config = load_machine(name, cores, [("clusters", str(clusters))])
    program = assemble(text_of(loops, is_serial=False), config.target)
    if any(finding.kind is Kind.RACE for finding in check(program).findings):
        program = assemble(text_of(loops, is_serial=True), config.target)
    inputs = {"d": np.random.default_rng(seed).standard_normal((cores * clusters, 4, 4, 4)).astype(np.float32)}
    golden = interpret(program, inputs)
    timed = simulate(program, config, data=inputs)
    assert timed.tensors is not None
    assert {name: array.tobytes() for name, array in timed.tensors.items()} == {
        name: array.tobytes() for name, array in golden.items()
    }
    assert timed.cycles == simulate(program, config).cycles


ADD_ONE = """
.tensor x DRAM f32 16
.tensor y DRAM f32 16
.expect y = add x x
move DRAM[x] NRAM[0] 64
{sync}
compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[0] 1 16
sync
move NRAM[64] DRAM[y] 64
"""


def outcome(text: str, inputs: Mapping[str, NDArray[Any]], machine: str = "dlp-s-real") -> NDArray[Any]:
    tensors = simulate(text, machine, data=inputs).tensors
    assert tensors is not None
    return tensors["y"]


def test_a_missing_sync_gives_wrong_numbers() -> None:
    """Without the sync the compute is complete before its data have come: it adds what was in NRAM, NaN."""
    inputs = {"x": np.arange(16, dtype=np.float32)}
    assert np.array_equal(outcome(ADD_ONE.format(sync="sync"), inputs), 2 * inputs["x"])
    assert np.isnan(outcome(ADD_ONE.format(sync=""), inputs)).all()


def test_textbook_lines_change_nothing() -> None:
    text = ADD_ONE.format(sync="sync\nmove DRAM NRAM 64\ncompute ADD_32 16")
    inputs = {"x": np.arange(16, dtype=np.float32)}
    assert np.array_equal(outcome(text, inputs), 2 * inputs["x"])


def test_inputs_are_checked() -> None:
    with pytest.raises(DlpsimError) as caught:
        simulate(ADD_ONE.format(sync="sync"), data={"z": np.zeros(3)})
    assert len(caught.value.messages) == 2
    assert "missing input 'x', float32 16" in caught.value.messages[0]
    assert "unknown tensor 'z'" in caught.value.messages[1]


def test_random_inputs_depend_on_the_seed_alone() -> None:
    program = assemble(ADD_ONE.format(sync="sync"), load_machine("dlp-s").target)
    first, again, other = (random_inputs(program, seed)["x"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


NESTED = """\
.tensor x DRAM f32 2 3 4
.tensor y DRAM f32 2 3 4
loop 2 i
    move DRAM[x + i*48] NRAM[i*48] 48
    loop 0
        move DRAM[x] NRAM[0] 96
    endloop
    sync
    loop 3 j
        compute ADD_32 4 : add NRAM[96 + i*48 + j*16] NRAM[i*48 + (2 - j)*16] NRAM[i*48] 1 4
        loop 2 k
            compute ADD_32 2 : add NRAM[96 + i*48 + j*16 + k*8] NRAM[96 + i*48 + j*16 + k*8] NRAM[j*16] 1 2
        endloop
        sync
        move NRAM[96 + i*48 + j*16] DRAM[y + (i*3 + j)*16] 16
    endloop
endloop
"""


@pytest.mark.parametrize("cores", [1, 2])
def test_each_iteration_has_its_own_counters(cores: int) -> None:
    config = load_machine("dlp-m-real", cores)
    text = NESTED if cores == 1 else f".if core == 1\n{NESTED.partition('loop')[0]}.else\n{NESTED}.endif\n"
    program = assemble(text, config.target)
    inputs = random_inputs(program, 3)
    timed = simulate(program, config, data=inputs).tensors
    assert timed is not None
    golden = interpret(program, inputs)
    assert golden["y"].std() > 0.1
    assert all(np.array_equal(timed[name], golden[name]) for name in golden)
