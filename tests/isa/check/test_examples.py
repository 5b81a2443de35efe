"""What a check says of small programs, and that long loops cost it nothing."""

from time import process_time

import pytest

from isa.assembler import assemble
from isa.check import CheckReport, check
from isa.check.text import render
from isa.errors import DlpsimError
from tests.isa.examples import target

STREAM = """
.param n 1000000000
.tensor x DRAM i8 n 64
.tensor y DRAM i8 n 64
move DRAM[x] NRAM[0] 64
sync
loop n - 1 i
    move DRAM[x + (i + 1)*64] NRAM[(i + 1)%2*64] 64
    compute MAX_8 64 : relu NRAM[128 + i%2*64] NRAM[i%2*64] 1 64
    sync
    move NRAM[128 + i%2*64] DRAM[y + i*64] 64
endloop
"""


def checked(text: str, cores: int = 1) -> CheckReport:
    return check(assemble(text, target(cores), "x.asm"))


def test_long_loops_are_not_gone_through() -> None:
    begin = process_time()
    (finding,) = checked(STREAM).findings
    assert process_time() - begin < 2
    assert finding.message == ("64 of the 64,000,000,000 bytes of y are never stored, the first at y[999999999, 0]")


def test_a_race_in_a_long_loop_is_said_once() -> None:
    report = checked(STREAM.replace("    sync\n", ""))
    assert [(len(one.touches), one.times) for one in report.findings][:2] == [(2, 1000), (2, 1000)]
    assert "    1,000 times or more on core 0\n" in render(report)


def test_reads_what_the_same_loop_wrote() -> None:
    text = """
.tensor x DRAM i8 1000000 64
.tensor z DRAM i8 1000000 64
loop 1000000 i
    move DRAM[x + i*64] NRAM[0] 64
    sync
    move NRAM[0] DRAM[z + i*64] 64
    sync
    move DRAM[z + i*64] NRAM[64] 64
    sync
endloop
"""
    assert not checked(text).is_faulty
    before = text.replace("NRAM[0] DRAM[z + i*64] 64", "NRAM[0] DRAM[z + (999999 - i)*64] 64")
    (finding,) = [one for one in checked(before).findings if not one.kind.is_note]
    assert finding.message == "64 bytes of DRAM, the first is 64,000,000: nothing has written there before"


@pytest.mark.parametrize(
    ("text", "cores", "message"),
    [
        (
            "loop 3\nsync cluster\nendloop\n.if core == 2\nsync cluster\n.endif",
            4,
            "x.asm: the barriers of the cluster do not match, so one of them can never be released: "
            "executed are cores 0, 1 and 3 3, core 2 4",
        ),
        (
            "loop 2000 i\nmove DRAM[i*i] NRAM[0] 16\nendloop",
            1,
            "x.asm:2:1: the address of the source depends on the counters in too involved a way to check",
        ),
    ],
)
def test_what_it_cannot_check(text: str, cores: int, message: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        checked(text, cores)
    assert caught.value.messages[0].splitlines()[0] == message
