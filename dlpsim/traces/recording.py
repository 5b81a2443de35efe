"""A trace that is being written: from a run, to a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.events import Listener
from dlpsim.traces.formats import open_writer
from dlpsim.traces.live import LiveFeed
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject
from dlpsim.traces.window import Window
from dlpsim.traces.windowed import WindowFeed
from dlpsim.traces.writer import Writer
from isa.errors import DlpsimError
from isa.program import Program


class Recording:
    """What writes a trace: `listener` belongs to a run; once that is over, `finish` writes what is still missing.

    Without a window everything that happens is written while it happens, and the machine skips nothing. A window is
    written in the end, and what repeats may be skipped.
    """

    listener: Listener

    def __init__(self, writer: Writer, window: Window | None) -> None:
        self._writer = writer
        self._window = window
        self._live = LiveFeed(writer)
        self._windowed = WindowFeed(window or Window())
        self.listener = self._windowed if window else self._live
        if not window:
            writer.begin(0, State())

    def finish(self, cycles: int) -> None:
        """Write the rest of the trace of a run that took so many cycles.

        Raises DlpsimError if the window begins after the end of the run.
        """
        if self._window is None:
            self._live.finish()
            self._writer.close(cycles)
            return
        if self._window.begin > cycles:
            raise DlpsimError(f"--window {self._window}: the run ends before it, at boundary {cycles}")
        last = cycles if self._window.end is None else min(self._window.end, cycles)
        self._windowed.feed(self._writer, last)


@contextmanager
def recording(
    path: Path, program: Program, config: MachineConfig, window: Window | None = None, cores: Sequence[int] = ()
) -> Iterator[Recording]:
    """Write the trace of a run, of all `cores` if none are named; the suffix of `path` says in which format.

    The file is there when the block has ended well, in which `finish` is to be called; otherwise it is as before.
    Raises DlpsimError for a suffix that stands for no format, a core that the machine lacks, and where the file cannot
    be written.
    """
    with open_writer(path, Subject.of(program, config, cores)) as writer:
        yield Recording(writer, window)
