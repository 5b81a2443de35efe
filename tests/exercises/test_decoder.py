"""Exercises 6.6 and 6.7: what they say is what runs give."""

from pathlib import Path

import pytest

from dlpsim.cli.main import status
from dlpsim.exercises.balance import VARIANTS, answer_balance
from dlpsim.exercises.decoder_diagram import answer_diagram
from dlpsim.simulation import simulate


def exercise(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert status(["exercise", *arguments]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    return out


def test_diagram(capsys: pytest.CaptureFixture[str]) -> None:
    out = exercise(capsys, "6.6")
    assert out.startswith("Exercise 6.6: the decoder as a state diagram\n")
    assert "\n    decoding → queue     move: queue is full\n" in out
    assert out.endswith("    dlpsim run fc_32x256_serial.asm --cores 4 --decoder\n")


def test_diagram_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["exercise", "6.6", "--json"]) == 0
    transition = '{\n      "source": "barrier",\n      "target": "decoding",\n      "cause": "all have arrived"\n    }'
    assert transition in capsys.readouterr().out


def test_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "decoder.svg"
    assert status(["exercise", "6.6", "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert path.read_text(encoding="utf-8") == answer_diagram().picture()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["6.6", "-o", "decoder.png"], "decoder.png: the picture is an SVG; expected a name that ends in .svg"),
        (["6.7", "-o", "x.svg"], "exercise 6.7 has no picture to be written to x.svg"),
        (["-o", "x.svg"], "--output writes the picture of an exercise: which one?"),
    ],
)
def test_no_picture(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert status(["exercise", *arguments]) == 2
    assert capsys.readouterr().err == f"error: {message}\n"
    assert list(tmp_path.iterdir()) == []


def test_balance(capsys: pytest.CaptureFixture[str]) -> None:
    out = exercise(capsys, "6.7")
    assert "fc_1024x256_serial.asm on dlp-s: 157,696 cycles" in out
    assert "  compute MAC_32      32         0       0   4,096         0       97.9 %\n" in out
    assert "compute is the limit" in out


def test_balance_is_what_the_commands_give() -> None:
    for variant, data in answer_balance().loads:
        result = simulate(Path(variant.program), machine=variant.machine, defines=dict(variant.defines))
        assert data.cycles == result.cycles
        assert sum(kind.unit for kind in data.kinds) == sum(
            unit.busy + sum(unit.stalled.values()) for core in result.summary.cores for unit in core.units.values()
        )


def test_improvements_improve() -> None:
    cycles = [data.cycles for _, data in answer_balance().loads]
    assert len(cycles) == len(VARIANTS)
    assert all(better < worse for worse, better in zip(cycles[::2], cycles[1::2], strict=True))
