import pytest

from dlpsim.chips import CHIPS, Chip


@pytest.mark.parametrize("chip", CHIPS, ids=lambda chip: chip.name)
def test_figures_are_in_their_units(chip: Chip) -> None:
    assert all(1 <= peak <= 10_000 for peak in chip.peak_tops.values())
    assert 10 <= chip.bandwidth_gb_per_s <= 20_000
    assert 10 <= chip.power_w <= 2_000
    assert chip.source


def test_names_differ() -> None:
    assert len({chip.name for chip in CHIPS}) == len(CHIPS) == 11


def test_what_follows_from_the_figures() -> None:
    chip = Chip("X", {"FP16": 312, "INT8": 624}, 2000, 400, "a page")
    assert (chip.main_format, chip.peak_gflops, chip.ridge_flop_per_byte, chip.gflops_per_w) == (
        "FP16",
        312_000,
        156,
        780,
    )
    assert chip.to_dict() == {
        "name": "X",
        "peak_tops": {"FP16": 312, "INT8": 624},
        "bandwidth_gb_per_s": 2000,
        "power_w": 400,
        "source": "a page",
        "main_format": "FP16",
        "ridge_flop_per_byte": 156,
        "gflops_per_w": 780,
    }
