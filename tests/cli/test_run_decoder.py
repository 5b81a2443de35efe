"""`dlpsim run --decoder`."""

import json

import pytest

from dlpsim.cli.main import status

ARGUMENTS = ["run", "fc_1x256.asm", "--machine", "dlp-s-real", "--decoder"]

SHOWN = """\
fc_1x256.asm on dlp-s-real: cycles 0 to 307 of 307, a column is 5 cycles

core 0  decoder  dssssssssssssssssssssssssssssssssssss·························
                 0         50        100       150       200       250

d decodes   s waits at a sync   · nothing
▁▂▃▄▅▆▇█: the part of a column for which it works; where none, what takes most

  Cycles of each decoder by state:

  decoder   decoding   queue   sync   barrier   ended
  core 0           6       0    180         0     121

  Cycles for which one instruction of a kind is held, on the average:

  instruction      times   decoder   queue   unit   latency   units held
  move dram            3         1    11.7     31       100       30.3 %
  sync                 2        91       0      0         0
  compute MAC_32       1         1       0      3         8        1.0 %

  dram is held 30.3 % of the time and compute 1.0 %: nothing is the limit, and
  much of the time is spent waiting.
  Decoders wait at syncs for 58.6 % of the time: fewer syncs, each for more
  work. A move dram is held 31 cycles and completes 100 later: larger tiles
  pay that less often.
"""


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(ARGUMENTS) == 0
    out = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())
    assert out.endswith(f"\n\n{SHOWN}")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert status([*ARGUMENTS, "--json"]) == 0
    decoder = json.loads(capsys.readouterr().out)["decoder"]
    assert decoder["states"] == [{"decoding": 6, "queue": 0, "sync": 180, "barrier": 0, "ended": 121}]
    assert decoder["kinds"][2] == {
        "kind": "compute MAC_32", "times": 1, "decoder": 1, "queue": 0, "unit": 3, "latency": 8,
    }  # fmt: skip


def test_program_of_nothing(capsys: pytest.CaptureFixture[str], tmp_path: pytest.TempPathFactory) -> None:
    path = f"{tmp_path}/empty.asm"
    with open(path, "w", encoding="utf-8"):  # noqa: PTH123
        pass
    assert status(["run", path, "--decoder"]) == 0
    assert "  core 0           0       0      0         0       0\n" in capsys.readouterr().out
