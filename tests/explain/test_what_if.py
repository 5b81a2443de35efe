"""A limit that is gone is a run of the machine without it."""

from pathlib import Path

import pytest

from dlpsim import simulate
from dlpsim.explain.what_if import what_ifs
from dlpsim.simulation import prepare

HUGE = str(2**40)

SERIAL = "loop 3\n  move DRAM NRAM 6400\n  sync\n  compute MAC_32 25600\n  sync\nendloop\n"


@pytest.mark.parametrize(
    ("limit", "key", "value"),
    [
        ("bandwidth of dram", "port.dram.beat_bytes", HUGE),
        ("latency of dram alone", "port.dram.latency", "0"),
        ("compute rates", "compute.rate.MAC_32", HUGE),
        ("decoder cycles", "decoder.cycles", "0"),
        ("queue depth", "decoder.queue_depth", "1000"),
    ],
)
def test_without_a_limit_of_the_machine(limit: str, key: str, value: str) -> None:
    found = {one.limit: one for one in what_ifs(*prepare(SERIAL, "dlp-s-real"))}
    assert found[limit].cycles == simulate(SERIAL, "dlp-s-real", sets=[(key, value)]).cycles
    assert not found[limit].is_bound


def test_without_delays() -> None:
    found = {one.limit: one.cycles for one in what_ifs(*prepare(SERIAL, "dlp-s-real"))}
    free = [("port.dram.setup", "0"), ("port.dram.latency", "0")]
    assert found["setup and latency of dram"] == simulate(SERIAL, "dlp-s-real", sets=free).cycles
    free = [("compute.setup", "0"), ("compute.latency", "0")]
    assert found["setup and latency of compute"] == simulate(SERIAL, "dlp-s-real", sets=free).cycles


def test_without_waiting() -> None:
    found = {one.limit: one for one in what_ifs(*prepare(SERIAL))}
    assert found["waiting at syncs"].cycles == simulate(SERIAL.replace("  sync\n", "")).cycles == 300
    assert found["waiting at syncs"].is_bound


def test_without_barriers() -> None:
    text = "loop 2\n  compute MAC_32 2560 * (1 + core)\n  sync chip\nendloop\n"
    found = {one.limit: one for one in what_ifs(*prepare(text, "dlp-m", 3))}
    assert found["waiting at barriers"].cycles == simulate(text.replace(" chip", ""), "dlp-m", 3).cycles
    assert "waiting at syncs" not in found


def test_a_wide_port_takes_a_strided_move_in_one_beat() -> None:
    text = "move DRAM[0] NRAM[0] 64, 10, 128, 64\n"
    found = {one.limit: one.cycles for one in what_ifs(*prepare(text))}
    assert found["bandwidth of dram"] == 1


def test_only_limits_that_the_program_has() -> None:
    assert [one.limit for one in what_ifs(*prepare(""))] == ["queue depth"]
    assert what_ifs(*prepare(Path("fc_1x256.asm")))[0].limit == "bandwidth of dram"
