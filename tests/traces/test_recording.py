"""What can go wrong with a trace, and what is left then: what was there before."""

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest

from dlpsim.machine.machine import Machine
from dlpsim.simulation import Simulation, prepare
from dlpsim.traces import formats
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.recording import recording
from dlpsim.traces.window import Window
from isa.errors import DlpsimError
from tests.traces.runs import SUFFIXES

RUN = prepare("loop 20\n  move DRAM NRAM 64\n  compute MAC_32 512\n  sync\nendloop\n", "dlp-s")


def record(path: Path, window: Window | None = None, cores: Sequence[int] = ()) -> None:
    with recording(path, *RUN, window, cores) as trace:
        trace.finish(Machine(*RUN, [trace.listener]).run())


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_file_is_there_in_the_end_and_not_before(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"trace{suffix.upper()}"
    with recording(path, *RUN) as trace:
        cycles = Machine(*RUN, [trace.listener]).run()
        assert not path.exists()
        trace.finish(cycles)
    assert path.stat().st_size > 100
    assert entries(tmp_path) == [path.name, *["trace.gtkw"][: suffix == ".vcd"]]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("window", [None, Window(10, 20)])
def test_run_that_fails_leaves_what_was_there(suffix: str, window: Window | None, tmp_path: Path) -> None:
    path = tmp_path / f"trace{suffix}"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(DlpsimError, match="stopped"), recording(path, *RUN, window) as trace:
        Simulation(*RUN, [trace.listener], 5).run()
    assert (path.read_text(encoding="utf-8"), entries(tmp_path)) == ("before", [path.name])


class FullDisk(Outlet):
    """A file on a disk that is full after a few bytes."""

    def __init__(self, file: Outlet, left: int) -> None:
        super().__init__(file)  # type: ignore[arg-type]
        self._left = left

    def write(self, content: bytes) -> int:
        self._left -= len(content)
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("left", [0, 300])
def test_full_disk(suffix: str, left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"trace{suffix}"
    path.write_text("before", encoding="utf-8")
    kind = formats.FORMATS[suffix]
    small = formats.Format(kind.purpose, lambda file, subject: kind.writer(FullDisk(file, left), subject))
    monkeypatch.setattr(formats, "FORMATS", {suffix: small})
    with pytest.raises(DlpsimError) as raised:
        record(path)
    assert raised.value.messages == (f"{path}: cannot be written: No space left on device",)
    assert (path.read_text(encoding="utf-8"), entries(tmp_path)) == ("before", [path.name])


def test_unknown_suffix(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError) as raised:
        record(tmp_path / "trace.pftrac")
    (message,) = raised.value.messages
    assert message.startswith(f"{tmp_path / 'trace.pftrac'}: the suffix '.pftrac' stands for no format of traces\n")
    assert "\n    hint: did you mean '.pftrace'? the formats are\n      .pftrace  Perfetto: " in message
    assert all(suffix in message for suffix in SUFFIXES)
    with pytest.raises(DlpsimError, match=r"trace: a trace needs a suffix\n    hint: the formats are\n"):
        record(tmp_path / "trace")
    assert entries(tmp_path) == []


def test_unwritable_path(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match=r"lost/trace\.csv: cannot be written: No such file or directory"):
        record(tmp_path / "lost" / "trace.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DlpsimError, match=r"folder\.csv: cannot be written: is a directory"):
        record(tmp_path / "folder.csv")
    (tmp_path / "trace.gtkw").mkdir()
    with pytest.raises(DlpsimError, match=r"trace\.gtkw: cannot be written: is a directory"):
        record(tmp_path / "trace.vcd")
    assert entries(tmp_path) == ["folder.csv", "trace.gtkw"]


def test_window_outside_the_run(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError, match=r"--window 500:600: the run ends before it, at boundary 40"):
        record(tmp_path / "trace.csv", Window(500, 600))
    assert entries(tmp_path) == []
    record(tmp_path / "trace.csv", Window(40, 600))


def test_core_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DlpsimError) as raised:
        record(tmp_path / "trace.csv", None, [0, 1, -1])
    assert raised.value.messages == (
        "--core -1: dlp-s has core 0 only",
        "--core 1: dlp-s has core 0 only",
    )
