"""Whatever a machine file or an override says, it is a machine or a DlpsimError."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine, machine_source, written_out
from dlpsim.machine_file.schema import MAX_CORES, MEANINGS
from dlpsim.machine_file.values import MAX_WHOLE
from isa.errors import DlpsimError
from isa.vocabulary import COMPUTE_TYPES, MEMORIES
from tests.machine_file.strategies import machines

WORDS = [*{part for key in MEANINGS for part in key}, *MEMORIES, *COMPUTE_TYPES[:3], "dram", "compute", "x", "'a b'"]
VALUES = st.one_of(
    st.sampled_from(["0", "1", "64", "-1", "1.0", "nan", "inf", "true", "'core'", "'chip'", "'1 KiB'", "'1 KB'", "''"]),
    st.sampled_from(["['DRAM<->NRAM']", "['DRAM->']", "[1]", "[[]]", "{}", "{size = 1}", "07:32:00", "0x" + "f" * 99]),
    st.integers().map(str),
    st.text(max_size=8).map(repr),
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
KEYS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(".".join)
LINES = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES),
    KEYS.map("[{}]".format),
    KEYS.map("[[{}]]".format),
    st.sampled_from(machine_source("dlp-m").splitlines()),
    st.text(max_size=20),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "m.toml"


def load_or_complain(machine: Path | str, sets: list[tuple[str, str]]) -> None:
    try:
        config = load_machine(machine, None, sets)
    except DlpsimError as error:
        assert error.messages
        assert all(message.isprintable() for text in error.messages for message in text.split("\n"))
    else:
        check(config)


def check(config: MachineConfig) -> None:
    """A machine that is loaded is within all bounds, and can be written and read again."""
    assert 1 <= config.total_cores <= MAX_CORES
    assert math.isfinite(config.clock_ghz)
    assert set(config.memories) <= set(MEMORIES)
    assert set(config.compute.rate) <= set(COMPUTE_TYPES)
    assert len(config.port_of) == sum(len(port.paths) for port in config.ports)
    for port in config.ports:
        assert 1 <= port.beat_bytes <= MAX_WHOLE
        assert all(memory in config.memories for path in port.paths for memory in path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    load_or_complain(path, [])


@settings(max_examples=250, deadline=None)
@given(st.lists(LINES, max_size=8), st.integers(0, 60), st.integers(0, 60))
def test_built_in_file_with_other_lines(path: Path, lines: list[str], start: int, stop: int) -> None:
    source = machine_source("dlp-m").splitlines()
    path.write_text("\n".join([*source[:start], *lines, *source[stop:]]), encoding="utf-8", errors="replace")
    load_or_complain(path, [])


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(KEYS | ANY_TEXT, VALUES | ANY_TEXT), max_size=4))
def test_any_overrides(sets: list[tuple[str, str]]) -> None:
    load_or_complain("dlp-m", sets)


@settings(max_examples=100, deadline=None)
@given(machines())
def test_what_is_written_out_reads_the_same(path: Path, config: MachineConfig) -> None:
    path.write_text(written_out(config), encoding="utf-8")
    assert load_machine(path) == config
