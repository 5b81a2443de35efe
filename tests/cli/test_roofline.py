import json
from pathlib import Path

import pytest

from tests.cli.command import dlpsim, refused
from tests.cli.texts import CONTENDING, FC_1X256


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "fc.asm"
    path.write_text(FC_1X256)
    return path


def test_text(program: Path) -> None:
    lines = dlpsim("roofline", program, "--machine", "dlp-s", "--machine", "dlp-m").out.splitlines()
    assert [line for line in lines if line.startswith("fc.asm")] == [
        "fc.asm   dlp-s    0.2495    15.06       15.97  94.3 %  DRAM",
        "fc.asm   dlp-m    0.2495    30.12       31.94  94.3 %  DRAM",
    ]
    assert all(len(line) <= 80 for line in lines)


def test_roofs_alone() -> None:
    outcome = dlpsim("roofline", "--cores", "2")
    assert outcome.out.startswith("dlp-m: 2 cores, 1 GHz\n  GFLOP/s    MAC_32 1,024,")
    assert "program" not in outcome.out


def test_json(program: Path, tmp_path: Path) -> None:
    data = json.loads(dlpsim("roofline", program, "--set", "clock_ghz=2", "--chips", "--json").out)
    assert [(point["name"], point["attained_gflops"]) for point in data["points"]] == [("fc.asm", 1024 / 34)]
    assert len(data["chips"]) == 11
    written = tmp_path / "out.json"
    assert dlpsim("roofline", program, "--set", "clock_ghz=2", "--chips", "-o", written).out == ""
    assert json.loads(written.read_text(encoding="utf-8")) == data


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("html", b"<!doctype html>")])
def test_files(program: Path, tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"out.{suffix}"
    assert dlpsim("roofline", program, "-o", path).status == 0
    assert path.read_bytes().startswith(start)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.asm"
    path.write_text("mov DRAM NRAM 4\n")
    text = refused("roofline", path, "nix.asm", "--machine", "dlp-s", "--machine", "dlp-q", "-o", tmp_path / "out.png")
    for part in (
        "wrong.asm:1:1: unknown instruction 'mov'",
        "nix.asm: no such file",
        "no machine or file named 'dlp-q'",
    ):
        assert part in text
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "x.pdf"), "x.pdf: unknown suffix '.pdf'; expected .png, .svg, .html or .json"),
        (("-o", "/nowhere/x.svg"), "/nowhere/x.svg: cannot be written: No such file or directory"),
        (("-D", "tiles"), "-D tiles: expected NAME=VALUE"),
    ],
)
def test_what_is_wrong(program: Path, arguments: tuple[str, ...], message: str) -> None:
    assert refused("roofline", program, *arguments) == f"error: {message}\n"


def test_parameters_and_cores(tmp_path: Path) -> None:
    path = tmp_path / "contending.asm"
    path.write_text(CONTENDING)
    data = json.loads(dlpsim("roofline", path, "--cores", "4", "-D", "tiles=5", "--json").out)
    assert data["points"][0]["flop"] == 2 * 4096 * (5 + 6 + 7 + 8)


def test_chips() -> None:
    text = dlpsim("chips").out
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "\nNVIDIA A100 80 GB SXM  FP16 312, INT8 624, FP32 19.5  2,039  400    153      780\n" in text
    assert "\n  a news page: Cambricon MLU370-X8\n" in text
    names = [chip["name"] for chip in json.loads(dlpsim("chips", "--json").out)]
    assert all(f"\n{name} " in text for name in names)


def test_networks_and_their_layers(tmp_path: Path) -> None:
    program = tmp_path / "own.asm"
    program.write_text(CONTENDING)
    arguments = ("mlp", program, "--dim", "batch=1", "-D", "tiles=1", "--json")
    network, own = json.loads(dlpsim("roofline", *arguments).out)["points"]
    assert (network["name"], network["part_of"], network["part"]) == ("mlp", None, 1)
    assert (network["flop"], own["flop"]) == (2 * 668_672, 2 * 4096)
    whole, *layers = json.loads(dlpsim("roofline", "mlp", "--dim", "batch=1", "--layers", "--json").out)["points"]
    assert whole == network
    assert [layer["name"] for layer in layers] == ["fc1", "fc2", "fc3"]
    assert {layer["part_of"] for layer in layers} == {"mlp"}
    assert sum(layer["cycles"] for layer in layers) == whole["cycles"]
    assert sum(layer["flop"] for layer in layers) == whole["flop"]
    assert sum(layer["part"] for layer in layers) == pytest.approx(1)
