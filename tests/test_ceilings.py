import pytest

from dlpsim.ceilings import Ceilings, ceilings
from dlpsim.machine_file import load_machine


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dlp-s", Ceilings("dlp-s", 1, 1.0, "MAC_32", 256, 64, 512, 64, 8)),
        ("dlp-m", Ceilings("dlp-m", 4, 1.0, "MAC_32", 1024, 128, 2048, 128, 16)),
        ("dlp-s-real", Ceilings("dlp-s-real", 1, 1.0, "MAC_32", 256, 64, 512, 64, 8)),
        ("dlp-m-real", Ceilings("dlp-m-real", 4, 1.0, "MAC_32", 1024, 128, 2048, 128, 16)),
    ],
)
def test_ceilings_of_the_built_in_machines(name: str, expected: Ceilings) -> None:
    assert ceilings(load_machine(name)) == expected


@pytest.mark.parametrize(
    ("sets", "macs", "dram", "ridge"),
    [
        ({"clusters": "2"}, 2048, 128, 32),
        ({"clusters": "2", "port.dram.scope": "cluster"}, 2048, 256, 16),
        ({"clusters": "2", "port.dram.scope": "core"}, 2048, 1024, 4),
        ({"port.dram.beat_cycles": "5"}, 1024, 25.6, 80),
        ({"port.in.beat_bytes": "32", "port.in.paths": "['DRAM->DRAM']"}, 1024, 256, 8),
        ({"clock_ghz": "2"}, 1024, 128, 16),
        ({"port": "{}"}, 1024, 0, None),
        ({"compute.rate": "{}"}, 0, 128, 0),
    ],
)
def test_scopes_beats_and_what_a_machine_lacks(
    sets: dict[str, str], macs: int, dram: float, ridge: float | None
) -> None:
    data = ceilings(load_machine("dlp-m", sets=list(sets.items())))
    assert (data.macs_per_cycle, data.dram_bytes_per_cycle, data.ridge_flop_per_byte) == (macs, dram, ridge)


def test_the_clock_and_the_type_of_mac_count() -> None:
    data = ceilings(load_machine("dlp-s", sets=[("clock_ghz", "0.5")]), "MAC_8")
    assert (data.peak_gflops, data.dram_gb_per_s, data.ridge_flop_per_byte) == (1024, 32, 32)
