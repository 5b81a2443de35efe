"""Shows how far a long run is, on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlpsim.machine.watch import Watch

PATIENCE_S = 1.0
"""Seconds that a run may take before anything is shown."""
REFRESH_S = 0.2


@contextmanager
def progress_shown(watch: "Watch") -> Iterator[None]:
    """Show the progress of a run while the block runs it, if standard error is a terminal and it takes long.

    A thread of its own looks at the machine, so the run does not pay for being watched.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    over = Event()
    thread = Thread(target=_show, args=(watch, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _show(watch: "Watch", over: Event) -> None:
    if over.wait(PATIENCE_S):
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    total = watch.total_instructions
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %  {task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        while not over.wait(REFRESH_S):
            done = watch.instructions
            text = f"{done:,} of {total:,} instructions, cycle {watch.cycles:,}"
            bar.update(task, completed=done, description=text)
