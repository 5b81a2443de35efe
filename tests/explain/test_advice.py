"""Advice is true: what it changes computes the same, and the shipped programs that follow it gain what is said."""

from pathlib import Path

import numpy as np
import pytest

from dlpsim import simulate
from dlpsim.data import Data
from dlpsim.explain.advice import Advice
from dlpsim.explain.explanation import Explanation, explain
from dlpsim.explain.pipelining import pipelined
from dlpsim.simulation import prepare
from isa.check import check
from isa.inputs import random_inputs

ACCUMULATING = """\
.tensor x DRAM f32 8 16
.tensor y DRAM f32 1 16
move DRAM[x] NRAM[0] 64
sync
loop 7 i
  move DRAM[x + (i+1)*64] NRAM[64] 64
  sync
  compute ADD_32 16 : add NRAM[0] NRAM[0] NRAM[64] 1 16
  sync
endloop
move NRAM[0] DRAM[y] 64
"""


def explained(name: str, machine: str) -> Explanation:
    return explain(*prepare(Path(name), machine), seek_slack=False)


def most(explanation: Explanation) -> Advice:
    """The first advice whose gain was found by running the program changed so."""
    first = explanation.advice[0]
    assert not first.is_bound
    assert not first.condition
    return first


def bound_of(explanation: Explanation) -> Advice:
    return next(one for one in explanation.advice if one.text.startswith("work in tiles"))


@pytest.mark.parametrize("machine", ["dlp-s", "dlp-s-real"])
def test_pipelined_program_gains_what_is_said(machine: str) -> None:
    explanation = explained("fc_1024x256_serial.asm", machine)
    followed = simulate(Path("fc_1024x256_pipelined.asm"), machine).cycles
    gain = explanation.result.cycles - followed
    assert most(explanation).gain <= gain <= bound_of(explanation).gain
    if machine == "dlp-s":
        assert gain == most(explanation).gain == 157_696 - 133_888


@pytest.mark.parametrize("machine", ["dlp-m", "dlp-m-real"])
def test_pipelined_program_on_four_cores_gains_at_least_what_is_said(machine: str) -> None:
    explanation = explained("fc_1024x256_serial.asm", machine)
    assert most(explanation).lines == (106, 135)
    gain = explanation.result.cycles - simulate(Path("fc_1024x256_pipelined.asm"), machine).cycles
    assert 0 < most(explanation).gain <= gain <= bound_of(explanation).gain


@pytest.mark.parametrize("machine", ["dlp-s", "dlp-s-real", "dlp-m"])
def test_bound_is_not_exceeded_where_there_is_no_loop(machine: str) -> None:
    explanation = explained("fc_32x256_serial.asm", machine)
    gain = explanation.result.cycles - simulate(Path("fc_32x256_pipelined.asm"), machine).cycles
    assert 0 < gain <= bound_of(explanation).gain


@pytest.mark.parametrize("machine", ["dlp-s", "dlp-m"])
def test_a_pipelined_loop_computes_the_same(machine: str) -> None:
    program, config = prepare(Path("fc_1024x256_serial.asm"), machine, defines={"M": 96, "N": 256, "pass_cols": 32})
    used = {peak.memory: peak.used for peak in check(program).peaks}
    inputs = random_inputs(program, 1)
    changed = pipelined(program, 106, used)
    assert changed is not None
    assert changed.is_proven
    assert changed.program != program
    expected, found = Data(program, inputs), Data(changed.program, inputs)
    before = simulate(program, config, listeners=[expected], skip=False).cycles
    assert simulate(changed.program, config, listeners=[found], skip=False).cycles < before
    np.testing.assert_array_equal(found.tensors["y"], expected.tensors["y"])
    assert not check(changed.program).is_faulty


def test_a_loop_that_accumulates_is_left_alone() -> None:
    program, config = prepare(ACCUMULATING)
    assert not check(program).is_faulty
    assert pipelined(program, 5, {"NRAM": 128}) is None
    assert not any("double-buffer" in one.text for one in explain(program, config).advice)


def test_a_loop_whose_last_iteration_leaves_something_is_left_alone() -> None:
    text = """\
.tensor x DRAM f32 9 16
.tensor y DRAM f32 9 16
loop 9 i
  move DRAM[x + i*64] NRAM[0] 64
  sync
  compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[0] 1 16
  sync
  {store}
endloop
{after}
"""
    store = "move NRAM[64] DRAM[y + i*64] 64"
    inside = prepare(text.format(store=f"{store}\nsync", after=""))[0]
    assert pipelined(inside, 3, {"NRAM": 128}) is not None
    behind = prepare(text.format(store=f"{store}\nsync", after="move NRAM[64] DRAM[y] 64\nsync"))[0]
    assert pipelined(behind, 3, {"NRAM": 128}) is None


def test_what_the_program_does_not_say_is_a_condition() -> None:
    text = "loop 9\n  move DRAM NRAM 6400\n  sync\n  compute MAC_32 25600\n  sync\nendloop\n"
    (advice, *_) = explain(*prepare(text)).advice
    assert advice.text.startswith(
        "line 3 waits 900 cycles in all for line 2, which might be issued an iteration earlier, before line 4: double"
    )
    assert (advice.gain, advice.condition.partition(":")[0]) == (
        800,
        "the iterations are independent and there is room on chip",
    )


def test_what_several_cores_wait_is_said_to_be_a_sum() -> None:
    texts = [one.text for one in explained("fc_1024x256_serial.asm", "dlp-m").advice]
    assert any(text.startswith("line 145 waits 195,456 cycles (summed over 4 cores) for line 144,") for text in texts)
    assert any("; the 4 compute units together wait most at line 145 (195,456 cycles)" in text for text in texts)


def test_no_room_no_advice() -> None:
    program, config = prepare(Path("fc_1024x256_serial.asm"), sets=[("memory.NRAM.size", "90000")])
    assert not any("double-buffer" in one.text for one in explain(program, config, seek_slack=False).advice)


def test_needless_syncs() -> None:
    text = ACCUMULATING.replace("loop 7", "sync\nloop 7")
    assert not any("order nothing" in one.text for one in explain(*prepare(text)).advice)
    far = "  move DRAM[x] NRAM[0] 64\n  sync\n  move DRAM[x] WRAM[0] 64\n"
    explanation = explain(*prepare(f".tensor x DRAM f32 16\n{far}", "dlp-s-real"), seek_slack=False)
    (advice,) = [one for one in explanation.advice if "order nothing" in one.text]
    unsynced = simulate(f".tensor x DRAM f32 16\n{far}".replace("  sync\n", ""), "dlp-s-real").cycles
    assert advice.lines == (3,)
    assert advice.gain == explanation.result.cycles - unsynced


def test_delays_that_are_not_on_the_path_are_no_advice() -> None:
    text = "move DRAM NRAM 6400\nmove NRAM WRAM 64\n"
    explanation = explain(*prepare(text, sets=[("port.local.latency", "1")]), seek_slack=False)
    assert "setup and latency of local" in [one.limit for one in explanation.what_ifs]
    assert explanation.advice == ()
