"""Cores by name, for messages and tables."""

from collections.abc import Iterable


def name_cores(cores: Iterable[int]) -> str:
    """Return `core 3`, or `cores 0, 2 and 5 to 7`."""
    numbers = sorted(cores)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [text for run in runs for text in _name_run(run)]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"{'core' if len(numbers) == 1 else 'cores'} {listed}"


def _name_run(run: list[int]) -> list[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
