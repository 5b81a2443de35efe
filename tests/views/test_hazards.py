"""Hazards that a run meets: only those, with who was first."""

import json
from pathlib import Path

import pytest

from dlpsim import simulate
from dlpsim.cli.main import status
from dlpsim.machine_file import load_machine
from dlpsim.views.hazards import Hazard, Hazards
from isa.assembler import assemble

RACE = """.tensor x DRAM f32 16
move DRAM[x] NRAM[0] 64
{sync}
compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[0] 1 16
"""


def met(text: str, machine: str = "dlp-s-real", cores: int | None = None) -> tuple[Hazard, ...]:
    config = load_machine(machine, cores)
    program = assemble(text, config.target)
    hazards = Hazards(program)
    simulate(program, config, listeners=[hazards], skip=False)
    return hazards.data()


def test_a_compute_that_does_not_wait_for_its_data() -> None:
    """Decoding takes a cycle each: the move is under way from 1 on, to 122; the compute from 2 on, to 13."""
    (hazard,) = met(RACE.format(sync=""))
    assert hazard == Hazard("NRAM", 0, 63, 2, winner=(0, 4), loser=(0, 2), times=1)


def test_a_sync_prevents_it() -> None:
    assert met(RACE.format(sync="sync")) == ()


def test_what_begins_when_the_other_is_complete_meets_nothing() -> None:
    """A race, but not in this run: without latency the move is complete in the cycle in which the compute starts."""
    text = """.tensor x DRAM f32 16
move DRAM[x] NRAM[0] 64
compute ADD_32 256
compute ADD_32 16 : add NRAM[64] NRAM[0] NRAM[0] 1 16
"""
    assert met(text, "dlp-s") == ()


def test_cores_meet_in_shared_memories_only() -> None:
    text = """.tensor x DRAM f32 16
move DRAM[x] NRAM[0] 64
sync
move NRAM[0] SharedRAM[0] 64
"""
    hazards = met(text, "dlp-m-real", 2)
    assert [(one.memory, one.winner, one.loser) for one in hazards] == [("SharedRAM", (0, 4), (1, 4))]


def test_rows_that_interleave_do_not_meet() -> None:
    text = """.tensor x DRAM f32 64
move DRAM[x] NRAM[0] 4, 4, 4, 8
move NRAM[{at}] WRAM[0] 4, 4, 8, 4
"""
    assert met(text.format(at=4)) == ()
    assert [hazard.first for hazard in met(text.format(at=8))] == [8]


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "race.asm"
    path.write_text(RACE.format(sync=""))
    assert status(["run", str(path), "--machine", "dlp-s-real", "--hazards"]) == 0
    out = capsys.readouterr().out
    assert "hazard: bytes 0 to 63 of NRAM were in use twice at a time, first in cycle 2" in out
    assert "line 4 (core 0, took effect first): compute ADD_32 16 : add" in out
    assert status(["run", str(path), "--machine", "dlp-s-real", "--hazards", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hazards"][0]["times"] == 1
    path.write_text(RACE.format(sync="sync"))
    assert status(["run", str(path), "--hazards"]) == 0
    assert "hazards: none met in this run" in capsys.readouterr().out
