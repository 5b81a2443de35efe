"""The yardstick: a bare SimPy timeout. Ratios to it travel between machines; times do not."""

from collections.abc import Generator
from time import process_time

import simpy


def timeout_us(count: int) -> float:
    """Return the microseconds that SimPy takes for one of `count` timeouts of a process that does nothing else."""
    env = simpy.Environment()

    def wait() -> Generator[simpy.Event, None, None]:
        for _ in range(count):
            yield env.timeout(1)

    env.process(wait())
    begin = process_time()
    env.run()
    return (process_time() - begin) / count * 1e6
