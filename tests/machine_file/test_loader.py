import os
import pickle
from pathlib import Path

import pytest

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, PortConfig
from dlpsim.machine_file import BUILT_IN, default_machine, load_machine, machine_source
from isa.errors import DlpsimError
from isa.vocabulary import Scope
from tests.machine_file.files import TINY, complaint, load

KIB = 1024


def both_ways(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(path for src, dst in pairs for path in ((src, dst), (dst, src)))


def rates() -> dict[str, int]:
    simple, hard = ("MAC", "ADD", "SUB", "MUL", "MAX", "MIN"), ("DIV", "EXP", "LOG", "SQRT")
    widths = ((32, 256), (16, 512), (8, 1024))
    return {f"{op}_{width}": rate for width, rate in widths for op in simple} | {
        f"{op}_{width}": rate // 4 for width, rate in widths for op in hard
    }


def built_in(name: str) -> MachineConfig:
    """Return the built-in machines as the reference describes them, written down a second time."""
    real, many = name.endswith("-real"), name.startswith("dlp-m")
    local = PortConfig("local", Scope.CORE, 1000, 1, *((4, 4) if real else (0, 0)), both_ways(("NRAM", "WRAM")))
    delays = (20, 100) if real else (0, 0)
    if many:
        paths = both_ways(("DRAM", "NRAM"), ("DRAM", "WRAM"), ("DRAM", "SharedRAM"))
        shared_paths = both_ways(("SharedRAM", "NRAM"), ("SharedRAM", "WRAM"))
        shared = PortConfig("shared", Scope.CORE, 1000, 1, *((4, 20) if real else (0, 0)), shared_paths)
        ports: tuple[PortConfig, ...] = (PortConfig("dram", Scope.CHIP, 128, 1, *delays, paths), shared, local)
    else:
        paths = both_ways(("DRAM", "NRAM"), ("DRAM", "WRAM"))
        ports = (PortConfig("dram", Scope.CHIP, 64, 1, *delays, paths), local)
    memories: dict[str, int | None] = {"DRAM": None, "NRAM": 128 * KIB, "WRAM": 256 * KIB}
    return MachineConfig(
        name=name,
        clock_ghz=1.0,
        clusters=1,
        cores=4 if many else 1,
        memories=memories | ({"SharedRAM": 2048 * KIB} if many else {}),
        ports=ports,
        decoder=DecoderConfig(1, 8) if real else DecoderConfig(0, 64),
        compute=ComputeConfig(*((2, 8) if real else (0, 0)), rates()),
    )


@pytest.mark.parametrize("name", ["dlp-s", "dlp-m", "dlp-s-real", "dlp-m-real"])
def test_built_in_machines_are_as_described(name: str) -> None:
    assert load_machine(name) == built_in(name)


def test_every_file_of_the_folder_is_a_built_in_machine() -> None:
    folder = Path(__file__).parents[2] / "dlpsim" / "machines"
    assert {path.stem for path in folder.glob("*.toml")} == set(BUILT_IN)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_files_say_unit_and_meaning_of_each_value(name: str) -> None:
    for line in machine_source(name).splitlines():
        assert len(line) <= 80
        if " = " in line and not line.startswith("paths"):
            assert " # " in line, line
            key = line.split()[0]
            if key not in {"name", "scope"}:
                assert "[exercise]" in line or "[assumption]" in line, line


def test_defaults_of_a_file(tmp_path: Path) -> None:
    assert load(tmp_path, TINY) == MachineConfig(
        name="tiny",
        clock_ghz=1.0,
        clusters=1,
        cores=1,
        memories={"DRAM": None, "NRAM": KIB},
        ports=(PortConfig("dram", Scope.CORE, 64, 1, 0, 0, (("DRAM", "NRAM"), ("NRAM", "DRAM"))),),
        decoder=DecoderConfig(0, 64),
        compute=ComputeConfig(0, 0, {"MAC_32": 16}),
    )


@pytest.mark.parametrize(
    "same",
    [
        "\ufeff" + TINY,
        TINY.replace("\n", "\r\n"),
        TINY.replace("NRAM]", "nram]").replace("<->NRAM", " <-> nRam ").replace("MAC_32", "mac_32"),
        TINY.replace('"1 KiB"', "1_024"),
        TINY.replace('"1 KiB"', '"1024"'),
        TINY.replace('"1 KiB"', '"1_024B"'),
        TINY.replace("clock_ghz = 1", "clock_ghz = 1.0"),
        TINY.replace("[memory.DRAM]", "memory.DRAM.size = 'unlimited'"),
    ],
)
def test_spellings_of_the_same_machine(tmp_path: Path, same: str) -> None:
    assert load(tmp_path, same) == load(tmp_path, TINY)


def test_one_direction_and_copies_within_a_memory(tmp_path: Path) -> None:
    text = TINY.replace('"DRAM<->NRAM"', '"NRAM->DRAM", "NRAM<->NRAM", "DRAM->DRAM"')
    assert load(tmp_path, text).ports[0].paths == (("NRAM", "DRAM"), ("NRAM", "NRAM"), ("DRAM", "DRAM"))


def test_a_machine_may_have_no_port_and_no_rate(tmp_path: Path) -> None:
    text = "name = 'm'\nclock_ghz = 1\n[memory.NRAM]\n[compute.rate]\n"
    assert load(tmp_path, text).units == ("compute",)


def test_text_path_and_loaded_machine_are_the_same(tmp_path: Path) -> None:
    config = load(tmp_path, TINY)
    assert load_machine(str(tmp_path / "m.toml")) == load_machine(config) == config
    assert load_machine(config, cores=3).cores == 3
    assert load_machine(config, sets=[("port.dram.latency", "7")]).ports[0].latency == 7
    assert pickle.loads(pickle.dumps(config)) == config


def test_a_path_is_never_a_built_in_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dlp-s").write_text(TINY)
    assert load_machine("dlp-s").name == "dlp-s"
    assert load_machine(Path("dlp-s")).name == "tiny"


@pytest.mark.parametrize(
    ("cores", "sets", "expected"),
    [
        (None, [], "dlp-s"),
        (1, [], "dlp-s"),
        (2, [], "dlp-m"),
        (0, [], "dlp-s"),
        (None, [("cores", "2")], "dlp-m"),
        (None, [("clusters", "2")], "dlp-m"),
        (4, [("cores", "1")], "dlp-s"),
        (None, [("cores", "many")], "dlp-s"),
        (None, [("port.dram.latency", "2")], "dlp-s"),
    ],
)
def test_default_machine(cores: int | None, sets: list[tuple[str, str]], expected: str) -> None:
    assert default_machine(cores, sets) == expected


def test_unknown_machine_names_the_nearest() -> None:
    with pytest.raises(DlpsimError) as caught:
        load_machine("dlps-real")
    assert str(caught.value) == "no machine or file named 'dlps-real'\n    hint: did you mean 'dlp-s-real'?"
    with pytest.raises(DlpsimError) as caught:
        load_machine("quantum")
    assert "hint: built-in machines are dlp-s, dlp-m, dlp-s-real, dlp-m-real" in str(caught.value)


@pytest.mark.parametrize("machine", ["", "a\0b", "x" * 5000, 5, None])
def test_odd_names_are_errors(machine: str) -> None:
    with pytest.raises(DlpsimError, match=r"no machine or file named|a machine is a name|is a directory"):
        load_machine(machine)


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"name = 'a'\nb = '\xff'")
    (tmp_path / "big").write_bytes(b"#" * 65537)
    os.mkfifo(tmp_path / "pipe")
    for path, message in {
        "": "is a directory, not a machine file",
        "none": "cannot read this machine file: No such file or directory",
        "pipe": "is not a regular file",
        "big": "is larger than 64 KiB: this is no machine file",
    }.items():
        with pytest.raises(DlpsimError) as caught:
            load_machine(tmp_path / path)
        assert str(caught.value) == f"{tmp_path / path}: {message}"
    with pytest.raises(DlpsimError) as caught:
        load_machine(tmp_path / "bad")
    assert str(caught.value) == f"{tmp_path / 'bad'}:2: is not UTF-8 text (byte 0xff)"


def test_an_empty_file_is_told_where_to_start(tmp_path: Path) -> None:
    expected = "m.toml: is empty; `dlpsim machines show dlp-s` prints a machine file to start from"
    assert complaint(tmp_path, "") == complaint(tmp_path, "# nothing\n") == expected
