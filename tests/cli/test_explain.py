"""`dlpsim explain` and `dlpsim run --lines`, as a user calls them."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.command import dlpsim, refused
from tests.cli.test_process import run_on_terminal
from tests.conftest import Golden


def test_explanation(golden: Golden) -> None:
    outcome = dlpsim("explain", "fc_1024x256_serial.asm", "--machine", "dlp-m-real")
    assert (outcome.status, outcome.err) == (0, "")
    assert max(map(len, outcome.out.splitlines())) <= 80
    golden("explain.txt", outcome.out)


def test_json_of_an_explanation() -> None:
    data = json.loads(dlpsim("explain", "fc_1024x256_serial.asm", "--json").out)
    assert list(data) == ["program", "machine", "cycles", "path", "occupied", "without", "slack", "memory", "advice"]
    assert (data["program"], data["machine"], data["cycles"]) == ("fc_1024x256_serial.asm", "dlp-s", 157_696)
    assert data["path"] == [
        {"unit": "compute", "cause": "work", "cycles": 131_072},
        {"unit": "dram", "cause": "work", "cycles": 26_624},
    ]
    assert sum(part["cycles"] for part in data["path"]) == data["cycles"]
    assert data["occupied"][0] == {"resource": "compute", "owner": "the compute unit of core 0", "cycles": 131_072}
    assert data["without"][1] == {"limit": "waiting at syncs", "cycles": 131_072, "saved": 26_624, "bound": True}
    assert data["slack"][-1] == {"parameter": "decoder.queue_depth", "value": 64, "worst": 1}
    assert data["memory"]["NRAM"] == {"used": 49_152, "size": 131_072}
    assert [(one["lines"], one["gain"], one["bound"]) for one in data["advice"]] == [
        ([106], 23_808, False),
        ([112, 116], 26_624, True),
    ]


def test_slack_can_be_left_out() -> None:
    assert json.loads(dlpsim("explain", "fc_1x256.asm", "--no-slack", "--json").out)["slack"] == []


def test_nothing_to_do(tmp_path: Path) -> None:
    path = tmp_path / "one.asm"
    path.write_text("compute MAC_32 1\n")
    outcome = dlpsim("explain", path)
    assert outcome.status == 0
    assert outcome.out.endswith(
        "What could be done\n  Nothing in the order of the instructions: less work, or a faster machine.\n"
    )


def test_no_time(tmp_path: Path) -> None:
    path = tmp_path / "none.asm"
    for text in ("", "sync\n"):
        path.write_text(text)
        outcome = dlpsim("explain", path)
        assert (outcome.status, outcome.out) == (0, f"{path} on dlp-s: 0 cycles\n\n  Nothing takes time.\n")


def test_what_is_not_right_is_said() -> None:
    said = "Not right as it is: see `dlpsim check`. What makes it right may take cycles."
    assert dlpsim("explain", "race.asm", "--no-slack").out.splitlines()[1].strip() == said
    assert said not in dlpsim("explain", "fc_1x256.asm", "--no-slack").out


def test_endless_loop_is_explained_at_once(tmp_path: Path) -> None:
    source = "loop 1_000_000_000\n move DRAM NRAM 1024\n sync\n compute MAC_32 4096*3\n sync\nendloop\n"
    path = tmp_path / "endless.asm"
    path.write_text(source)
    data = json.loads(dlpsim("explain", path, "--json").out)
    assert data["cycles"] == 64 * 10**9
    assert data["advice"][0]["gain"] == 16 * (10**9 - 1)


def test_refusals(tmp_path: Path) -> None:
    assert refused("explain", "none.asm").startswith("error: none.asm: no such file")
    path = tmp_path / "stuck.asm"
    path.write_text(".if core\nsync chip\n.endif\n")
    assert "this barrier can never be released" in refused("explain", path, "--cores", "2")


def test_lines() -> None:
    data = json.loads(dlpsim("run", "fc_1024x256_serial.asm", "--lines", "--json").out)
    assert sum(sum(row["path"].values()) for row in data["lines"]) == data["cycles"]
    assert data["lines"][1] == {
        "line": 105,
        "text": "sync",
        "times": 1,
        "occupied": 0,
        "idle": {"compute": {"sync:dram": 2048}, "local": {"sync:dram": 2048}},
        "path": {},
    }


@pytest.mark.parametrize("command", [("explain",), ("report", "-o", "page.html")], ids=lambda command: command[0])
def test_progress_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(f"move DRAM NRAM 64 * ({n} * 7 % 89 + core + 1)" for n in range(3_000))
    Path("slow.asm").write_text(text, encoding="utf-8")
    shown = run_on_terminal(command[0], "slow.asm", *command[1:], "--cores", "8", until=b": ")
    assert re.search(rb"run \d+: (as it is|with)", shown)
    assert not Path("page.html").exists()
