"""The best programs reach their floors, and say where everything lies."""

import re
from math import prod

import pytest

from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from isa.errors import DlpsimError
from isa.program import Compute, Move
from isa.vocabulary import DTYPE_BYTES
from tests.programs.shipped import Holding, assembled, has_addresses, holdings, target, text_of

BEST = [name for name in shipped_programs() if "_best" in name and has_addresses(name)]

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


@pytest.mark.parametrize("name", BEST)
def test_every_line_has_addresses(name: str) -> None:
    cores = 4 if "cluster" in name else 1
    for code in assembled(name, target("dlp-m", cores), {}).cores:
        assert all(one.transfer for one in code if isinstance(one, Move))
        assert all(one.operation for one in code if isinstance(one, Compute))


@pytest.mark.parametrize("holding", [one for one in holdings() if one.program in BEST], ids=str)
def test_its_tensors_take_what_the_head_says(holding: Holding) -> None:
    tensors = holding.assembled().tensors[0]
    for memory, size in holding.bytes.items():
        held = [prod(one.shape) * DTYPE_BYTES[one.dtype] for one in tensors if one.memory == memory]
        assert sum(held) == size


REFUSALS = {
    "fc_32x256_best.asm": [
        ({"M": 0}, "M and N must be at least 1"),
        ({"K": 1}, "K must be at least 2"),
        ({"K": 1000}, "x, w and y must fit on chip"),
    ],
    "fc_1024x256_best.asm": [
        ({"M": 1000}, "M must be a multiple of 32"),
        ({"K": 255}, "K must be even"),
        ({"N": 64}, "N must be a multiple of 16, at least 80"),
        ({"K": 1024}, "w must fit in WRAM"),
    ],
    "fc_32x256_cluster_best.asm": [
        ({"M": 0}, "M and N must be at least 1"),
        ({"K": 8}, "K must be a multiple of the cores of a cluster"),
        ({"N": 130}, "N must be a multiple of the number of cores"),
        ({"M": 200}, "x, and a core's columns of w and y, must fit on chip"),
    ],
    "fc_1024x256_cluster_best.asm": [
        ({"M": 1000}, "M must be a multiple of 64"),
        ({"K": 252}, "K must be a multiple of 4, of M / 32"),
        ({"N": 512}, "N must be a multiple of 128 for each core"),
        ({"K": 512}, "x must fit in SharedRAM"),
    ],
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses_what_it_cannot_do(name: str) -> None:
    cores = 4 if "cluster" in name else 1
    for defines, reason in REFUSALS[name]:
        with pytest.raises(DlpsimError) as caught:
            assembled(name, target("dlp-m", cores), defines)
        assert len(caught.value.messages) == 1
        assert reason in caught.value.messages[0]


@pytest.mark.parametrize("name", BEST)
def test_names_the_program_for_another_number_of_cores(name: str) -> None:
    cores = 1 if "cluster" in name else 2
    with pytest.raises(DlpsimError, match=r"(fc_\w+_best\.asm) is for (one|several)") as caught:
        assembled(name, target("dlp-m", cores), {})
    named = re.findall(r"(fc_\w+_best\.asm) is for", caught.value.messages[0])
    assert named and named[0] in shipped_programs() and named[0] in text_of(name)
