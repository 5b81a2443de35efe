"""What is said to do does, and the next worse value does not."""

from pathlib import Path

import pytest

from dlpsim import simulate
from dlpsim.explain.slack import slacks
from dlpsim.machine_file import load_machine
from dlpsim.simulation import prepare

PROGRAMS = ["fc_32x256_pipelined.asm", "fc_1024x256_serial.asm"]


@pytest.mark.parametrize("machine", ["dlp-s-real", "dlp-m"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_worst_values(name: str, machine: str) -> None:
    program, config = prepare(Path(name), machine)
    cycles = simulate(program, config).cycles

    def with_value(parameter: str, value: int) -> int:
        return simulate(program, load_machine(config, None, [(parameter, str(value))])).cycles

    found = slacks(program, config, cycles)
    assert any(one.matters for one in found)
    assert not all(one.matters for one in found)
    for one in found:
        assert one.worst is not None
        is_delay = one.parameter.endswith(("setup", "latency", "cycles"))
        assert with_value(one.parameter, one.worst) <= cycles
        worse = one.worst + (1 if is_delay else -1)
        if worse:
            assert with_value(one.parameter, worse) > cycles


def test_delays_that_do_not_matter_at_all() -> None:
    found = {
        one.parameter: one for one in slacks(*prepare("loop 0\nmove DRAM NRAM 64\nendloop\ncompute MAC_32 1\n"), 1)
    }
    assert found["decoder.queue_depth"].worst == 1
    assert not any(name.startswith("port") for name in found)
    assert found["compute.rate.MAC_32"].worst == 1
