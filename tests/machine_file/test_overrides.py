from pathlib import Path

import pytest

from dlpsim.config import MachineConfig
from dlpsim.machine_file import BUILT_IN, load_machine
from dlpsim.machine_file.overrides import read_value
from isa.errors import DlpsimError
from isa.vocabulary import Scope
from tests.machine_file.files import TINY, complaint, load


def with_sets(*sets: str) -> MachineConfig:
    return load_machine("dlp-s", sets=[(key, value) for key, _, value in (text.partition("=") for text in sets)])


def said(*sets: str, cores: int | None = None) -> list[str]:
    """Return the lines of what is said about overrides of dlp-s."""
    with pytest.raises(DlpsimError) as caught:
        load_machine("dlp-s", cores, [(key, value) for key, _, value in (text.partition("=") for text in sets)])
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", 100),
        (" 0x10 ", 16),
        ("1.5", 1.5),
        ("true", True),
        ("'foo'", "foo"),
        ("foo", "foo"),
        (" 64 KiB ", "64 KiB"),
        ("['DRAM->NRAM']", ["DRAM->NRAM"]),
        ("{size = 1}", {"size": 1}),
        ("", ""),
        ("1\nb = 2", "1\nb = 2"),
        ("[" * 3000, "[" * 3000),
        ("9" * 4400, "9" * 4400),
    ],
)
def test_values_are_toml_or_else_text(text: str, value: object) -> None:
    assert read_value(text) == value


def test_replaced_and_added_values() -> None:
    machine = with_sets(
        "name=foo",
        "clock_ghz=0.5",
        "clusters=2",
        "memory.nram.size=64 KiB",
        "memory.SharedRAM.size=1 MiB",
        "memory.WRAM.size=unlimited",
        "port.dram.scope=cluster",
        "port.side.beat_bytes=8",
        "port.side.paths=['DRAM->SharedRAM']",
        "decoder.queue_depth=2",
        "compute.rate.mac_32=7",
    )
    assert (machine.name, machine.clock_ghz, machine.total_cores) == ("foo", 0.5, 2)
    assert machine.memories == {"DRAM": None, "SharedRAM": 2**20, "NRAM": 64 * 1024, "WRAM": None}
    assert machine.ports[0].scope is Scope.CLUSTER
    assert (machine.ports[2].name, machine.ports[2].paths) == ("side", (("DRAM", "SharedRAM"),))
    assert machine.decoder.queue_depth == 2
    assert (machine.compute.rate["MAC_32"], machine.compute.rate["MAC_16"]) == (7, 512)


def test_rates_and_sections_that_the_file_lacks(tmp_path: Path) -> None:
    machine = load(tmp_path, TINY, sets=(("decoder.cycles", "3"), ("compute.rate.ADD_8", "2"), ("port", "{}")))
    assert (machine.decoder.cycles, machine.compute.rate, machine.ports) == (3, {"MAC_32": 16, "ADD_8": 2}, ())


def test_later_ones_count_and_cores_come_first() -> None:
    assert with_sets("decoder.cycles=1", "decoder.cycles=2").decoder.cycles == 2
    assert load_machine("dlp-m", cores=2).cores == 2
    assert load_machine("dlp-m", cores=2, sets=[("cores", "3")]).cores == 3


