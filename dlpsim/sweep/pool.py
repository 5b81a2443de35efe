"""Evaluates points on several processors."""

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from threading import Thread
from time import sleep

from dlpsim.sweep.point import Outcome, Point, evaluate
from isa.errors import DlpsimError

Numbered = tuple[int, Point]

WATCH_S = 0.5
"""Seconds between looks at whether the parent is still there."""


def processors() -> int:
    """Return how many processors this process may use."""
    from joblib import cpu_count  # type: ignore[import-untyped]  # noqa: PLC0415

    return int(cpu_count())


def evaluate_on(jobs: int, points: Sequence[Numbered]) -> Iterator[tuple[int, Outcome]]:
    """Yield the outcome of each point with its number, in the order in which they become known.

    The processes end with the iterator. Raises DlpsimError if one of them is ended by someone else.
    """
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    from joblib import Parallel, delayed  # noqa: PLC0415
    from joblib.externals.loky import get_reusable_executor  # type: ignore[import-untyped]  # noqa: PLC0415

    tasks = (delayed(_evaluate)(numbered, os.getpid()) for numbered in points)
    try:
        with _interrupts_put_off():
            outcomes = Parallel(n_jobs=jobs, backend="loky", return_as="generator_unordered")(tasks)
        with closing(outcomes):
            yield from outcomes
    except BrokenProcessPool:
        raise DlpsimError(
            "a process that evaluated points was ended: is the memory full? --jobs 1 takes less"
        ) from None
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _evaluate(numbered: Numbered, parent: int) -> tuple[int, Outcome]:
    """Evaluate a point in a process of its own, which `parent` has started."""
    _end_with(parent)
    number, point = numbered
    return number, evaluate(point)


@cache
def _end_with(parent: int) -> None:
    """Let this process end when its parent has: one that is killed cannot end it."""

    def watch() -> None:
        while os.getppid() == parent:
            sleep(WATCH_S)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupts_put_off() -> Iterator[None]:
    """Hold Ctrl-C back while the block starts processes: it is not for them, and they inherit that."""
    blocked: Iterable[int] = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
