from pathlib import Path

import pytest

from tests.machine_file.files import TINY, complaint

ONE_MISTAKE: list[tuple[str, ...]] = [
    (
        "beat_bytes = 64",
        "beat_byte = 64",
        "6:1: port.dram.beat_bytes: is missing (bytes: carried by one beat)",
        "7:1: port.dram.beat_byte: unknown key",
        "hint: did you mean 'beat_bytes'?",
    ),
    (
        "beat_bytes = 64",
        "beat_bytes = true",
        "7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not true",
    ),
    (
        "beat_bytes = 64",
        "beat_bytes = 64.0",
        "7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not 64.0",
    ),
    (
        "beat_bytes = 64",
        "beat_bytes = 0",
        "7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not 0",
    ),
    (
        "beat_bytes = 64",
        "beat_bytes = 9223372036854775808",
        "7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not 9223372036854775808",
    ),
    (
        "beat_bytes = 64",
        "beat_bytes = '64'",
        "7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not '64'",
    ),
    (
        "beat_bytes = 64",
        "latency = -1\nbeat_bytes = 64",
        "7:1: port.dram.latency: must be a whole number from 0 to 2**63 - 1, not -1",
    ),
    (
        "beat_bytes = 64",
        "scope = 'Cluster'\nbeat_bytes = 64",
        "7:1: port.dram.scope: must be 'chip', 'cluster' or 'core', not 'Cluster'",
        "hint: did you mean 'cluster'?",
    ),
    (
        "beat_bytes = 64",
        "scope = 3\nbeat_bytes = 64",
        "7:1: port.dram.scope: must be 'chip', 'cluster' or 'core', not 3",
    ),
    ("clock_ghz = 1", "clock_ghz = 0", "2:1: clock_ghz: must be a number from 0.000001 to 1000000, not 0"),
    ("clock_ghz = 1", "clock_ghz = nan", "2:1: clock_ghz: must be a number from 0.000001 to 1000000, not nan"),
    ("clock_ghz = 1", "clock_ghz = inf", "2:1: clock_ghz: must be a number from 0.000001 to 1000000, not inf"),
    ("clock_ghz = 1", "clock_ghz = true", "2:1: clock_ghz: must be a number from 0.000001 to 1000000, not true"),
    ('name = "tiny"', "name = ' '", "1:1: name: must be a text of 1 to 100 printable characters, not ' '"),
    ('name = "tiny"', 'name = "a\\nb"', "1:1: name: must be a text of 1 to 100 printable characters, not 'a\\nb'"),
    (
        'name = "tiny"',
        "cores = 1_000_000_000\nname = 'tiny'",
        "1:1: cores: must be a whole number from 1 to 4096, not 1000000000",
    ),
    (
        'name = "tiny"',
        "cores = 64\nclusters = 65\nname = 'tiny'",
        "1:1: cores: 65 clusters of 64 cores are 4160 cores: a chip has at most 4096",
    ),
    (
        'size = "1 KiB"',
        "size = '1 KB'",
        "5:1: memory.NRAM.size: unknown unit in '1 KB': units are B, KiB, MiB, GiB, TiB",
        "hint: write KiB: 1 KiB = 1024 bytes",
    ),
    (
        'size = "1 KiB"',
        "size = '1 k'",
        "5:1: memory.NRAM.size: unknown unit in '1 k': units are B, KiB, MiB, GiB, TiB",
        "hint: write KiB: 1 KiB = 1024 bytes",
    ),
    (
        'size = "1 KiB"',
        "size = '1 word'",
        "5:1: memory.NRAM.size: unknown unit in '1 word': units are B, KiB, MiB, GiB, TiB",
    ),
    (
        'size = "1 KiB"',
        "size = '1.5 KiB'",
        "5:1: memory.NRAM.size: must be a whole number of bytes or a text such as \"128 KiB\", not '1.5 KiB'",
    ),
    ('size = "1 KiB"', "size = '0 KiB'", "5:1: memory.NRAM.size: must be from 1 to 2**63 - 1 bytes, not '0 KiB'"),
    (
        'size = "1 KiB"',
        "size = '8388608 TiB'",
        "5:1: memory.NRAM.size: must be from 1 to 2**63 - 1 bytes, not '8388608 TiB'",
    ),
    (
        'size = "1 KiB"',
        "size = 1.5",
        '5:1: memory.NRAM.size: must be a whole number of bytes or a text such as "128 KiB", not 1.5',
    ),
    (
        'size = "1 KiB"',
        "size = false",
        '5:1: memory.NRAM.size: must be a whole number of bytes or a text such as "128 KiB", not false',
    ),
    (
        "[memory.NRAM]",
        "[memory.VRAM]\n[memory.NRAM]",
        "4:1: memory.VRAM: unknown memory 'VRAM'",
        "hint: did you mean 'WRAM'?",
    ),
    (
        "[memory.NRAM]",
        "[memory.Cache]\n[memory.NRAM]",
        "4:1: memory.Cache: unknown memory 'Cache'",
        "hint: memories are DRAM, SharedRAM, NRAM, WRAM",
    ),
    (
        "[memory.NRAM]",
        "[memory.nram]\n[memory.NRAM]",
        "5:1: memory.NRAM: NRAM stands in the file twice: case does not count",
    ),
    (
        '[memory.DRAM]\n[memory.NRAM]\nsize = "1 KiB"',
        "[memory]\nDRAM = 5\nNRAM.x = 1",
        "4:1: memory.DRAM: must be a table, not 5",
        "5:1: memory.NRAM.x: unknown key",
        "hint: keys here are size",
    ),
    ('[memory.DRAM]\n[memory.NRAM]\nsize = "1 KiB"', "[memory]", "3:1: memory: a machine has at least one memory"),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = ['DRAM->']",
        '8:1: port.dram.paths: a path is a text such as "DRAM->NRAM" or "DRAM<->NRAM", not \'DRAM->\'',
    ),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = ['DRAM=>NRAM', 3]",
        '8:1: port.dram.paths: a path is a text such as "DRAM->NRAM" or "DRAM<->NRAM", not \'DRAM=>NRAM\'',
        '8:1: port.dram.paths: a path is a text such as "DRAM->NRAM" or "DRAM<->NRAM", not 3',
    ),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = ['DRAM->NRRAM']",
        "8:1: port.dram.paths: unknown memory 'NRRAM'",
        "hint: did you mean 'NRAM'?",
    ),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = ['DRAM->WRAM']",
        "8:1: port.dram.paths: names WRAM, a memory that this machine lacks",
        "hint: add [memory.WRAM], or use DRAM, NRAM",
    ),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = ['DRAM<->NRAM', 'nram->dram']",
        "8:1: port.dram.paths: NRAM->DRAM stands in the list twice",
    ),
    (
        'paths = ["DRAM<->NRAM"]',
        "paths = 'DRAM<->NRAM'",
        "8:1: port.dram.paths: must be a list such as [\"DRAM<->NRAM\"], not 'DRAM<->NRAM'",
    ),
    ('paths = ["DRAM<->NRAM"]', "", "6:1: port.dram.paths: is missing (pairs of memories that moves go between)"),
    (
        "[port.dram]",
        "[port.compute]",
        "6:1: port.compute: a port cannot be named compute: this is the name of another unit",
    ),
    (
        "[port.dram]",
        '[port."my port"]',
        "6:1: port.my port: a port's name is a letter, then letters, digits, '_' or '-', 64 at most",
    ),
    (
        "[compute.rate]",
        "[port.b]\nbeat_bytes = 1\npaths = ['NRAM<->DRAM']\n[compute.rate]",
        "11:1: port.b.paths: ports 'dram' and 'b' serve DRAM->NRAM and NRAM->DRAM: a path belongs to one port",
    ),
    (
        "MAC_32 = 16",
        "MAC_64 = 16",
        "10:1: compute.rate.MAC_64: unknown computation type 'MAC_64'",
        "hint: did you mean 'MAC_16'?",
    ),
    (
        "MAC_32 = 16",
        "FMA = 16",
        "10:1: compute.rate.FMA: unknown computation type 'FMA'",
        "hint: types are an operation and a width, such as MAC_32",
    ),
    ("MAC_32 = 16", "MAC_32 = 0", "10:1: compute.rate.MAC_32: must be a whole number from 1 to 2**63 - 1, not 0"),
    (
        "MAC_32 = 16",
        "mac_32 = 1\nMAC_32 = 16",
        "11:1: compute.rate.MAC_32: MAC_32 stands in the file twice: case does not count",
    ),
    (
        "[compute.rate]\nMAC_32 = 16",
        "[compute]",
        "9:1: compute.rate: is missing (operations a cycle of one core, by type)",
    ),
    ("[compute.rate]\nMAC_32 = 16", "", "compute: is missing (the compute unit of each core, with its [compute.rate])"),
    (
        "[compute.rate]",
        "[decoder]\nqueue_dept = 3\n[compute.rate]",
        "10:1: decoder.queue_dept: unknown key",
        "hint: did you mean 'queue_depth'?",
    ),
    ("[compute.rate]", "[dekoder]\n[compute.rate]", "9:1: dekoder: unknown key", "hint: did you mean 'decoder'?"),
    (
        "[compute.rate]",
        "[decoder]\nlatency = 1\n[compute.rate]",
        "10:1: decoder.latency: unknown key",
        "hint: keys here are cycles, queue_depth",
    ),
    (
        '[port.dram]\nbeat_bytes = 64\npaths = ["DRAM<->NRAM"]',
        "port = 3",
        "6:1: memory.NRAM.port: unknown key",
        "hint: keys here are size",
    ),
    (
        'name = "tiny"',
        "name = 'a'\nname = 'b'",
        "2:11: not TOML: Cannot overwrite a value",
        "hint: a key or table may stand only once",
    ),
    (
        "[memory.DRAM]",
        "[memory.DRAM]\n[memory.DRAM]",
        "4:13: not TOML: Cannot declare [memory.DRAM] twice",
        "hint: a key or table may stand only once",
    ),
    ('name = "tiny"', "name 'tiny'", "1:6: not TOML: Expected '=' after a key in a key/value pair"),
    ('name = "tiny"', "name = 'tiny", 'not TOML: Expected "\'"'),
    ('name = "tiny"', "name = 'tiny'\nx = " + "[" * 3000, "is nested too deeply"),
    ('name = "tiny"', "name = 'tiny'\nx = " + "9" * 4500, "2: is longer than 4000 characters"),
]
"""What is replaced in the file, by what, and what is then said (without the excerpts of the file)."""