@pytest.mark.parametrize("name", BUILT_IN)
def test_setting_what_is_there_changes_nothing(name: str) -> None:
    machine = load_machine(name)
    same = [("name", name), ("port.dram.latency", str(machine.ports[0].latency))]
    assert load_machine(name, machine.cores, same) == machine


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("port.dram.latency=x", ["--set port.dram.latency=x: must be a whole number from 0 to 2**63 - 1, not 'x'"]),
        ("port.dram.latency=", ["--set port.dram.latency=: must be a whole number from 0 to 2**63 - 1, not ''"]),
        ("cores=true", ["--set cores=true: must be a whole number from 1 to 4096, not true"]),
        ("port.dram.latancy=1", ["--set port.dram.latancy=1: unknown key", "    hint: did you mean 'latency'?"]),
        ("dram.latency=1", ["--set dram.latency=1: unknown key", "    hint: did you mean 'port.dram.latency'?"]),
        (
            "latency=1",
            [
                "--set latency=1: unknown key",
                "    hint: did you mean 'port.dram.latency' or 'port.local.latency' or 'compute.latency'?",
            ],
        ),
        ("clok_ghz=1", ["--set clok_ghz=1: unknown key", "    hint: did you mean 'clock_ghz'?"]),
        (
            "port.dram.latency.x=1",
            ["--set port.dram.latency.x=1: unknown key: the keys of a machine file have at most 3 parts"],
        ),
        ("name.x=1", ["--set name.x=1: name is a value, not a table"]),
        ("port..x=1", ["--set port..x=1: is no key: write it as in port.dram.latency"]),
        ("=1", ["--set =1: is no key: write it as in port.dram.latency"]),
        (
            "memory.NRAMM.size=1",
            ["--set memory.NRAMM.size=1: memory.NRAMM: unknown memory 'NRAMM'", "    hint: did you mean 'NRAM'?"],
        ),
        (
            "compute.rate.MAC32=1",
            ["--set compute.rate.MAC32=1: unknown computation type 'MAC32'", "    hint: did you mean 'MAC_32'?"],
        ),
        (
            "port.new.latency=1",
            [
                "--set port.new.latency=1: port.new.beat_bytes: is missing (bytes: carried by one beat)",
                "--set port.new.latency=1: port.new.paths: is missing (pairs of memories that moves go between)",
            ],
        ),
        (
            "port.dram.paths=DRAM->NRAM",
            ["--set port.dram.paths=DRAM->NRAM: must be a list such as [\"DRAM<->NRAM\"], not 'DRAM->NRAM'"],
        ),
        (
            "port.dram.paths=['NRAM->WRAM']",
            [
                "--set port.dram.paths=['NRAM->WRAM']: ports 'dram' and 'local' serve NRAM->WRAM: "
                "a path belongs to one port"
            ],
        ),
        (
            "port.local.paths=['SharedRAM->WRAM']",
            [
                "--set port.local.paths=['SharedRAM->WRAM']: names SharedRAM, a memory that this machine lacks",
                "    hint: add [memory.SharedRAM], or use DRAM, NRAM, WRAM",
            ],
        ),
        ("na\udcffme=1", ["--set na\\udcffme=1: is no key: write it as in port.dram.latency"]),
        ("name=\udcff", ["--set name=\\udcff: must be a text of 1 to 100 printable characters, not '\\udcff'"]),
        ("port={'\udcff' = 1}", ["--set port={'\\udcff' = 1}: must be a table, not '{'\\udcff' = 1}'"]),
        ("memory={}", ["--set memory={}: a machine has at least one memory"]),
        ("decoder=1", ["--set decoder=1: must be a table, not 1"]),
        ("na\x1bme=1", ["--set na\\x1bme=1: unknown key", "    hint: did you mean 'name'?"]),
    ],
)
def test_errors_name_the_option(given: str, expected: list[str]) -> None:
    assert said(given) == expected


def test_errors_of_cores_and_all_at_once() -> None:
    assert said("clusters=4096", "port.dram.setup=-1", cores=2) == [
        "--set port.dram.setup=-1: must be a whole number from 0 to 2**63 - 1, not -1",
        "--set clusters=4096: 4096 clusters of 2 cores are 8192 cores: a chip has at most 4096",
    ]
    assert said(cores=10**9) == ["--cores 1000000000: must be a whole number from 1 to 4096, not 1000000000"]
    assert said(cores=0) == ["--cores 0: must be a whole number from 1 to 4096, not 0"]


def test_file_and_option_are_told_apart(tmp_path: Path) -> None:
    text = TINY.replace("beat_bytes = 64", "beat_bytes = 0")
    assert complaint(tmp_path, text, (("port.dram.setup", "-1"),)).splitlines() == [
        "m.toml:7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not 0",
        "    beat_bytes = 0",
        "    ^",
        "--set port.dram.setup=-1: must be a whole number from 0 to 2**63 - 1, not -1",
    ]
    assert load(tmp_path, text, sets=(("port.dram.beat_bytes", "1"),)).ports[0].beat_bytes == 1


def test_a_loaded_machine_is_checked_with_its_overrides() -> None:
    machine = load_machine("dlp-s")
    with pytest.raises(DlpsimError, match=r"^--set port.dram.setup=-1: must be a whole number"):
        load_machine(machine, sets=[("port.dram.setup", "-1")])
