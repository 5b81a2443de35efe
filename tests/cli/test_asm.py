from pathlib import Path

import pytest

from tests.cli.command import dlpsim, refused
from tests.conftest import Golden

TWO_KINDS = """\
.param tiles 3
.if core < 2
  move DRAM WRAM 1024
.endif
loop tiles
  move DRAM NRAM 1000     ; 16 beats of 64 bytes
  sync
  compute MAC_32 257
endloop
sync chip
"""


@pytest.fixture(autouse=True)
def _programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder with the programs of these tests."""
    monkeypatch.chdir(tmp_path)
    Path("two_kinds.asm").write_text(TWO_KINDS, encoding="utf-8")
    Path("nothing.asm").write_text("; nothing\n", encoding="utf-8")
    Path("wrong.asm").write_text("move DRAM NRAN 64\ncompute MAC_32\nloop -1\nendlop\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("one_core", ["two_kinds.asm"]),
        ("other_core", ["two_kinds.asm", "--cores", "4", "--core", "3", "-D", "tiles=1_000_000_000_000_000_000"]),
        ("nothing", ["nothing.asm"]),
        ("errors", ["wrong.asm"]),
    ],
)
def test_listing(golden: Golden, name: str, arguments: list[str]) -> None:
    outcome = dlpsim("asm", *arguments)
    assert outcome.status == (2 if outcome.err else 0)
    golden(f"asm_{name}.txt", outcome.out + outcome.err)


def test_deep_nests_stay_readable() -> None:
    Path("deep.asm").write_text("loop 2\n" * 1000 + "endloop\n" * 1000, encoding="utf-8")
    outcome = dlpsim("asm", "deep.asm")
    assert outcome.status == 0
    assert max(map(len, outcome.out.splitlines())) <= 100


@pytest.mark.parametrize("core", [-1, 4])
def test_core_that_is_not_there(core: int) -> None:
    message = f"error: --core {core}: expected 0 to 3, the cores of dlp-m\n"
    assert refused("asm", "two_kinds.asm", "--cores", "4", "--core", str(core)) == message