@pytest.mark.parametrize("mistake", ONE_MISTAKE, ids=lambda mistake: mistake[1][:40])
def test_one_mistake(tmp_path: Path, mistake: tuple[str, ...]) -> None:
    instead_of, wrong, *expected = mistake
    assert instead_of in TINY
    assert messages(complaint(tmp_path, TINY.replace(instead_of, wrong))) == expected


def messages(text: str) -> list[str]:
    """Return the lines that are no excerpts, without the file's name."""
    lines = [line for line in text.splitlines() if line.startswith(("m.toml:", "--", "    hint: "))]
    return [line.removeprefix("m.toml:").strip() for line in lines]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = TINY.replace("clock_ghz = 1", "clock_ghz = -1").replace("MAC_32 = 16", "MACC_32 = 16")
    text = text.replace("  ", "\t").replace("beat_bytes = 64", "  beat_bytes = '64'")
    assert complaint(tmp_path, text, (("decoder.cycles", "-1"),)) == (
        "m.toml:2:1: clock_ghz: must be a number from 0.000001 to 1000000, not -1\n"
        "    clock_ghz = -1\n"
        "    ^\n"
        "m.toml:7:3: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not '64'\n"
        "      beat_bytes = '64'\n"
        "      ^\n"
        "m.toml:10:1: compute.rate.MACC_32: unknown computation type 'MACC_32'\n"
        "    MACC_32 = 16\n"
        "    ^\n"
        "    hint: did you mean 'MAC_32'?\n"
        "--set decoder.cycles=-1: must be a whole number from 0 to 2**63 - 1, not -1"
    )


