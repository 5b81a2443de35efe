"""The best programs reach their floors."""

import pytest

from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate

# Compute, or the port of the DRAM, and what cannot be beside it: the first operands, the last store.
FLOORS = {
    ("fc_32x256_best.asm", "dlp-s"): 4099,
    ("fc_1024x256_best.asm", "dlp-s"): 131_075,
    ("fc_32x256_cluster_best.asm", "dlp-m"): 1408,
}
AT_MOST = {("fc_1024x256_cluster_best.asm", "dlp-m"): 524_300}


@pytest.mark.parametrize(("program", "machine"), FLOORS)
def test_reaches_its_floor(program: str, machine: str) -> None:
    assert simulate(shipped_programs()[program], machine).cycles == FLOORS[program, machine]


@pytest.mark.parametrize(("program", "machine"), AT_MOST)
def test_stays_close_to_its_floor(program: str, machine: str) -> None:
    assert simulate(shipped_programs()[program], machine).cycles <= AT_MOST[program, machine]
