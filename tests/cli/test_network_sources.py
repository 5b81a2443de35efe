"""Commands that take a program take a network as well, with its sizes."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import dlpsim, refused

SMALL = ("mlp", "--dim", "batch=1")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("asm",), "compute MAC_32"),
        (("check",), "mlp.asm on dlp-s, 1 core: nothing found"),
        (("timeline",), "mlp.asm on dlp-s: cycles 0 to"),
        (("explain",), "mlp.asm on dlp-s:"),
        (("diff", "--dim-b", "batch=2"), "B  mlp.asm on dlp-s:"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_network_is_compiled_first(command: tuple[str, ...], said: str) -> None:
    outcome = dlpsim(command[0], *SMALL, *command[1:])
    assert (outcome.status, outcome.err) == (0, "")
    assert said in outcome.out


def test_what_could_be_worse_is_sought_for_a_network_only_when_asked_for() -> None:
    assert "What could be worse" not in dlpsim("explain", *SMALL).out


def test_sizes_of_b_go_before_those_of_both() -> None:
    found = json.loads(dlpsim("diff", *SMALL, "--dim-b", "batch=3", "--json").out)
    macs = next(one for one in found["amounts"] if one["what"] == "MAC_32 operations")
    assert (macs["a"], macs["b"]) == (668_672, 3 * 668_672)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("asm", "fc_1x256.asm", "--dim", "batch=2"), "error: --dim sets a size of a network"),
        (("check", "mlp", "-D", "M=2"), "error: -D sets a parameter of a program"),
        (("timeline", "mlp", "--dim", "bat=2"), "error: mlp has no size 'bat'"),
        (("diff", "mlp", "--dim-b", "batch"), "error: --dim batch: expected NAME=N"),
        (("explain", "vgg20"), "error: vgg20: no such file here, and no shipped program or built-in network of that"),
        (("roofline", "bert-bse", "mlp"), "error: bert-bse: no such file here, and no shipped program or built-in"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments: tuple[str, ...], message: str) -> None:
    assert refused(*arguments).startswith(message)


def test_what_is_unusual_about_the_inputs_is_noted(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", image=np.full((1, 784), np.nan, np.float32))
    outcome = dlpsim("run", *SMALL, "--data", tmp_path / "in.npz", "--check")
    assert outcome.out.endswith("\n  note: image holds 784 NaN of 784 values\n")
    found = json.loads(dlpsim("run", *SMALL, "--data", tmp_path / "in.npz", "--json").out)
    assert found["notes"] == ["image holds 784 NaN of 784 values"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    options = ["--machine", "dlp-x", "--dim", "batch=0", "--dim", "bat=2", "-D", "x=1", "--set", "a"]
    expected = [
        "-D sets a parameter of a program: the sizes of a network are set by --dim",
        "--set a: expected KEY=VALUE",
        "no machine or file named 'dlp-x'",
        "--dim batch=0: expected NAME=N, N a whole number from 1 to 999,999,999",
        "mlp has no size 'bat'",
    ]
    for command in ("run", "compile", "asm", "check", "explain", "timeline"):
        said = refused(command, "mlp", *options).splitlines()
        assert [line.removeprefix("error: ") for line in said if not line.startswith("    ")] == expected
    said = refused("compile", "mlp", *options[:4], "--tiling", "none.toml").splitlines()
    assert [said[0], *said[2:]] == [
        f"error: {message}" for message in (*expected[2:4], "none.toml: No such file or directory")
    ]


def test_a_name_that_is_none_is_told_with_the_machine() -> None:
    assert [line for line in refused("run", "vgg20", "--machine", "dlp-x").splitlines() if "hint" not in line] == [
        "error: vgg20: no such file here, and no shipped program or built-in network of that name",
        "error: no machine or file named 'dlp-x'",
    ]


def test_numbers_that_do_not_fit_are_told_with_their_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", image=np.zeros((2, 3), np.float32))
    message = refused("run", "mlp", "--dim", "batch=2", "--data", tmp_path / "in.npz", "--check")
    assert message.startswith(f"error: {tmp_path}/in.npz: input 'image' is 2×3 float32, expected 2×")
