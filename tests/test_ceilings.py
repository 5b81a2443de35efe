import pytest

from dlpsim.ceilings import BandwidthRoof, Ceilings, ComputeRoof, Level, ceilings, level_of, ridge, roofs
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


def test_roofs_of_the_cluster() -> None:
    data = roofs(load_machine("dlp-m"))
    assert data.compute == (
        ComputeRoof("MAC_32", 1024, 2048),
        ComputeRoof("MAC_16", 2048, 4096),
        ComputeRoof("MAC_8", 4096, 8192),
    )
    assert data.bandwidth == (
        BandwidthRoof(Level.DRAM, ("dram",), 128, 128),
        BandwidthRoof(Level.SHARED, ("shared",), 4000, 4000),
        BandwidthRoof(Level.CHIP, ("local",), 4000, 4000),
    )
    assert [ridge(data.compute[0], slope) for slope in data.bandwidth] == [16, 0.512, 0.512]


@pytest.mark.parametrize(
    ("sets", "bytes_per_cycle"),
    [
        ({"port.shared.paths": "['SharedRAM<->NRAM', 'SharedRAM<->WRAM', 'NRAM<->NRAM']"}, [128, 4000, 8000]),
        ({"port.shared.paths": "['SharedRAM->NRAM', 'DRAM->DRAM']"}, [4128, 4000, 4000]),
        ({"port.shared.paths": "[]"}, [128, None, 4000]),
        ({"port.local.scope": "cluster", "clusters": "3", "port.local.beat_cycles": "2"}, [128, 12000, 1500]),
        ({"port": "{}"}, [None, None, None]),
    ],
)
def test_a_port_counts_at_each_level_that_it_has_paths_of(
    sets: dict[str, str], bytes_per_cycle: list[float | None]
) -> None:
    found = {
        roof.level: roof.bytes_per_cycle for roof in roofs(load_machine("dlp-m", sets=list(sets.items()))).bandwidth
    }
    assert [found.get(level) for level in Level] == bytes_per_cycle


@pytest.mark.parametrize(
    ("path", "level"),
    [
        (("DRAM", "NRAM"), Level.DRAM),
        (("SharedRAM", "DRAM"), Level.DRAM),
        (("WRAM", "SharedRAM"), Level.SHARED),
        (("NRAM", "WRAM"), Level.CHIP),
        (("WRAM", "WRAM"), Level.CHIP),
    ],
)
def test_a_path_belongs_to_its_outermost_memory(path: tuple[str, str], level: Level) -> None:
    assert level_of(path) is level
