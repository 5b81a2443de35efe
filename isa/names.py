"""Cores by name, for messages and tables."""

from collections.abc import Iterable

from isa.spans import spans


def name_cores(cores: Iterable[int]) -> str:
    """Return `core 3`, or `cores 0, 2 and 5 to 7`."""
    numbers = sorted(cores)
    parts = [text for first, last in spans(numbers) for text in _name_run(first, last)]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"{'core' if len(numbers) == 1 else 'cores'} {listed}"


def _name_run(first: int, last: int) -> list[str]:
    run = range(first, last + 1)
    return [f"{first} to {last}"] if len(run) > 2 else [str(number) for number in run]