def test_keys_are_found_in_every_way_of_writing_them(tmp_path: Path) -> None:
    text = "name = 'm'\nclock_ghz = 1\nmemory.NRAM.size = 0\nport = {a = {beat_bytes = 0}}\n[compute]\nrate.MAC_8 = 0\n"
    assert messages(complaint(tmp_path, text)) == [
        "3:1: memory.NRAM.size: must be from 1 to 2**63 - 1 bytes, not 0",
        "4:1: port.a.beat_bytes: must be a whole number from 1 to 2**63 - 1, not 0",
        "4:1: port.a.paths: is missing (pairs of memories that moves go between)",
        "6:1: compute.rate.MAC_8: must be a whole number from 1 to 2**63 - 1, not 0",
    ]


def test_long_and_unprintable_values_are_shortened(tmp_path: Path) -> None:
    text = TINY.replace("beat_bytes = 64", 'beat_bytes = "' + "x" * 50 + '\\u001b"')
    text = text.replace("clock_ghz = 1", "clock_ghz = 0x" + "f" * 999)
    assert messages(complaint(tmp_path, text)) == [
        "2:1: clock_ghz: must be a number from 0.000001 to 1000000, not a number of 3996 bits",
        f"7:1: port.dram.beat_bytes: must be a whole number from 1 to 2**63 - 1, not '{'x' * 39}…'",
    ]
