"""The garbage collector, which searches everything that is kept again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from searching while much is made that is kept, and nothing that refers to itself.

    Afterwards what is there counts as old: it is searched when all is, and not at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # else others have frozen something, which is to stay so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
