"""What a program cannot do it refuses, with the reason; what just fits it takes."""

import pytest

from isa.check import check
from isa.errors import DlpsimError
from tests.programs.shipped import assembled, target

REFUSALS = {
    "fc_1x256.asm": [({"N": 40_000}, "too many outputs: M x (N / cores + 2) numbers must fit in NRAM")],
    "fc_32x256.asm": [
        ({"M": 0}, "M, K and N must be at least 1"),
        ({"K": 40_000}, "rows are too long: K + 2 numbers must fit in NRAM, 2 K in WRAM"),
        ({"tile_cols": -1}, "tile_cols must be at least 1, and two tiles must fit in WRAM"),
    ],
    "fc_1024x256.asm": [({"K": 16_384}, "rows are too long: 2 (K + 1) numbers must fit in NRAM")],
    "fc_1024x256_sparse.asm": [
        ({"reading": 3}, "reading must be 0 (moves only), 1 (zero weights skipped) or 2"),
        ({"x_shrink": 3}, "x_shrink must be 1, 2, 4 or 8"),
        ({"w_shrink": 16}, "w_shrink must be 1, 2, 4 or 8"),
        ({"K": 101}, "K must be a multiple of 16: so many numbers are coded together"),
    ],
    "fc_1024x256_serial.asm": [({"tile_rows": 1000}, "tile_rows must be at least 1, and a tile must fit in NRAM")],
    "fc_32x256_serial.asm": [({"M": 0}, "M, K and N must be at least 1")],
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses_what_it_cannot_do(name: str) -> None:
    for defines, reason in REFUSALS[name]:
        with pytest.raises(DlpsimError) as caught:
            assembled(name, target("dlp-m", 1), defines)
        assert len(caught.value.messages) == 1
        assert reason in caught.value.messages[0]


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
