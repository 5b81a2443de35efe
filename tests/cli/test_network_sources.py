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
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments: tuple[str, ...], message: str) -> None:
    assert refused(*arguments).startswith(message)


def test_numbers_that_do_not_fit_are_told_with_their_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", image=np.zeros((2, 3), np.float32))
    message = refused("run", "mlp", "--dim", "batch=2", "--data", tmp_path / "in.npz", "--check")
    assert message.startswith(f"error: {tmp_path}/in.npz: input 'image' is 2×3 float32, expected 2×")
