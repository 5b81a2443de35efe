from pathlib import Path

import pytest

from dlpsim import DlpsimError
from dlpsim.cli.main import status
from dlpsim.programs import find_program, program_path, shipped_programs


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["fc_1x256.asm", "fc_1x256"])
def test_shipped_program(name: str) -> None:
    assert find_program(name) == shipped_programs()["fc_1x256.asm"]
    assert find_program(name).read_text(encoding="utf-8")


def test_file_here_goes_first() -> None:
    Path("fc_1x256.asm").write_text("", encoding="utf-8")
    assert find_program("fc_1x256.asm") == Path("fc_1x256.asm")


def test_folder_here_does_not() -> None:
    Path("fc_1x256").mkdir()
    assert find_program("fc_1x256") == shipped_programs()["fc_1x256.asm"]
    Path("mine").mkdir()
    assert find_program("mine") == Path("mine")


@pytest.mark.parametrize("name", ["below/fc_1x256.asm", "../fc_1x256.asm", "/fc_1x256.asm"])
def test_path_is_not_looked_up(name: str) -> None:
    assert find_program(name) == Path(name)


@pytest.mark.parametrize("name", ["./fc_1x256.asm", "./fc_1x256", "././fc_1x256.asm"])
def test_folder_that_a_path_forgets(name: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        program_path(name)
    assert caught.value.messages == (f"{name}: no such file",)
    Path(Path(name).name).write_text("", encoding="utf-8")
    assert program_path(name) == Path(name)


@pytest.mark.parametrize("name", ["fc_1x256.asm", "below/fc_1x256.asm", "../fc_1x256.asm", "/fc_1x256.asm"])
def test_other_paths_are_taken_as_they_are(name: str) -> None:
    assert program_path(name) == Path(name)


@pytest.mark.parametrize("command", ["asm", "check"])
def test_commands_do_not_look_such_a_path_up(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status([command, "./fc_1x256.asm"]) == 2
    assert capsys.readouterr().err == "error: ./fc_1x256.asm: no such file\n"
    assert status([command, "fc_1x256.asm"]) == 0


def test_no_such_program() -> None:
    with pytest.raises(DlpsimError) as caught:
        find_program("fc_1x265")
    assert caught.value.messages == (
        "fc_1x265: no such file here, and no shipped program of that name\n    hint: did you mean 'fc_1x256.asm'?",
    )
    with pytest.raises(DlpsimError, match=r"hint: shipped programs: fc_1024x256\.asm, .*fc_32x256_serial\.asm"):
        find_program("x")
