"""Random annotated programs: where their loops are pipelined and said to be right, they compute the same as before."""

import numpy as np
from hypothesis import event, example, given
from hypothesis import strategies as st

from dlpsim.explain.known import known_of
from dlpsim.explain.pipelining import candidates, pipelined
from dlpsim.simulation import prepare
from isa.inputs import random_inputs
from isa.interpreter import interpret
from tests.reference.examples import examples

PLACES = st.sampled_from(["NRAM[0]", "NRAM[64]", "NRAM[128]", "NRAM[192]", "NRAM[96]", "NRAM[i%2*64]"])
SOURCES = st.sampled_from(["DRAM[x + i*64]", "DRAM[x + i*64]", "DRAM[x + (i+1)*64]", "DRAM[w + 64]"])
WITHIN = st.one_of(
    st.builds("move {} {} 64".format, SOURCES, PLACES),
    st.builds("compute ADD_32 16 : add {} {} {} 1 16".format, PLACES, PLACES, PLACES),
    st.builds("compute ADD_32 16 : add {} {} {} 1 16".format, PLACES, PLACES, PLACES),
)
STORES = st.builds("move {} DRAM[y + i*64] 64".format, PLACES)


def around(count: int, loop: str, behind: str = "") -> str:
    """A program with `loop`, which stores `count` rows of y; `behind`, a row of z may be stored."""
    z = ".tensor z DRAM f32 1 16\n" if behind else ""
    return (
        f".tensor x DRAM f32 12 16\n.tensor w DRAM f32 4 16\n.tensor y DRAM f32 {count} 16\n{z}"
        f"move DRAM[w] NRAM[0] 256\nsync\n{loop}\nsync\n{behind}"
    )


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Programs with a loop whose instructions a sync nearly always follows, and which stores what it has last."""
    count = draw(st.sampled_from([1, 2, 3, 5, 9]))
    body: list[str] = []
    for instruction in [*draw(st.lists(WITHIN, min_size=1, max_size=4)), draw(STORES)]:
        body += [instruction, *draw(st.sampled_from([["sync"]] * 7 + [[]]))]
    behind = draw(st.sampled_from(["", "", "move NRAM[64] DRAM[z] 64\n"]))
    return around(count, "\n".join([f"loop {count} i", *body, "endloop"]), behind)


SERIAL = """\
loop 9 i
move DRAM[x + i*64] NRAM[0] 64
sync
compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[192] 1 16
sync
move NRAM[64] DRAM[y + i*64] 64
sync
endloop
"""

OVERLAPPING = """\
loop 9 i
move DRAM[x + i*64] NRAM[64] 64
sync
move DRAM[x + i*64] NRAM[96] 64
sync
move NRAM[96] DRAM[y + i*64] 64
sync
endloop
"""


@examples(150)
@given(texts())
@example(around(9, SERIAL))
@example(around(9, OVERLAPPING))
@example(around(9, SERIAL, "move NRAM[64] DRAM[z] 64\n"))
def test_what_is_pipelined_computes_the_same(text: str) -> None:
    program = prepare(text)[0]
    known = known_of(program)
    if not known.is_sound:
        event("not right as it is")
        return
    for line in candidates(program):
        changed = pipelined(program, line, known.used)
        if changed is None or not changed.is_proven or not known_of(changed.program).is_sound:
            event("left alone")
            continue
        event("pipelined")
        inputs = random_inputs(program, 1)
        expected, found = interpret(program, inputs), interpret(changed.program, inputs)
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values, err_msg=f"{name} of\n{text}")


def test_a_loop_in_a_loop_is_pipelined_in_each_iteration_of_the_outer_one() -> None:
    text = (
        SERIAL.replace("loop 9 i", "loop 3 j\nloop 3 i")
        .replace("i*64", "(3*j+i)*64")
        .replace("endloop", "endloop\n" * 2)
    )
    program = prepare(around(9, text))[0]
    known = known_of(program)
    (line,) = candidates(program)
    changed = pipelined(program, line, known.used)
    assert known.is_sound
    assert changed is not None
    assert changed.is_proven
    assert known_of(changed.program).is_sound
    inputs = random_inputs(program, 1)
    np.testing.assert_array_equal(interpret(changed.program, inputs)["y"], interpret(program, inputs)["y"])
