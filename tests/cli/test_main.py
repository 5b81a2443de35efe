import json

import pytest

from dlpsim import __version__
from dlpsim.cli.main import COMMANDS
from tests.cli.command import dlpsim, refused


def test_help() -> None:
    assert dlpsim("--help") == dlpsim("-h")
    outcome = dlpsim("--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "\n    dlpsim run fc_1024x256.asm --cores 4     the same machine, four times\n" in outcome.out
    assert all(f"  {name} " in outcome.out and summary in outcome.out for name, summary in COMMANDS.items())
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_no_arguments_show_the_help() -> None:
    assert dlpsim() == dlpsim("--help")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    outcome = dlpsim(command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: dlpsim {command} ")
    assert max(map(len, outcome.out.splitlines())) <= 100


def test_version() -> None:
    assert dlpsim("--version").out == f"dlpsim, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["runn"], "error: there is no command 'runn'\n    hint: did you mean 'run'?\n"),
        (["x"], f"error: there is no command 'x'\n    hint: the commands are {', '.join(COMMANDS)}\n"),
        (["run"], "error: Missing argument 'PROGRAM'.\n    hint: see 'dlpsim run --help'\n"),
        (
            ["run", "a.asm", "b.asm"],
            "error: Got unexpected extra argument (b.asm)\n    hint: see 'dlpsim run --help'\n",
        ),
        (
            ["asm", "x.asm", "--core"],
            "error: Option '--core' requires an argument.\n    hint: see 'dlpsim --help'\n",
        ),
    ],
)
def test_wrong_call(arguments: list[str], message: str) -> None:
    assert refused(*arguments) == message


def test_messages_hold_no_controls() -> None:
    assert "no \x1b" not in refused("run", "a\x1b[31m.asm")
    assert refused("run", "a\x1b[31m.asm").startswith("error: a\\x1b[31m.asm: no such file here")


def test_lack_of_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError("Unable to allocate 3.73 GiB")

    monkeypatch.setattr("isa.inputs.random_inputs", exhausted)
    found = refused("run", "fc_1x256.asm", "--random", "1")
    assert found == "error: there is not enough memory. Unable to allocate 3.73 GiB\n"


def test_exercise_answers_as_json() -> None:
    assert "34" in json.dumps(json.loads(dlpsim("exercise", "7.7", "--json").out))
