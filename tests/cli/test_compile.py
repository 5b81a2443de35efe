"""`dlpsim compile`, and `dlpsim run` of a network."""

import json
import re
from pathlib import Path

import pytest

from dlpsim.machine_file import load_machine
from dlpsim.networks.builder import Builder
from dlpsim.networks.to_onnx import to_onnx
from isa.assembler import assemble
from tests.cli.command import dlpsim, refused

onnx = pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an ONNX file of a small network."""
    build = Builder("tiny")
    x = build.relu(build.conv(build.input("x", (1, 8, 12, 12)), "conv1", 32, 3, pad=1), "relu1")
    network = build.finish(build.gemm(build.flatten(build.max_pool(x, "pool", 2, 2), "flat"), "fc", 10))
    path = tmp_path_factory.mktemp("networks") / "tiny.onnx"
    path.write_bytes(to_onnx(network).SerializeToString())
    return path


def tilings(folder: Path, text: str) -> Path:
    """Write a file of tilings."""
    path = folder / "tilings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_network_becomes_a_program(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny.asm"
    outcome = dlpsim("compile", file, "-o", out)
    text = out.read_text(encoding="utf-8")
    assert (outcome.status, outcome.out) == (0, f"{out}: {len(text.splitlines()):,} lines, for dlp-s\n")
    assert assemble(text, load_machine("dlp-s").target, "tiny.asm").cores
    assert dlpsim("compile", file).out == text
    assert "\n; conv1: tiles of " in text


def test_an_explanation(file: Path) -> None:
    out = dlpsim("compile", file, "--explain").out
    assert out.startswith("conv1 (Conv+Relu+MaxPool): predicted ")
    assert "\n  pool is in the same tiles: together " in out
    assert "  taken\n" in out
    assert "\nfc (Gemm): predicted " in out
    assert ".tensor" not in out


def test_an_explanation_for_several_cores(file: Path) -> None:
    """The head says how cores share the layer; ways that cannot be better are passed over."""
    out = dlpsim("compile", file, "--explain", "--cores", "4").out
    assert re.search(r"^conv1 .*, dealt out by [a-z ]+, (tiles|weights|tiles and weights) via SharedRAM$", out, re.M)
    assert re.search(r"^  dealt out by [a-z ]+ it takes at least [\d,]+ cycles$", out, re.M)


def test_an_explanation_says_what_does_not_fit(file: Path) -> None:
    out = dlpsim("compile", file, "--explain", "--set", "memory.NRAM.size=8192").out
    lines = [line for line in out.splitlines() if "does not fit" in line]
    assert lines
    for line in lines:
        words = line.replace(",", "").replace(":", "").split()
        needed, there, more = (int(words[words.index(word) + step]) for word, step in _NUMBERS)
        assert needed - there == more


_NUMBERS = (("needs", 1), ("has", 1), ("too", -1))


def test_json(file: Path) -> None:
    found = json.loads(dlpsim("compile", file, "--json", "--cores", "4").out)
    assert (found["network"], found["machine"]) == ("tiny", "dlp-m")
    conv, fc = found["layers"]
    assert (conv["name"], conv["op"], fc["name"], fc["by_hand"]) == ("conv1", "Conv+Relu+MaxPool", "fc", False)
    assert (conv["pooling"]["name"], conv["pooling"]["is_taken"], fc["pooling"]) == ("pool", True, None)
    assert conv["pooling"]["together"] < conv["pooling"]["apart"]
    assert conv["taken"]["dealt_by"] in ("rows", "output channels", "rows and output channels")
    assert {"rows", "columns", "made", "channels", "weights_stay", "total", "compute", "dram"} <= conv["taken"].keys()
    assert all(other["why"] for other in conv["others"])
    assert set(conv["taken"]["via_shared"]) <= {"tiles", "weights"}
    ways = {conv["taken"]["dealt_by"], *(other["dealt_by"] for other in conv["others"]), *conv["passed_over"]}
    assert ways == {"output channels", "rows", "rows and output channels"}
    assert all(least >= conv["taken"]["total"] / 1.02 for least in conv["passed_over"].values())


def test_a_tiling_by_hand(file: Path, tmp_path: Path) -> None:
    path = tilings(tmp_path, '[layer."conv1"]\nrows = 3\nmade = 16\nweights_stay = false\n')
    conv, fc = json.loads(dlpsim("compile", file, "--json", "--tiling", path).out)["layers"]
    assert (conv["by_hand"], conv["others"], fc["by_hand"]) == (True, [], False)
    taken = conv["taken"]
    assert [taken[key] for key in ("rows", "columns", "made", "channels")] == [3, 6, 16, 8]
    assert (taken["weights_stay"], taken["steps"]) == (False, 4)
    assert (
        "; conv1: tiles of 3 x 6 pixels of pool, 16 of 32 output channels"
        in dlpsim("compile", file, "--tiling", path).out
    )


def test_a_pooling_that_stays_apart(file: Path, tmp_path: Path) -> None:
    path = tilings(tmp_path, '[layer."conv1"]\npooled = false\n')
    found = json.loads(dlpsim("run", file, "--json", "--tiling", path).out)
    assert [layer["name"] for layer in found["layers"]] == ["conv1", "pool", "fc"]
    out = dlpsim("compile", file, "--explain", "--tiling", path).out
    assert "\n  pool is apart: together " in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[layer.conv1]\nrow = 3\n", "layer 'conv1': unknown key 'row': there are rows, columns, made, channels"),
        ("[layer.conv1]\nrows = 0\n", "layer 'conv1': rows must be an integer of at least 1, is 0"),
        ("[layer.conv1]\nweights_stay = 1\n", "weights_stay must be true or false, is 1"),
        ("[layer.conv1]\npooled = 'no'\n", "pooled must be true or false, is 'no'"),
        ("[layer.fc]\npooled = true\n", "layer 'fc' is set to take a pooling with it, but none follows"),
        ("[layer.conv1]\nkeeps_rows = true\n", "layer 'conv1' cannot keep rows that windows share"),
        (
            "[layer.conv1]\ndealt_by = 'x'\n",
            "dealt_by must be one of output channels, groups, rows, images, images and rows, ",
        ),
        ("[layer.conv2]\nrows = 1\n", "the network has no such convolution or product, did you mean 'conv1'?"),
        ("[layer.conv1]\nrows = 13\n", "layer 'conv1': rows is 13, but a core has 6 at a time"),
        ("[layer.conv1]\nchannels = 4\nimage_channels = 6\n", "must be a multiple of channels, 4, or all, 8"),
        ("[layer.conv1]\ndealt_by = 'rows'\n", "layer 'conv1' cannot be dealt out by rows, but by output channels"),
        ("layer = 3\n", "'layer' must have a table for each layer"),
        ("[tiling.conv1]\n", "unknown key 'tiling': tilings are tables [layer.\"NAME\"]"),
        ("[layer\n", "not a TOML file: "),
    ],
)
def test_tilings_that_are_wrong(file: Path, tmp_path: Path, text: str, message: str) -> None:
    assert message in refused("compile", file, "--tiling", tilings(tmp_path, text))


def test_a_tiling_that_does_not_fit(file: Path, tmp_path: Path) -> None:
    path = tilings(tmp_path, "[layer.conv1]\nrows = 6\n[layer.pool]\nrows = 1\n")
    assert refused("compile", file, "--tiling", path, "--set", "memory.NRAM.size=8192").splitlines() == [
        "error: a tiling is set for 'pool', but the network has no such convolution or product: it has conv1, fc",
        "error: layer 'conv1' does not fit on dlp-s with the tiling that is set: "
        "it needs 27,648 bytes of NRAM, which has 8,192: 19,456 too many",
    ]


def test_a_layer_that_does_not_fit_says_what_is_too_large(file: Path) -> None:
    message = refused("compile", file, "--set", "memory.WRAM.size=64")
    assert "error: layer 'conv1' does not fit on dlp-s even in the smallest tiles: it needs " in message
    assert " bytes of WRAM, which has 64: " in message


def test_errors() -> None:
    assert "--tiling sets the tiles of a network" in refused("run", "fc_1x256.asm", "--tiling", "missing.toml")
    assert "did you mean" in refused("compile", "alexnett")
    assert "-D sets a parameter of a program" in refused("run", "alexnet", "-D", "M=3")
    assert "--dim sets a size of a network" in refused("run", "fc_1x256.asm", "--dim", "batch=2")
    assert refused("compile", "alexnet", "--tiling", "missing.toml") == (
        "error: missing.toml: No such file or directory\n"
    )


def test_a_run_has_the_layers(file: Path) -> None:
    found = json.loads(dlpsim("run", file, "--json").out)
    conv, fc = found["layers"]
    assert [layer["name"] for layer in (conv, fc)] == ["conv1", "fc"]
    assert (conv["op"], conv["macs"], conv["floor"]) == ("Conv+Relu+MaxPool", 144 * 32 * 72, 144 * 32 * 72 // 256)
    assert sum(layer["cycles"] for layer in found["layers"]) == found["cycles"]
    text = dlpsim("run", file).out
    assert f"{found['cycles']:,}" in text
    assert all(name in text for name in ("conv1", "fc", "floor"))
