"""Shows how far a long run, or other long work, is, on a terminal."""

import sys
from collections.abc import Callable, Iterator
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
    """Show the progress of a run while the block runs it, if standard error is a terminal and it takes long."""
    total = watch.total_instructions

    def look() -> tuple[int, str]:
        done = watch.instructions
        return done, f"{done:,} of {total:,} instructions, cycle {watch.cycles:,}"

    with work_shown(total, look):
        yield


@contextmanager
def steps_shown(describe: Callable[[], str]) -> Iterator[None]:
    """Show what the block is doing, of which it is not known how much there is, as `work_shown` does."""
    with work_shown(None, lambda: (0, describe())):
        yield


@contextmanager
def work_shown(total: int | None, look: Callable[[], tuple[int, str]]) -> Iterator[None]:
    """Show the progress of what the block does, if standard error is a terminal and it takes long.

    `look` returns how much of the total (None if that is not known) is done, and says so. A thread of its own calls it,
    so the work does not pay for being watched.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    over = Event()
    thread = Thread(target=_show, args=(total, look, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _show(total: int | None, look: Callable[[], tuple[int, str]], over: Event) -> None:
    if over.wait(PATIENCE_S):
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

    share = "" if total is None else "{task.percentage:3.0f} %  "
    columns = (
        BarColumn(),
        TextColumn(f"{share}{{task.description}}"),
        TimeElapsedColumn() if total is None else TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        while not over.wait(REFRESH_S):
            done, text = look()
            bar.update(task, completed=done, description=text)
