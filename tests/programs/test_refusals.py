"""What a program cannot do it refuses, with the reason; what just fits it takes."""

import re

import pytest

from dlpsim.programs import shipped_programs
from isa.check import check
from isa.errors import DlpsimError
from tests.programs.shipped import assembled, target, text_of

BEST = [name for name in shipped_programs() if "_best" in name]

REFUSALS = {
    "fc_1x256.asm": [({"N": 40_000}, "too many outputs: M x (N / cores + 2) numbers must fit in NRAM")],
    "fc_32x256.asm": [({"K": 40_000}, "rows are too long: K + 2 numbers must fit in NRAM, 2 K in WRAM")],
    "fc_1024x256.asm": [({"K": 16_384}, "rows are too long: 2 (K + 1) numbers must fit in NRAM")],
    "fc_1024x256_sparse.asm": [
        ({"reading": 3}, "reading must be 0 (moves only), 1 (zero weights skipped) or 2"),
        ({"K": 100}, "K must be a multiple of 16: so many numbers are coded together"),
    ],
    "fc_1024x256_serial.asm": [({"tile_rows": 1000}, "tile_rows must be at least 1, and a tile must fit in NRAM")],
    "fc_32x256_serial.asm": [({"M": 0}, "M, K and N must be at least 1")],
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
    "fc_1024x256_sparse_best.asm": [
        ({"M": 1000}, "M must be a multiple of 32"),
        ({"K": 255}, "K must be even"),
        ({"N": 80}, "N must be a multiple of 32"),
        ({"reading": 3}, "reading must be 0 (moves only), 1 (zero weights skipped) or 2"),
        ({"x_shrink": 3}, "x_shrink must be 1, 2, 4 or 8"),
        ({"w_shrink": 16}, "w_shrink must be 1, 2, 4 or 8"),
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
    with pytest.raises(DlpsimError, match=r"(fc_\w+\.asm) is for (one|several)") as caught:
        assembled(name, target("dlp-m", cores), {})
    named = re.findall(r"(fc_\w+\.asm) is for", caught.value.messages[0])
    assert named and named[0] in shipped_programs() and named[0] in text_of(name)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("fc_1x256.asm", {"N": 32_766, "K": 3}),
        ("fc_32x256.asm", {"K": 32_766, "M": 2, "N": 2}),
        ("fc_1024x256.asm", {"K": 16_383, "M": 2, "N": 2}),
    ],
)
def test_takes_what_just_fits(name: str, sizes: dict[str, int]) -> None:
    report = check(assembled(name, target("dlp-s", 1), sizes))
    assert report.findings == ()
    assert max(peak.used / peak.size for peak in report.peaks if peak.size) > 0.99
