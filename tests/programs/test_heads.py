"""What the heads of the programs and the README say is true."""

import json
import re
import shlex
from pathlib import Path

import pytest

from dlpsim.cli.main import status
from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from tests.programs.shipped import BARE, Expectation, expectations, holdings, params_of, pipelined, text_of

README = Path(__file__).parents[2] / "programs" / "README.md"
NAMES = list(shipped_programs())

# Hand arithmetic; the pipelined programs may take fewer.
EXACT = {
    ("fc_1x256_serial.asm", "dlp-s"): 34,
    ("fc_1x256_serial.asm", "dlp-s-real"): 307,
    ("fc_32x256_serial.asm", "dlp-s"): 6912,
    ("fc_32x256_serial.asm", "dlp-s-real"): 7185,
    ("fc_1024x256_serial.asm", "dlp-s"): 157_696,
    ("fc_1024x256_serial.asm", "dlp-s-real"): 165_946,
    ("fc_32x256_serial.asm", "dlp-m"): 2465,
    ("fc_32x256_serial.asm", "dlp-m-real"): 2760,
    ("fc_1024x256_pipelined.asm", "dlp-s"): 133_888,
}
AT_MOST = {
    ("fc_1x256.asm", "dlp-s", 0): 34,
    ("fc_32x256_pipelined.asm", "dlp-s", 0): 4752,
    ("fc_1024x256_sparse_pipelined.asm", "dlp-s", 0): 132_096,
    ("fc_1024x256_sparse_pipelined.asm", "dlp-s", 1): 33_792,
    ("fc_1024x256_sparse_pipelined.asm", "dlp-s", 2): 17_408,
    ("fc_32x256_pipelined.asm", "dlp-m", 0): 1436,
    ("fc_1024x256_pipelined.asm", "dlp-m", 0): 529_400,
}


def test_every_program_has_its_versions() -> None:
    steps = [pipelined(name) for name in BARE]
    bare = ["fc_1x256.asm", *BARE]
    serial = [name.replace(".asm", "_serial.asm") for name in bare]
    assert sorted(NAMES) == sorted([*bare, *steps, *serial, "lenet.asm", "race.asm"])


@pytest.mark.parametrize("expected", expectations(), ids=str)
def test_expected_cycles(expected: Expectation) -> None:
    result = simulate(Path(expected.program), expected.machine, expected.cores, expected.defines)
    assert result.cycles == expected.cycles


@pytest.mark.parametrize(("program", "machine"), EXACT)
def test_hand_arithmetic(program: str, machine: str) -> None:
    assert simulate(Path(program), machine).cycles == EXACT[program, machine]


@pytest.mark.parametrize(("program", "machine", "reading"), AT_MOST)
def test_pipelined_is_as_fast_as_it_should_be(program: str, machine: str, reading: int) -> None:
    defines = {"reading": reading} if "sparse" in program else {}
    assert simulate(Path(program), machine, defines=defines).cycles <= AT_MOST[program, machine, reading]


@pytest.mark.parametrize("name", NAMES)
def test_head_says_what_it_must(name: str) -> None:
    head = text_of(name).partition("\n\n")[0]
    assert all(line.startswith(";") for line in head.splitlines())
    for part in ("What it shows:", "What to look for:", "Where data lie.", "; expect: ", "; holds: "):
        assert part in head
    assert head.count("expect:") == sum(expected.program == name for expected in expectations())
    assert head.count("holds:") == sum(holding.program == name for holding in holdings())


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_short_and_clean(name: str) -> None:
    for number, line in enumerate(text_of(name).splitlines(), 1):
        assert len(line) <= 120, (number, line)
        assert line == line.rstrip(), number
        assert line.isascii(), number


def test_readme_lists_every_program_and_parameter() -> None:
    readme = README.read_text(encoding="utf-8")
    for name in NAMES:
        assert f"[{name}]({name})" in readme
        for param in params_of(name):
            assert f"`{param}`" in readme


def test_readme_has_the_expected_cycles() -> None:
    table = [
        f"| {one.program} | {one.machine} | {one.cores} | {one.parameters} | {one.cycles:,} |".replace("|  |", "| |")
        for one in expectations()
    ]
    assert "\n".join(table) in README.read_text(encoding="utf-8")


def readme_commands() -> list[tuple[str, int]]:
    found = re.findall(r"^    (dlpsim run .*?) {2,}([\d,]+) cycles$", README.read_text(encoding="utf-8"), re.M)
    return [(command, int(cycles.replace(",", ""))) for command, cycles in found]


def test_readme_commands_do_what_it_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(readme_commands()) == 15
    for command, cycles in readme_commands():
        assert status([*shlex.split(command)[1:], "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["cycles"] == cycles, command
