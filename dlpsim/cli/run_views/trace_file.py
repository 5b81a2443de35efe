"""`dlpsim run --trace FILE`: the run as a file for other tools."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.traces.recording import Recording, recording
from dlpsim.traces.window import Window
from dlpsim.views.excerpt import read_window
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.simulation import Result
    from isa.program import Program


class TraceFile:
    """Writes the trace of a run; the file is there once the block of `recording` has ended."""

    status = 0

    def __init__(self, path: Path, record: Recording) -> None:
        self._path = path
        self._record = record
        self.listeners = (record.listener,)

    def finish(self, result: "Result") -> None:
        """Write the rest."""
        self._record.finish(result.cycles)

    def to_dict(self) -> Mapping[str, Any]:
        """Add nothing."""
        return {}

    def render(self) -> Iterator[str]:
        """Say where it is."""
        yield f"  trace in {self._path}"


def trace_files(
    files: ExitStack,
    program: "Program",
    config: "MachineConfig",
    paths: Sequence[Path],
    window: str | None,
    cores: Sequence[int],
) -> list[TraceFile]:
    """Open the traces, which are there when `files` are closed. Raises DlpsimError for what cannot be written."""
    given = [*(["--window"] if window is not None else []), *(["--core"] if cores else [])]
    if given and not paths:
        raise DlpsimError(f"{option} says what goes into a trace: give a file for it, with --trace" for option in given)
    asked = None if window is None else read_window(window)
    part = None if asked is None else Window(asked.begin or 0, asked.end)
    twice = {path for path in paths if paths.count(path) > 1}
    if twice:
        raise DlpsimError(f"--trace {path}: given twice" for path in sorted(twice))
    return [TraceFile(path, files.enter_context(recording(path, program, config, part, cores))) for path in paths]
