"""`dlpsim run` with numbers: --data, --random, --out, --check."""

import json
from pathlib import Path

import numpy as np
import pytest

from dlpsim.cli.main import status

PROGRAM = """
.tensor x DRAM f32 4 8
.tensor w DRAM f32 8 2
.tensor y DRAM f32 4 2
.expect y = matmul x w
move DRAM[x] NRAM[0] 128
move DRAM[w] WRAM[0] 64
sync
compute MAC_32 4*8*2 : matmul NRAM[256] NRAM[0] WRAM[0] 4 8 2
sync
move NRAM[256] DRAM[y] 32
"""
RNG = np.random.default_rng(0)
INPUTS = {"x": RNG.random((4, 8), np.float32), "w": RNG.random((8, 2), np.float32)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("p.asm").write_text(PROGRAM)
    np.savez("in.npz", **INPUTS)  # type: ignore[arg-type]
    return tmp_path


def test_data_in_and_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "p.asm", "--data", "in.npz", "--out", "out.npz", "--check"]) == 0
    assert "y: as expected, max |a - b| / max |b| is" in capsys.readouterr().out
    with np.load("out.npz") as out:
        assert set(out.files) == {"x", "w", "y"}
        assert np.allclose(out["y"], INPUTS["x"] @ INPUTS["w"], rtol=1e-5)
    assert sorted(path.name for path in folder.iterdir()) == ["in.npz", "out.npz", "p.asm"]


def test_check_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "p.asm", "--random", "7", "--check", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["cycles"] > 0
    assert result["check"]["y"]["good"] is True
    assert 0 <= result["check"]["y"]["error"] <= result["check"]["y"]["allowed"] == 1e-4


def test_wrong_numbers_end_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("early.asm").write_text(PROGRAM.replace("sync\ncompute", "compute"))
    assert status(["run", "early.asm", "--random", "0", "--check", "--machine", "dlp-s-real"]) == 1
    out = capsys.readouterr().out
    assert "y: NOT AS EXPECTED" in out
    assert "note: y holds 8 NaN of 8 values" in out


def test_nan_is_carried_and_mentioned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = INPUTS["x"].copy()
    x[1, 2], x[3, 0] = np.nan, np.inf
    np.savez("nan.npz", x=x, w=INPUTS["w"])
    assert status(["run", "p.asm", "--data", "nan.npz", "--check"]) == 0
    assert "note: x holds 1 NaN and 1 infinite of 32 values" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "none.npz"], "none.npz: cannot be read as an .npz file: No such file or directory"),
        (["--data", "p.asm"], "p.asm: cannot be read as an .npz file: it is of another kind, or cut short"),
        (["--data", "short.npz"], "short.npz: cannot be read as an .npz file: it is of another kind, or cut short"),
        (["--data", "objects.npz"], "cannot be read as an .npz file: it holds Python objects; arrays hold numbers"),
        (["--data", "."], ".: cannot be read as an .npz file: Is a directory"),
        (["--data", "x.npz"], "missing input 'w', float32 8 x 2"),
        (["--data", "shape.npz"], "tensor 'x' must be float32 4 x 8, found float32 8 x 4"),
        (["--data", "type.npz"], "tensor 'x' must be float32 4 x 8, found float64 4 x 8"),
        (["--data", "single.npy"], "single.npy: holds one array without a name"),
        (["--data", "in.npz", "--random", "1"], "--data and --random exclude each other"),
        (["--random", "-1"], "Invalid value for '--random'"),
        (["--data", "in.npz", "--out", "no/where.npz"], "no/where.npz: cannot be written: No such file or directory"),
        (["--data", "in.npz", "--out", "."], "cannot be written: is a directory"),
    ],
)
def test_bad_data(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    np.savez("x.npz", x=INPUTS["x"])
    np.savez("shape.npz", x=INPUTS["x"].T, w=INPUTS["w"])
    np.savez("type.npz", x=INPUTS["x"].astype(np.float64), w=INPUTS["w"])
    np.save("single.npy", INPUTS["x"])
    np.savez("objects.npz", x=np.array([{}], dtype=object))
    Path("short.npz").write_bytes(Path("x.npz").read_bytes()[:200])
    assert status(["run", "p.asm", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert message in err


def test_what_was_there_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("out.npz").write_bytes(b"precious")
    assert status(["run", "p.asm", "--data", "in.npz", "--out", "out.npz", "--max-cycles", "3"]) == 2
    assert Path("out.npz").read_bytes() == b"precious"


def test_nothing_to_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("plain.asm").write_text("compute MAC_32 1\n")
    assert status(["run", "plain.asm", "--check"]) == 2
    assert "cannot be checked: it states no .expect" in capsys.readouterr().err
